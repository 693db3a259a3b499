// The public types of the entry "slim": those of the main entry, and `init`, to which the program passes the WebAssembly module.

export * from "device-code-flow";

/** The module: its bytes, the Response with its bytes, or the compiled module. */
export type ModuleSource = ArrayBuffer | ArrayBufferView | Response | CompiledModule;

/** WebAssembly.Module, if the program's types contain it. The types of Node alone do not. */
type CompiledModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } } ? Module : never;

/**
 * Starts the WebAssembly module. Call it before any other function of this entry. `source` is the content of
 * `device-code-flow/device_code_flow.wasm`: a ModuleSource, a promise of one, or a function that returns either. Resolves when the module
 * has started. Once a module has started, later calls have no effect.
 */
export function init(source: ModuleSource | Promise<ModuleSource> | (() => ModuleSource | Promise<ModuleSource>)): Promise<void>;
