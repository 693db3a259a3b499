// Encodes the WebAssembly module as a text that js/entry/wasm-text.js decodes.
//
// The most frequent bytes are one character each. Where such a byte is itself one of the characters, it stands for itself: strings in the
// module stay readable, and what repeats in the module repeats in the text.

import { CHARACTERS, SINGLES, byteOrder, bytesOfWasmText } from "../entry/wasm-text.js";

/** The text of `bytes`: ASCII without quotes, backslashes, or anything that ends a script in a page. */
export function wasmTextOf(bytes) {
  const header = headerOf(bytes);
  const encoded = [];
  byteOrder(header).forEach((byte, index) => (encoded[byte] = charactersAt(index)));
  const text = header + Array.from(bytes, (byte) => encoded[byte]).join("");
  if (Buffer.compare(bytesOfWasmText(text), bytes) !== 0) throw new Error("js/entry/wasm-text.js does not decode what js/build/wasm-text.mjs encoded");
  return text;
}

/** The list of the bytes that are a single character: the most frequent ones. */
function headerOf(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]++;
  const frequent = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b).slice(0, SINGLES);
  const others = frequent.filter((byte) => !standsForItself(byte));
  const order = Array.from({ length: SINGLES }, (_, index) => {
    const byte = CHARACTERS.charCodeAt(index);
    return frequent.includes(byte) ? byte : others.shift();
  });
  return order.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Is the byte, read as ASCII, one of the single characters? */
function standsForItself(byte) {
  const index = CHARACTERS.indexOf(String.fromCharCode(byte));
  return index >= 0 && index < SINGLES;
}

/** The character or the pair of characters with this number. */
function charactersAt(index) {
  if (index < SINGLES) return CHARACTERS[index];
  const pair = index - SINGLES;
  return CHARACTERS[SINGLES + Math.floor(pair / CHARACTERS.length)] + CHARACTERS[pair % CHARACTERS.length];
}
