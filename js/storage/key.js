// The key of the encryption: what is taken for one, and what is refused with a hint how to make one.
//
// Not a way from a passphrase to a key: what a person can remember, a machine can guess.

import { unsupported, wrongKey } from "./failures.js";

const SIZES = [16, 24, 32];

let host = () => globalThis.crypto;

/** Where WebCrypto comes from in a host that has it under no global name (Node 18). */
export function provideCrypto(crypto) {
  host = () => globalThis.crypto || crypto;
}

export function webCrypto() {
  const crypto = host();
  if (!crypto || !crypto.subtle) throw unsupported("encrypted needs WebCrypto, which this host does not have, or gives to pages on https only");
  return crypto;
}

/** { bits, key() } of a CryptoKey, bytes, or their base64 or base64url text. Throws at once what is no key. */
export function keyOf(given) {
  const { subtle } = webCrypto();
  if (given === undefined || given === null || given === "") throw wrongKey("is missing: the secret or variable that it comes from is not set");
  if (Object(given.algorithm).name !== undefined) return ofCryptoKey(given);
  const bytes = typeof given === "string" ? bytesOfText(given) : bytesOf(given);
  if (!SIZES.includes(bytes.length)) throw wrongKey(`has ${bytes.length} bytes, not 32 (or 16, or 24)`);
  let imported;
  const key = () => (imported = imported || subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]).catch(refused));
  return { bits: bytes.length * 8, key };
}

function ofCryptoKey(given) {
  const { name, length } = given.algorithm;
  if (name !== "AES-GCM") throw wrongKey(`is a CryptoKey for ${name}, not for AES-GCM`);
  if (!["encrypt", "decrypt"].every((usage) => given.usages.includes(usage))) throw wrongKey('is a CryptoKey without the usages "encrypt" and "decrypt"');
  return { bits: length, key: async () => given };
}

/** Browsers of Chromium's kind have no AES with 24 bytes. */
function refused(cause) {
  const error = wrongKey(`was refused by this host: ${cause.message}`);
  error.cause = cause;
  throw error;
}

function bytesOf(given) {
  if (given instanceof ArrayBuffer) return new Uint8Array(given.slice(0));
  if (!ArrayBuffer.isView(given)) throw wrongKey("is neither bytes, nor their base64 text, nor a CryptoKey");
  return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
}

function bytesOfText(text) {
  const bytes = fromBase64(text.trim());
  // Base64 of random bytes has capital letters and small ones; a passphrase of the right length, or hexadecimal digits, do not.
  if (!bytes || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) throw wrongKey("is a text, but not base64 of random bytes");
  return bytes;
}

/** Bytes of base64 or base64url, with its padding or without; undefined if it is neither. */
export function fromBase64(text) {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(plain) || plain.length % 4 === 1) return undefined;
  const letters = atob(plain);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

/** base64url without padding, as in JOSE. */
export function toBase64(bytes) {
  let letters = "";
  // As many arguments as every engine takes.
  for (let at = 0; at < bytes.length; at += 0x8000) letters += String.fromCharCode.apply(null, bytes.subarray(at, at + 0x8000));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
