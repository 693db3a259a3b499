// The public contract of the entry "slim": that of the main one, and a way to bring the WebAssembly module.

export * from "device-code-flow";

/** What the module may be given as. */
export type ModuleSource = ArrayBuffer | ArrayBufferView | Response | CompiledModule;

/** WebAssembly.Module where the program's types know it: those of Node alone do not. */
type CompiledModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } } ? Module : never;

/**
 * Says where the WebAssembly module is: `device-code-flow/device_code_flow.wasm` as bytes, as the Response that brings them, or
 * compiled; a promise of one of these, or a function that gives it. Resolves when the module has started.
 *
 * Nothing else of this entry works before. The first module to start stays.
 */
export function init(source: ModuleSource | Promise<ModuleSource> | (() => ModuleSource | Promise<ModuleSource>)): Promise<void>;
