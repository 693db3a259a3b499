// The entry of Node, Deno, Bun, pages and bundlers: the module is in the file as text. No other way of loading
// works in all of them: each has its own opinion about files, permissions and fetch.

import letters from "#wasm";
import { instantiated, offer } from "../wasm.js";
import { bytesOfLetters } from "./letters.js";

offer((imports) => instantiated(bytesOfLetters(letters), imports));

export * from "../index.js";
