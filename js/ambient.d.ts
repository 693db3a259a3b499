// Names that the build or a host provides, for the types in the comments of js/. Not part of the package.

/** The version of the package, which the build writes in place of this name. */
declare const VERSION: string;

/** The members of Deno's global that this package uses. */
declare namespace Deno {
  const permissions: {
    querySync(permission: { name: string; path?: string; kind?: string; variable?: string }): { state: string };
  };
  function unrefTimer(timer: unknown): void;
}

/** wasm-bindgen's glue as a factory (js/build/glue.mjs). Its classes are the `Classes` of js/glue.d.ts. */
declare module "#glue" {
  export function createGlue(): { __wbg_set_wasm(exports: object): void; [name: string]: any };
}

/** The WebAssembly module as a text (js/build/wasm-text.mjs). */
declare module "#wasm-text" {
  const text: string;
  export default text;
}

/** The WebAssembly module as JavaScript (js/build/javascript.mjs). */
declare module "#wasm-javascript" {
  export function instantiate(imports: WebAssembly.Imports): WebAssembly.Exports;
}

/** On Cloudflare Workers, importing a .wasm file gives a compiled module. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
