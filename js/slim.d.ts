// The public contract of the entry "slim": that of the main one, and a way to bring the WebAssembly module.

export * from "device-code-flow";

/** What the module may be given as. */
export type ModuleSource = BufferSource | Response | WebAssembly.Module;

/**
 * Says where the WebAssembly module is: `device-code-flow/device_code_flow.wasm` as bytes, as the Response that brings them, or
 * compiled; a promise of one of these, or a function that gives it. Resolves when the module has started.
 *
 * Nothing else of this entry works before. The first module to start stays.
 */
export function init(source: ModuleSource | Promise<ModuleSource> | (() => ModuleSource | Promise<ModuleSource>)): Promise<void>;
