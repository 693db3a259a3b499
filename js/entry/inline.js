// @ts-check
// The entry of Node, Deno, Bun, pages and bundlers. It contains the WebAssembly module as a text, because no way of loading a file works
// in all of these hosts: they differ in paths, permissions and fetch.

import text from "#wasm-text";
import { instantiated, offer } from "../wasm.js";
import { bytesOfWasmText } from "./wasm-text.js";

offer((imports) => instantiated(bytesOfWasmText(text), imports));

export * from "../index.js";
