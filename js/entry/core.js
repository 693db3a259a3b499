// The core of every entry but the classic scripts: the facade, and what an entry says where the module is with. A file of the
// package that nobody imports by name (js/build.mjs makes core.mjs and core.cjs of it).

export * from "../index.js";
export { instantiated, offer, provide, ready, refused } from "../wasm.js";
