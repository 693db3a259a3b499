// The entry for engines without WebAssembly and for pages whose policy forbids it: the same Rust, compiled on to JavaScript.

import asm from "#asm";
import { provide } from "../wasm.js";

provide((imports) => ({ exports: asm(imports) }));

export * from "../index.js";
