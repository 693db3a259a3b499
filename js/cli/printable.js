// @ts-check
// What people and servers choose themselves (names, messages, files) must not move the cursor of a terminal, reverse the text beside it,
// or hide a part of it.
//
// js/printable.js has the same characters and the same `printable`, for engines without \p{…}. js/cli cannot import it (js/build.mjs).

/**
 * Control and format characters, lone surrogates, the separators of lines, and what shows nothing, such as variation selectors, the fillers
 * of Hangul and the blank pattern of Braille. The line break, which the command writes, is excluded. A character that this engine does not
 * know yet stays: it may be a letter of a name.
 */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * `text` as one line, without what is not printable. Line breaks and tabs become spaces.
 * @param {unknown} text
 */
export function printable(text) {
  return printableLines(String(text).replace(/[\t\n\r]/g, " "));
}

/**
 * `text` without what is not printable. Its line breaks stay.
 * @param {string} text
 */
export function printableLines(text) {
  return text.replace(UNPRINTABLE, "");
}

/**
 * A JSON text with what is not printable as escapes. Outside of its strings JSON has line breaks and nothing else of that.
 * @param {string} json
 */
export function escaped(json) {
  return json.replace(UNPRINTABLE, (character) => character.replace(/[^]/g, escapeOf));
}

/** @param {string} unit of UTF-16 */
function escapeOf(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
