// Texts under a key: seal and open, by AES-GCM of WebCrypto, in the compact form of JWE (RFC 7516, "alg": "dir").
//
// Not where they are kept: encrypted.js does that for a token cache; a saved flow is kept by whoever saved it.
//
// A failure says which it is: another key, a changed text, or a text that was never encrypted. GCM alone cannot tell the
// first two apart, so the header's "kid" holds a check value: nothing, encrypted under the same key, and a sum of that.

import { changedText, otherKey, plainText, wrongArgument } from "./failures.js";
import { fromBase64, keyOf, toBase64, webCrypto } from "./key.js";

// What the mode is defined with (NIST SP 800-38D), in bytes.
const IV = 12;
const TAG = 16;
const SUM = 4;
// {"alg":"dir","enc":"A
const BEGINNING = "eyJhbGciOiJkaXIiLCJlbmMiOiJB";

/** The two ways, for the same key. `place` is what errors call the text. */
export function encryption(given) {
  const { bits, key } = keyOf(given);
  const encoding = `A${bits}GCM`;
  let checked;

  return {
    /** The text, encrypted; another each time. */
    async seal(text) {
      // Of a flow whose save() was forgotten, "[object Object]" would be sealed, and the sign-in be lost.
      if (typeof text !== "string") throw wrongArgument("What seal encrypts", "a text: of a flow, what its save() gives");
      checked = checked || checkValue(await key());
      const header = toBase64(utf8(headerText(encoding, await checked)));
      const { iv, data } = await sealed(await key(), utf8(text), utf8(header));
      const cipher = toBase64(data.subarray(0, data.length - TAG));
      return [header, "", toBase64(iv), cipher, toBase64(data.subarray(data.length - TAG))].join(".");
    },

    /** The text that was sealed. */
    async open(text, place = "The text") {
      const parts = partsOf(text, place);
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await opened(await key(), parts.iv, parts.data, utf8(parts.header)));
      } catch (cause) {
        const { kid, enc } = await headerOf(parts.header, place);
        const same = enc === encoding && (await isCheckOf(await key(), kid));
        const error = same ? changedText(place, "its authentication tag does not fit") : otherKey(place);
        error.cause = cause;
        throw error;
      }
    },
  };
}

function headerText(enc, kid) {
  return JSON.stringify({ alg: "dir", enc, kid });
}

/** The parts that are needed. Says what a text is that does not have them. */
function partsOf(text, place) {
  if (typeof text !== "string" || !looksSealed(text)) throw plainText(place);
  const [header, empty, iv, cipher, tag, more] = text.trim().split(".");
  const bytes = [iv, cipher, tag].map((part) => part !== undefined && fromBase64(part));
  const whole = empty === "" && more === undefined && bytes.every(Boolean) && bytes[0].length === IV && bytes[2].length === TAG;
  if (!whole) throw changedText(place, "it does not have the five parts of a JWE");
  const data = new Uint8Array(bytes[1].length + TAG);
  data.set(bytes[1]);
  data.set(bytes[2], bytes[1].length);
  return { header, iv: bytes[0], data };
}

/** As every text begins that was written here, or cut short within that; or with such a beginning changed. */
export function looksSealed(text) {
  return BEGINNING.startsWith(text.slice(0, BEGINNING.length)) || /^[^.]{40,}\.\./.test(text);
}

/** The header, if it is as it was written. */
async function headerOf(part, place) {
  try {
    const text = new TextDecoder().decode(fromBase64(part));
    const { enc, kid } = JSON.parse(text);
    const bytes = fromBase64(kid);
    const sum = await sumOf(bytes.subarray(0, IV + TAG));
    if (text === headerText(enc, kid) && /^A(128|192|256)GCM$/.test(enc) && toBase64(sum) === toBase64(bytes.subarray(IV + TAG))) return { enc, kid: bytes };
  } catch (error) {
    // Told below.
  }
  throw changedText(place, "its header is not as it was written");
}

async function checkValue(key) {
  const { iv, data } = await sealed(key, new Uint8Array(0), new Uint8Array(0));
  const value = new Uint8Array(IV + TAG + SUM);
  value.set(iv);
  value.set(data, IV);
  value.set(await sumOf(value.subarray(0, IV + TAG)), IV + TAG);
  return toBase64(value);
}

async function isCheckOf(key, kid) {
  try {
    await opened(key, kid.subarray(0, IV), kid.subarray(IV, IV + TAG), new Uint8Array(0));
    return true;
  } catch (error) {
    return false;
  }
}

/** Tells whether the check value itself was changed. */
async function sumOf(bytes) {
  return new Uint8Array(await webCrypto().subtle.digest("SHA-256", bytes)).subarray(0, SUM);
}

/** Each time with an IV of its own, at random: under one key, two equal ones would give both texts away. */
async function sealed(key, bytes, additionalData) {
  const iv = webCrypto().getRandomValues(new Uint8Array(IV));
  return { iv, data: new Uint8Array(await webCrypto().subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, bytes)) };
}

function opened(key, iv, data, additionalData) {
  return webCrypto().subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, data);
}

function utf8(text) {
  return new TextEncoder().encode(text);
}
