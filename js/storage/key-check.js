// @ts-check
// The check value of a key: an empty text, encrypted under the key, and the beginning of the hash of that. It tells whether a text
// was encrypted with this key, and whether the check value itself was changed.
//
// The check value of a context is the same without the hash: an empty text, encrypted with the context as additional data. It does
// not show the context, which may be the name of a person.

import { decrypt, encrypt, IV_BYTES, TAG_BYTES } from "./aes-gcm.js";
import { fromBase64, toBase64 } from "./base64.js";
import { webCrypto } from "./encryption-key.js";

/** @typedef {import("./base64.js").Bytes} Bytes */

const HASH_BYTES = 4;
// Where the hash begins.
const HASH_START = IV_BYTES + TAG_BYTES;

const EMPTY = new Uint8Array(0);

/**
 * @param {CryptoKey} key
 * @returns {Promise<string>} in base64url
 */
export async function createKeyCheck(key) {
  const value = new Uint8Array(HASH_START + HASH_BYTES);
  value.set(await encryptedEmptyText(key, EMPTY));
  value.set(await hash(value.subarray(0, HASH_START)), HASH_START);
  return toBase64(value);
}

/**
 * @param {CryptoKey} key
 * @param {string} context
 * @returns {Promise<string>} in base64url
 */
export async function createContextCheck(key, context) {
  return toBase64(await encryptedEmptyText(key, new TextEncoder().encode(context)));
}

/**
 * Was the check value made with this key and this context?
 * @param {CryptoKey} key
 * @param {string} context
 * @param {unknown} value in base64url
 */
export async function isContextCheckOf(key, context, value) {
  const bytes = fromBase64(String(value));
  return Boolean(bytes) && isEncryptedEmptyText(key, /** @type {Bytes} */ (bytes), new TextEncoder().encode(context));
}

/**
 * Is the check value as it was written?
 * @param {Bytes} value
 */
export async function isIntactKeyCheck(value) {
  const expected = await hash(value.subarray(0, HASH_START));
  return toBase64(expected) === toBase64(value.subarray(HASH_START));
}

/**
 * Was the check value made with this key?
 * @param {CryptoKey} key
 * @param {Bytes} value
 */
export function isKeyCheckOf(key, value) {
  return isEncryptedEmptyText(key, value.subarray(0, HASH_START), EMPTY);
}

/**
 * The IV and the tag.
 * @param {CryptoKey} key
 * @param {Bytes} additionalData
 */
async function encryptedEmptyText(key, additionalData) {
  const { iv, data } = await encrypt(key, EMPTY, additionalData);
  const value = new Uint8Array(HASH_START);
  value.set(iv);
  value.set(data, IV_BYTES);
  return value;
}

/**
 * @param {CryptoKey} key
 * @param {Bytes} value
 * @param {Bytes} additionalData
 */
async function isEncryptedEmptyText(key, value, additionalData) {
  try {
    const text = await decrypt(key, value.subarray(0, IV_BYTES), value.subarray(IV_BYTES), additionalData);
    return text.byteLength === 0;
  } catch (error) {
    return false;
  }
}

/** @param {Bytes} bytes */
async function hash(bytes) {
  return new Uint8Array(await webCrypto().subtle.digest("SHA-256", bytes)).subarray(0, HASH_BYTES);
}
