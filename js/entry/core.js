// @ts-check
// The core that every entry but the classic scripts shares: the public API, and the functions by which an entry says where the module is.
// js/build.mjs makes core.mjs and core.cjs of it, which nobody imports by name.

export * from "../index.js";
export { instantiated, offer, provide, ready, refused } from "../wasm.js";
