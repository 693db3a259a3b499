// @ts-check
// The entry for engines without WebAssembly and for pages whose policy forbids it: the same module, translated to JavaScript.

import { instantiate } from "#wasm-javascript";
import { provide } from "../wasm.js";

provide((imports) => ({ exports: instantiate(imports) }));

export * from "../index.js";
