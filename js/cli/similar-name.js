// @ts-check
// Finds the name that a person who mistyped it probably meant.

/**
 * The name that begins with `typed`, or else the one that differs from it in the fewest characters; undefined if none is close.
 * @param {string} typed
 * @param {string[]} names
 * @returns {string | undefined}
 */
export function findSimilarName(typed, names) {
  const distances = names.map((name) => ({ name, distance: isStartOf(typed, name) ? 0 : editDistance(typed, name) }));
  const { name, distance } = distances.reduce((best, other) => (other.distance < best.distance ? other : best));
  return distance <= Math.max(1, Math.floor(name.length / 4)) ? name : undefined;
}

/**
 * @param {string} typed
 * @param {string} name
 */
function isStartOf(typed, name) {
  return typed.length > 2 && name.startsWith(typed);
}

/**
 * How many characters must be replaced, removed or added to turn one text into the other (Levenshtein distance).
 * @param {string} one
 * @param {string} other
 */
function editDistance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 0; column < other.length; column++) {
      const replaced = row[column] + (character === other[column] ? 0 : 1);
      const removed = row[column + 1] + 1;
      const added = next[column] + 1;
      next.push(Math.min(replaced, removed, added));
    }
    row = next;
  }
  return row[other.length];
}
