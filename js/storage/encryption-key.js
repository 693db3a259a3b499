// @ts-check
// Reads the key of the encryption. What is not a key is refused, with a hint how to make one.
//
// A passphrase is refused too: what a person can remember, a machine can guess.

import { fromBase64 } from "./base64.js";
import { unsupported, withCause, wrongKey } from "./storage-errors.js";

/** @typedef {import("./base64.js").Bytes} Bytes */

/**
 * @typedef {object} EncryptionKey
 * @property {number} bits of the key: 128, 192 or 256
 * @property {() => Promise<CryptoKey>} key
 */

const KEY_SIZES = [16, 24, 32];

/**
 * The WebCrypto of a host that has none under a global name (Node 18).
 * @type {unknown}
 */
let providedCrypto;

/** @param {unknown} crypto */
export function provideCrypto(crypto) {
  providedCrypto = crypto;
}

/** @returns {Crypto} */
export function webCrypto() {
  const crypto = globalThis.crypto || providedCrypto;
  if (!crypto || !crypto.subtle) throw unsupported("encrypted needs WebCrypto, which this host does not have, or gives to pages on https only");
  return crypto;
}

/**
 * The key of a CryptoKey, bytes, or their base64 or base64url text.
 * @param {unknown} given
 * @returns {EncryptionKey}
 * @throws {import("device-code-flow").ClientConfigurationError} `encryption_key_invalid`, at once
 */
export function readKey(given) {
  const { subtle } = webCrypto();
  if (given === undefined || given === null || given === "") throw wrongKey("is missing: the secret or variable that it comes from is not set");
  if (isCryptoKey(given)) return fromCryptoKey(given);
  const bytes = typeof given === "string" ? bytesOfText(given) : bytesOf(given);
  if (!KEY_SIZES.includes(bytes.length)) throw wrongKey(`has ${bytes.length} bytes, not 32 (or 16, or 24)`);
  /** @type {Promise<CryptoKey> | undefined} */
  let imported;
  const key = () => {
    imported = imported || subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]).catch(throwRefused);
    return imported;
  };
  return { bits: bytes.length * 8, key };
}

/**
 * @param {unknown} value
 * @returns {value is CryptoKey}
 */
function isCryptoKey(value) {
  return Object(Object(value).algorithm).name !== undefined;
}

/**
 * @param {CryptoKey} key
 * @returns {EncryptionKey}
 */
function fromCryptoKey(key) {
  const { name, length } = /** @type {AesKeyAlgorithm} */ (key.algorithm);
  if (name !== "AES-GCM") throw wrongKey(`is a CryptoKey for ${name}, not for AES-GCM`);
  const canDoBoth = key.usages.includes("encrypt") && key.usages.includes("decrypt");
  if (!canDoBoth) throw wrongKey('is a CryptoKey without the usages "encrypt" and "decrypt"');
  return { bits: length, key: async () => key };
}

/**
 * Browsers of Chromium's kind have no AES with 24 bytes.
 * @param {Error} cause
 * @returns {never}
 */
function throwRefused(cause) {
  throw withCause(wrongKey(`was refused by this host: ${cause.message}`), cause);
}

/**
 * A copy of the bytes.
 * @param {unknown} given
 * @returns {Bytes}
 */
function bytesOf(given) {
  if (given instanceof ArrayBuffer) return new Uint8Array(given.slice(0));
  if (!ArrayBuffer.isView(given)) throw wrongKey("is neither bytes, nor their base64 text, nor a CryptoKey");
  return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
}

/**
 * @param {string} text
 * @returns {Bytes}
 */
function bytesOfText(text) {
  const bytes = fromBase64(text.trim());
  // The base64 of random bytes has upper and lower case letters. A passphrase of the right length, or hexadecimal digits, do not.
  if (!bytes || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) throw wrongKey("is a text, but not base64 of random bytes");
  return bytes;
}
