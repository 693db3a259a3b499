// @ts-check
// The entry of Cloudflare Workers: workerd compiles no bytes, but importing a .wasm file gives a compiled module.

import module from "./device_code_flow.wasm";
import { instantiated, offer } from "../wasm.js";

// Instantiated without a promise: on Workers a promise of one request cannot be awaited by another. If WebAssembly is missing,
// `instantiated` throws the error that explains it.
offer((imports) => (typeof WebAssembly === "undefined" ? instantiated(module, imports) : new WebAssembly.Instance(module, imports)));

export * from "../index.js";
