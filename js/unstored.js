// @ts-check
// Which applications of this process have something in memory that their cache plugin could not store. A sign-out by another application
// over the same store removes it there too.

/** @typedef {import("./cache.js").CacheAccess} CacheAccess */
/** @typedef {import("./cache-content.js").CacheContent} CacheContent */
/** @typedef {{ deref(): CacheAccess | undefined }} Reference */

/** In place of WeakRef in engines without it (before 2020): it keeps what it refers to. */
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

/** By the store (`CacheAccess.store`). @type {WeakMap<object, Set<Reference>>} */
const unstored = new WeakMap();

/**
 * The accesses over the same store that are still alive, with their references. Those that have gone are removed.
 *
 * @param {CacheAccess} access
 * @returns {{ reference: Reference, other: CacheAccess }[]}
 */
function liveAccesses({ store }) {
  /** @type {{ reference: Reference, other: CacheAccess }[]} */
  const live = [];
  const references = unstored.get(store);
  if (!references) return live;
  for (const reference of references) {
    const other = reference.deref();
    if (other) live.push({ reference, other });
    else references.delete(reference);
  }
  return live;
}

/**
 * Remembers that an access could not store.
 *
 * @param {CacheAccess} access
 */
export function addUnstored(access) {
  if (liveAccesses(access).some(({ other }) => other === access)) return;
  const references = unstored.get(access.store) || new Set();
  unstored.set(access.store, references.add(new Ref(access)));
}

/**
 * Forgets an access: everything of it is stored now.
 *
 * @param {CacheAccess} access
 */
export function removeUnstored(access) {
  const references = unstored.get(access.store);
  for (const { reference, other } of liveAccesses(access)) if (references && other === access) references.delete(reference);
}

/**
 * The contents of the other applications over the same store that could not be stored.
 *
 * @param {CacheAccess} access
 * @returns {CacheContent[]}
 */
export function unstoredContentsOfOthers(access) {
  return liveAccesses(access)
    .filter(({ other }) => other !== access)
    .map(({ other }) => other.content);
}
