// @ts-check
// Names for what stands beside the text of a key in the same store: a lease, a number. They cannot meet the name of another key's text,
// whatever keys a program chooses: "(lease) K" belongs to K, and the text of a key "(lease) K" is under "(key) (lease) K".
//
// A text that was set aside has the time and random characters in its name, so it needs none of this.

const RESERVED = /^\((key|lease|number)\) /;

/**
 * The name under which the text of a key stands: nearly always the key itself.
 * @param {string} key
 */
export function nameOfText(key) {
  return RESERVED.test(key) ? `(key) ${key}` : key;
}

/**
 * @param {"lease" | "number"} kind
 * @param {string} key
 */
export function nameBeside(kind, key) {
  return `(${kind}) ${key}`;
}
