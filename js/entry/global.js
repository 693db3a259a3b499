// The one global of the classic scripts. `globalThis` is newer than the oldest of their engines.

export function asGlobal(library) {
  (typeof globalThis === "undefined" ? self : globalThis).deviceCodeFlow = library;
}
