// @ts-check
// Maps that belong to an object, and end with it.

/**
 * The map of an owner. It is made at the first call.
 *
 * @template V
 * @param {WeakMap<object, Map<string, V>>} maps
 * @param {object} owner
 * @returns {Map<string, V>}
 */
export function mapOf(maps, owner) {
  let map = maps.get(owner);
  if (!map) {
    map = new Map();
    maps.set(owner, map);
  }
  return map;
}
