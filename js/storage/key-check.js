// @ts-check
// The check value of a key: an empty text, encrypted under the key, and the beginning of the hash of that. It tells whether a text
// was encrypted with this key, and whether the check value itself was changed.

import { decrypt, encrypt, IV_BYTES, TAG_BYTES } from "./aes-gcm.js";
import { toBase64 } from "./base64.js";
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
  const { iv, data } = await encrypt(key, EMPTY, EMPTY);
  const value = new Uint8Array(HASH_START + HASH_BYTES);
  value.set(iv);
  value.set(data, IV_BYTES);
  value.set(await hash(value.subarray(0, HASH_START)), HASH_START);
  return toBase64(value);
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
export async function isKeyCheckOf(key, value) {
  try {
    await decrypt(key, value.subarray(0, IV_BYTES), value.subarray(IV_BYTES, HASH_START), EMPTY);
    return true;
  } catch (error) {
    return false;
  }
}

/** @param {Bytes} bytes */
async function hash(bytes) {
  return new Uint8Array(await webCrypto().subtle.digest("SHA-256", bytes)).subarray(0, HASH_BYTES);
}
