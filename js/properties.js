// Properties that a console does not print, and names that a minifier does not change.

/** Properties that no log prints: some of them lead to tokens, or to the device code. */
export function hide(object, properties) {
  for (const name of Object.keys(properties)) Object.defineProperty(object, name, { value: properties[name], configurable: true, writable: true });
}

/** A minifier renames classes; what a console prints must not change with it. */
export function named(classes) {
  for (const name of Object.keys(classes)) hide(classes[name], { name });
  return classes;
}
