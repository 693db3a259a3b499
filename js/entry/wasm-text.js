// @ts-check
// Decodes the text of the WebAssembly module that a JavaScript file contains. js/build/wasm-text.mjs writes it.
//
// Each frequent byte is one character, and every other byte is a pair of characters. In base64 the same bytes look different at each of
// three offsets, so that a compressor does not find repetitions: the module would be a quarter larger under brotli (13 KB).
//
// The decoder checks nothing, because it only reads texts that the build wrote.

/** The characters that the text consists of, in the order of ASCII. A string literal or a script in a page can contain all of them. */
export const CHARACTERS = " !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";

/** How many bytes are a single character. The remaining characters, the last ones in ASCII, begin a pair. */
export const SINGLES = CHARACTERS.length - 2;

/** The length of the header, which lists these bytes as two hexadecimal digits each. */
const HEADER_LENGTH = 2 * SINGLES;

/**
 * The bytes of a text.
 *
 * @param {string} text
 */
export function bytesOfWasmText(text) {
  // The byte of a single character is at the character's code; that of a pair is at the code of the second character, plus 128 or 256
  // by the first character.
  const values = new Uint8Array(3 * 128);
  const firstOfPairs = CHARACTERS.charCodeAt(SINGLES);
  byteOrder(text).forEach((byte, index) => {
    const pair = index - SINGLES;
    const code = CHARACTERS.charCodeAt(pair < 0 ? index : pair % CHARACTERS.length);
    values[code + 128 * Math.ceil((pair + 1) / CHARACTERS.length)] = byte;
  });

  // Decodes in place and without a call for each character: at the start of a process nothing is compiled yet, and calls would take twice
  // as long.
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let index = HEADER_LENGTH; index < bytes.length; ) {
    let code = bytes[index++];
    if (code >= firstOfPairs) code = (code - firstOfPairs + 1) * 128 + bytes[index++];
    bytes[length++] = values[code];
  }
  return bytes.subarray(0, length);
}

/**
 * All 256 bytes in the order of their characters and pairs: those of the header, then the others in ascending order.
 *
 * @param {string} text
 */
export function byteOrder(text) {
  /** @type {number[]} */
  const order = [];
  for (let index = 0; index < HEADER_LENGTH; index += 2) order.push(parseInt(text.substr(index, 2), 16));
  for (let byte = 0; byte < 256; byte++) if (order.indexOf(byte) < 0) order.push(byte);
  return order;
}
