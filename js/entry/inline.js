// The entry of Node, Deno, Bun, pages and bundlers: the module is in the file as text. No other way of loading
// works in all of them: each has its own opinion about files, permissions and fetch.

import base64 from "#wasm";
import { instantiated, offer } from "../wasm.js";
import { bytesOfBase64 } from "./base64.js";

offer((imports) => instantiated(bytesOfBase64(base64), imports));

export * from "../index.js";
