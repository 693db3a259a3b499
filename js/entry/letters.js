// The module's bytes out of a text of ASCII letters, as js/build/letters.mjs writes it: one letter for a frequent byte, two for
// any other. Not base64, which hides from a compressor what repeats: a module is a quarter larger under brotli then.
//
// Not a decoder for texts of others: this one is the build's own, so it is not checked.

/** What stands in a string of any quotes, and in a page's script, as it is. */
export const LETTERS = " !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";

/** So many bytes have a letter of their own; the letters that are left begin a pair. */
export const SINGLE = LETTERS.length - 2;

/** The text begins with those bytes, two hexadecimal digits each. */
export const HEAD = 2 * SINGLE;

export function bytesOfLetters(text) {
  const places = new Uint8Array(128);
  for (let place = 0; place < LETTERS.length; place++) places[LETTERS.charCodeAt(place)] = place;
  const values = valuesOf(text);

  const bytes = new Uint8Array(text.length);
  let written = 0;
  for (let read = HEAD; read < text.length; read++) {
    let place = places[text.charCodeAt(read)];
    if (place >= SINGLE) place = SINGLE + (place - SINGLE) * LETTERS.length + places[text.charCodeAt(++read)];
    bytes[written++] = values[place];
  }
  return bytes.subarray(0, written);
}

/** The byte of each letter and then of each pair; those of the pairs are the rest in their order. */
export function valuesOf(text) {
  const values = [];
  for (let at = 0; at < HEAD; at += 2) values.push(parseInt(text.substr(at, 2), 16));
  for (let byte = 0; byte < 256; byte++) if (values.indexOf(byte) < 0) values.push(byte);
  return new Uint8Array(values);
}
