// @ts-check
// Properties that a console does not print, and names that a minifier does not change.

/**
 * Hides properties from consoles: some of them lead to tokens or to the device code.
 *
 * @param {object} object
 * @param {...string} names
 */
export function hide(object, ...names) {
  for (const name of names) Object.defineProperty(object, name, { enumerable: false });
}

/**
 * Defines properties that consoles do not print.
 *
 * @param {object} object
 * @param {Record<string, unknown>} properties
 */
export function defineHidden(object, properties) {
  for (const name of Object.keys(properties)) {
    Object.defineProperty(object, name, { value: properties[name], configurable: true, enumerable: false, writable: true });
  }
}

/**
 * Gives classes the names that they have here. A minifier renames classes, and what a console prints must not change with it.
 *
 * @template {Record<string, Function>} T
 * @param {T} classes
 * @returns {T}
 */
export function named(classes) {
  for (const name of Object.keys(classes)) defineHidden(classes[name], { name });
  return classes;
}
