// The entry of Cloudflare Workers: workerd refuses to compile bytes, but an imported .wasm file is a compiled module.

import module from "./device_code_flow.wasm";
import { instantiated, offer } from "../wasm.js";

// At once, so that no promise is kept; where there is no WebAssembly (somebody has taken it away), the other way says so.
offer((imports) => (typeof WebAssembly === "undefined" ? instantiated(module, imports) : new WebAssembly.Instance(module, imports)));

export * from "../index.js";
