// @ts-check
// Texts of others, made safe to print: src/text.rs in JavaScript. js/cli/printable.js has the same characters by their names in Unicode;
// the old engines that this file is for do not know \p{…}.

/**
 * Control and format characters, line separators, what shows nothing (Unicode's Cc, Cf, Zl, Zp and Default_Ignorable_Code_Point, and the
 * blank pattern of Braille), and lone surrogates.
 */
const UNPRINTABLE =
  /[\0-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/**
 * `text` without characters that move a cursor, or hide or reorder what a person reads. Line breaks and tabs become spaces.
 *
 * @param {string} text
 */
export function printable(text) {
  return text.replace(UNPRINTABLE, (character) => (/[\t\n\r]/.test(character) ? " " : ""));
}
