// The entry of Cloudflare Workers: workerd refuses to compile bytes, but an imported .wasm file is a compiled module.

import module from "./device_code_flow.wasm";
import { offer } from "../wasm.js";

offer((imports) => new WebAssembly.Instance(module, imports));

export * from "../index.js";
