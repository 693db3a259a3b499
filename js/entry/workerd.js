// The entry of Cloudflare Workers: workerd refuses to compile bytes, but an imported .wasm file is a compiled module.

import module from "./device_code_flow.wasm";
import { provide } from "../wasm.js";

provide(() => module);

export * from "../index.js";
