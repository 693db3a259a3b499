// @ts-check
// Defines the one global of the classic scripts. The oldest of their engines have no `globalThis`.

/** @param {typeof import("../index.js")} library */
export function asGlobal(library) {
  /** @type {any} */
  const global = typeof globalThis === "undefined" ? self : globalThis;
  global.deviceCodeFlow = library;
}
