// @ts-check
// Encrypts texts with AES-GCM of WebCrypto, in the compact form of JWE (RFC 7516, "alg": "dir").
//
// An error says what is wrong: another key, a changed text, or a text that was never encrypted. GCM alone cannot tell the first two
// apart, so the header's "kid" holds a check value (key-check.js).

import { fromBase64, toBase64 } from "./base64.js";
import { readKey } from "./encryption-key.js";
import { decrypt, encrypt, IV_BYTES, TAG_BYTES } from "./aes-gcm.js";
import { createKeyCheck, isIntactKeyCheck, isKeyCheckOf } from "./key-check.js";
import { changedText, notEncrypted, otherKey, withCause, wrongArgument } from "./storage-errors.js";

/** @typedef {import("./base64.js").Bytes} Bytes */

// {"alg":"dir","enc":"A
const HEADER_START = "eyJhbGciOiJkaXIiLCJlbmMiOiJB";

/**
 * @param {unknown} given an EncryptionKey of storage.d.ts
 * @returns {import("device-code-flow/storage").Encryption}
 */
export function encryption(given) {
  const { bits, key } = readKey(given);
  const algorithm = `A${bits}GCM`;
  /** @type {Promise<string> | undefined} */
  let keyCheck;

  return {
    async seal(text) {
      // A program that forgot save() passes a flow. Its "[object Object]" would be encrypted, and the sign-in would be lost.
      if (typeof text !== "string") throw wrongArgument("What seal encrypts", "a text: of a flow, what its save() gives");
      keyCheck = keyCheck || createKeyCheck(await key());
      const header = toBase64(utf8(headerText(algorithm, await keyCheck)));
      const { iv, data } = await encrypt(await key(), utf8(text), utf8(header));
      const tagStart = data.length - TAG_BYTES;
      return [header, "", toBase64(iv), toBase64(data.subarray(0, tagStart)), toBase64(data.subarray(tagStart))].join(".");
    },

    async open(text, place = "The text") {
      const { header, iv, data } = partsOf(text, place);
      try {
        const bytes = await decrypt(await key(), iv, data, utf8(header));
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch (cause) {
        const { kid, enc } = await headerOf(header, place);
        const isSameKey = enc === algorithm && (await isKeyCheckOf(await key(), kid));
        throw withCause(isSameKey ? changedText(place, "its authentication tag does not fit") : otherKey(place), cause);
      }
    },
  };
}

/**
 * Does the text begin like an encrypted one? It may be cut short, or its beginning may have been changed.
 * @param {string} text
 */
export function looksEncrypted(text) {
  return HEADER_START.startsWith(text.slice(0, HEADER_START.length)) || /^[^.]{40,}\.\./.test(text);
}

/**
 * @param {string} enc
 * @param {string} kid
 */
function headerText(enc, kid) {
  return JSON.stringify({ alg: "dir", enc, kid });
}

/**
 * The parts of a JWE; `data` is the ciphertext with its tag, as WebCrypto takes it.
 * @param {string} text
 * @param {string} place
 * @returns {{ header: string, iv: Bytes, data: Bytes }}
 */
function partsOf(text, place) {
  if (typeof text !== "string" || !looksEncrypted(text)) throw notEncrypted(place);
  const parts = text.trim().split(".");
  const [iv, ciphertext, tag] = parts.slice(2).map(fromBase64);
  const isWhole = parts.length === 5 && parts[1] === "" && iv && iv.length === IV_BYTES && ciphertext && tag && tag.length === TAG_BYTES;
  if (!isWhole) throw changedText(place, "it does not have the five parts of a JWE");
  const data = new Uint8Array(ciphertext.length + TAG_BYTES);
  data.set(ciphertext);
  data.set(tag, ciphertext.length);
  return { header: parts[0], iv, data };
}

/**
 * The members of a header that is as it was written.
 * @param {string} header in base64url
 * @param {string} place
 * @returns {Promise<{ enc: string, kid: Bytes }>}
 */
async function headerOf(header, place) {
  try {
    const text = new TextDecoder().decode(fromBase64(header));
    const { enc, kid } = JSON.parse(text);
    const keyCheck = fromBase64(kid);
    const isWritten = text === headerText(enc, kid) && /^A(128|192|256)GCM$/.test(enc);
    if (isWritten && keyCheck && (await isIntactKeyCheck(keyCheck))) return { enc, kid: keyCheck };
  } catch (error) {
    // It is reported below.
  }
  throw changedText(place, "its header is not as it was written");
}

/**
 * @param {string} text
 * @returns {Bytes}
 */
function utf8(text) {
  return new TextEncoder().encode(text);
}
