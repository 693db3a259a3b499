// @ts-check
// What people and servers choose themselves (names, messages, files) must not move the cursor of a terminal, reverse the text beside it,
// or hide a part of it.

/**
 * Control, format, private and unassigned characters, lone surrogates, the separators of lines, and what shows nothing, such as
 * variation selectors, the fillers of Hangul and the blank pattern of Braille. The line break, which the command writes, is not in it.
 */
const UNPRINTABLE = /[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Removes what is not printable. Lines stay lines.
 * @param {string} text
 */
export function printable(text) {
  return text.replace(UNPRINTABLE, "");
}

/**
 * The same for a text of others, which has no lines of its own: line breaks and tabs become spaces.
 * @param {unknown} text
 */
export function inline(text) {
  return printable(String(text).replace(/[\t\n\r]/g, " "));
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
