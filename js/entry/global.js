// Defines the one global of the classic scripts. The oldest of their engines have no `globalThis`.

export function asGlobal(library) {
  (typeof globalThis === "undefined" ? self : globalThis).deviceCodeFlow = library;
}
