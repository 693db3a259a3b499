// @ts-check
// AES-GCM by WebCrypto.

import { webCrypto } from "./encryption-key.js";

/** @typedef {import("./base64.js").Bytes} Bytes */

// The sizes that the mode is defined with (NIST SP 800-38D).
export const IV_BYTES = 12;
export const TAG_BYTES = 16;

/**
 * Encrypts with a new random IV each time: two texts under one key and one IV would reveal both.
 * @param {CryptoKey} key
 * @param {Bytes} bytes
 * @param {Bytes} additionalData is authenticated, but not encrypted
 * @returns {Promise<{ iv: Bytes, data: Bytes }>} `data` is the ciphertext with its tag
 */
export async function encrypt(key, bytes, additionalData) {
  const iv = webCrypto().getRandomValues(new Uint8Array(IV_BYTES));
  const data = await webCrypto().subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, bytes);
  return { iv, data: new Uint8Array(data) };
}

/**
 * @param {CryptoKey} key
 * @param {Bytes} iv
 * @param {Bytes} data the ciphertext with its tag
 * @param {Bytes} additionalData
 */
export function decrypt(key, iv, data, additionalData) {
  return webCrypto().subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, data);
}
