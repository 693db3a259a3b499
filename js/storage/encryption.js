// @ts-check
// Encrypts texts with AES-GCM of WebCrypto, in the compact form of JWE (RFC 7516, "alg": "dir").
//
// An error says what is wrong: another key, a changed text, another place, or a text that was never encrypted. GCM alone cannot tell
// the first two apart, so the header's "kid" holds a check value (key-check.js). What a text is for and where it stands is in the
// header, too (binding.js).

import { fromBase64, toBase64 } from "./base64.js";
import { readKey } from "./encryption-key.js";
import { decrypt, encrypt, IV_BYTES, TAG_BYTES } from "./aes-gcm.js";
import { boundHeader, checkBinding, readBinding, refuseUnknownOptions } from "./binding.js";
import { createKeyCheck, isIntactKeyCheck, isKeyCheckOf } from "./key-check.js";
import { changedText, notEncrypted, otherKey, withCause, wrongArgument } from "./storage-errors.js";

/** @typedef {import("./base64.js").Bytes} Bytes */
/** @typedef {import("./binding.js").BoundHeader} BoundHeader */

/**
 * The members of the header, beside `alg`.
 * @typedef {BoundHeader & { enc: string, kid: string }} Header
 */

// {"alg":"dir","enc":"A
const HEADER_START = "eyJhbGciOiJkaXIiLCJlbmMiOiJB";

/**
 * @param {unknown} given an EncryptionKey of storage.d.ts
 * @param {import("device-code-flow/storage").EncryptionOptions} [options]
 * @returns {import("device-code-flow/storage").Encryption}
 */
export function encryption(given, options = {}) {
  const { bits, key } = readKey(given);
  refuseUnknownOptions(options, "encryption", ["acceptUnbound"]);
  const { acceptUnbound = true } = options;
  if (typeof acceptUnbound !== "boolean") throw wrongArgument("The option acceptUnbound", "true or false");
  const enc = `A${bits}GCM`;
  /** @type {Promise<string> | undefined} */
  let keyCheck;

  return {
    async seal(text, options = {}) {
      // A program that forgot save() passes a flow. Its "[object Object]" would be encrypted, and the sign-in would be lost.
      if (typeof text !== "string") throw wrongArgument("What seal encrypts", "a text: of a flow, what its save() gives");
      refuseUnknownOptions(options, "seal", ["purpose", "context"]);
      const binding = readBinding(options);
      keyCheck = keyCheck || createKeyCheck(await key());
      const header = toBase64(utf8(headerText({ enc, kid: await keyCheck, ...(await boundHeader(await key(), binding)) })));
      const { iv, data } = await encrypt(await key(), utf8(text), utf8(header));
      const tagStart = data.length - TAG_BYTES;
      return [header, "", toBase64(iv), toBase64(data.subarray(0, tagStart)), toBase64(data.subarray(tagStart))].join(".");
    },

    async open(text, given = {}) {
      const options = typeof given === "string" ? { place: given } : given;
      refuseUnknownOptions(options, "open", ["place", "purpose", "context"]);
      const { place = "The text" } = options;
      const binding = readBinding(options);
      const { header, iv, data } = partsOf(text, place);
      let opened;
      try {
        const bytes = await decrypt(await key(), iv, data, utf8(header));
        opened = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch (cause) {
        const written = await writtenHeader(header, place);
        const isSameKey = written.enc === enc && (await isKeyCheckOf(await key(), written.keyCheck));
        throw withCause(isSameKey ? changedText(place, "its authentication tag does not fit") : otherKey(place), cause);
      }
      await checkBinding(await key(), parseHeader(header), binding, { place, acceptUnbound });
      return opened;
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
 * A header as it is written. JSON leaves out the members that a text of an earlier release does not have.
 * @param {Header} header
 */
function headerText({ enc, kid, typ, ctx }) {
  return JSON.stringify({ alg: "dir", enc, kid, typ, ctx });
}

/**
 * @param {string} header in base64url
 * @returns {Header}
 */
function parseHeader(header) {
  return JSON.parse(new TextDecoder().decode(fromBase64(header)));
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
 * @returns {Promise<{ enc: string, keyCheck: Bytes }>}
 */
async function writtenHeader(header, place) {
  try {
    const members = parseHeader(header);
    const { enc, kid } = members;
    const keyCheck = fromBase64(kid);
    const isWritten = toBase64(utf8(headerText(members))) === header && /^A(128|192|256)GCM$/.test(enc);
    if (isWritten && keyCheck && (await isIntactKeyCheck(keyCheck))) return { enc, keyCheck };
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
