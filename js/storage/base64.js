// @ts-check
// Bytes as base64url without padding, as in JOSE (RFC 7515), and back.

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

// How many arguments every engine accepts in one call.
const MAX_ARGUMENTS = 0x8000;

/**
 * The bytes of a base64 or base64url text, with or without padding; undefined if it is neither.
 * @param {string} text
 * @returns {Bytes | undefined}
 */
export function fromBase64(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(base64) || base64.length % 4 === 1) return undefined;
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < characters.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}

/**
 * The base64url text of bytes, without padding.
 * @param {Uint8Array} bytes
 */
export function toBase64(bytes) {
  let characters = "";
  for (let start = 0; start < bytes.length; start += MAX_ARGUMENTS) {
    characters += String.fromCharCode(...bytes.subarray(start, start + MAX_ARGUMENTS));
  }
  return btoa(characters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
