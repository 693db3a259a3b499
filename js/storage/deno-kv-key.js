// @ts-check
// A key of Deno KV as a text: for errors, and for what an encrypted text is bound to.

/** @typedef {import("./deno-kv-cache.js").Key} Key */

/**
 * A key as a text, different for any two keys. JSON has no numbers of every size, and no bytes.
 * @param {Key} key
 */
export function describeKey(key) {
  return `[${key.map(describePart).join()}]`;
}

/** @param {unknown} part */
function describePart(part) {
  if (typeof part === "string") return JSON.stringify(part);
  // Chromium 64 crashes where it optimizes a comparison with the word "bigint".
  if (/^bigint$/.test(typeof part)) return `${part}n`;
  if (part instanceof Uint8Array) return `bytes ${[...part].join(" ")}`;
  return Object.is(part, -0) ? "-0" : String(part);
}
