// The module's bytes out of a text of ASCII letters, as js/build/letters.mjs writes it: one letter for a frequent byte, two for
// any other. Not base64, which hides from a compressor what repeats: a module is a quarter larger under brotli then.
//
// Not a decoder for texts of others: this one is the build's own, so it is not checked.

/** What stands in a string of any quotes, and in a page's script, as it is: in ASCII's order. */
export const LETTERS = " !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";

/** So many bytes have a letter of their own. The letters that are left, the last ones in ASCII, begin a pair. */
export const SINGLE = LETTERS.length - 2;

/** The text begins with those bytes, two hexadecimal digits each. */
const HEAD = 2 * SINGLE;

export function bytesOfLetters(text) {
  // By the code of a letter, or by that of a pair's second letter, behind those of the pairs before it.
  const values = new Uint8Array(3 * 128);
  const first = LETTERS.charCodeAt(SINGLE);
  valuesOf(text).forEach((byte, place) => {
    const pair = place - SINGLE;
    const letter = LETTERS.charCodeAt(pair < 0 ? place : pair % LETTERS.length);
    values[letter + 128 * Math.ceil((pair + 1) / LETTERS.length)] = byte;
  });

  // In place, and over bytes: at the start of a process nothing is compiled yet, and a call for each letter would take twice as long.
  const bytes = new TextEncoder().encode(text);
  let written = 0;
  for (let read = HEAD; read < bytes.length; ) {
    let letter = bytes[read++];
    if (letter >= first) letter = (letter - first + 1) * 128 + bytes[read++];
    bytes[written++] = values[letter];
  }
  return bytes.subarray(0, written);
}

/** The byte of each letter and then of each pair; those of the pairs are the rest in their order. */
export function valuesOf(text) {
  const values = [];
  for (let at = 0; at < HEAD; at += 2) values.push(parseInt(text.substr(at, 2), 16));
  for (let byte = 0; byte < 256; byte++) if (values.indexOf(byte) < 0) values.push(byte);
  return values;
}
