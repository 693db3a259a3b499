// Writes the module's bytes as a text that js/entry/letters.js reads.
//
// Frequent bytes are one letter, which is their own where they have one: texts in the module stay texts, and what repeats in
// it repeats in the text, so that a compressor finds it. In base64 the same bytes look different at each of three offsets.

import { LETTERS, SINGLE, bytesOfLetters, valuesOf } from "../entry/letters.js";

/** The text of `bytes`: ASCII, no quotes, no backslash, nothing that ends a script in a page. */
export function lettersOf(bytes) {
  const head = headOf(bytes);
  const spelled = [];
  valuesOf(head).forEach((byte, place) => (spelled[byte] = letterOf(place)));
  const text = head + Array.from(bytes, (byte) => spelled[byte]).join("");
  if (Buffer.compare(bytesOfLetters(text), bytes) !== 0) throw new Error("js/entry/letters.js does not read what js/build/letters.mjs wrote");
  return text;
}

/** Which bytes have a letter of their own: the most frequent. */
function headOf(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]++;
  const frequent = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b).slice(0, SINGLE);
  const others = frequent.filter((byte) => ownPlace(byte) === undefined);
  const order = Array.from({ length: SINGLE }, (_, place) => {
    const own = LETTERS.charCodeAt(place);
    return frequent.includes(own) ? own : others.shift();
  });
  return order.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The place of the letter that a byte is in ASCII, if that may stand for a byte. */
function ownPlace(byte) {
  const place = LETTERS.indexOf(String.fromCharCode(byte));
  return place < 0 || place >= SINGLE ? undefined : place;
}

function letterOf(place) {
  if (place < SINGLE) return LETTERS[place];
  const pair = place - SINGLE;
  return LETTERS[SINGLE + Math.floor(pair / LETTERS.length)] + LETTERS[pair % LETTERS.length];
}
