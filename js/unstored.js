// @ts-check
// Which applications of this process have in memory what their cache plugin did not store. A sign-out by another application over the same
// store reaches that too.

/** @typedef {import("./cache.js").CacheAccess} CacheAccess */
/** @typedef {import("./cache-content.js").CacheContent} CacheContent */
/** @typedef {{ deref(): CacheAccess | undefined }} Reference */

/** Keeps what it refers to, for engines without WeakRef (before 2020). */
class StrongRef {
  /** @param {CacheAccess} access */
  constructor(access) {
    this.access = access;
  }

  deref() {
    return this.access;
  }
}

/** The application is not kept: nobody else can store what it has. @type {new (access: CacheAccess) => Reference} */
const Ref = typeof WeakRef === "undefined" ? StrongRef : WeakRef;

/** By the object whose turns they take. @type {WeakMap<object, Set<Reference>>} */
const references = new WeakMap();

/**
 * Remembers that an access could not store.
 *
 * @param {CacheAccess} access
 */
export function keepUnstored(access) {
  const known = references.get(access.turnsOf) || new Set();
  references.set(access.turnsOf, known);
  for (const reference of known) {
    const other = reference.deref();
    if (other === access) return;
    if (!other) known.delete(reference);
  }
  known.add(new Ref(access));
}

/**
 * Everything is stored.
 *
 * @param {CacheAccess} access
 */
export function forgetUnstored(access) {
  const known = references.get(access.turnsOf);
  if (!known) return;
  for (const reference of known) if (reference.deref() === access) known.delete(reference);
}

/**
 * The contents of the other applications over the same store that may have something unstored.
 *
 * @param {CacheAccess} access
 * @returns {CacheContent[]}
 */
export function unstoredBeside(access) {
  /** @type {CacheContent[]} */
  const contents = [];
  for (const reference of references.get(access.turnsOf) || []) {
    const other = reference.deref();
    if (other && other !== access) contents.push(other.content);
  }
  return contents;
}
