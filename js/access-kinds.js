// @ts-check
// The kinds of access to the token cache.

/**
 * @typedef {object} Kind
 * @property {boolean} mustStore the plugin must store afterwards
 * @property {boolean} keepsOnFailure what the access adds is kept in memory, even if the stored text cannot be read
 */

/** @type {Kind} */
export const READS = { mustStore: false, keepsOnFailure: false };

/** @type {Kind} */
export const CHANGES = { mustStore: true, keepsOnFailure: false };

/** @type {Kind} */
export const ADDS_TOKENS = { mustStore: true, keepsOnFailure: true };

/** Does the cache have something that was not stored? @param {import("./glue.js").TokenCache} cache */
export const hasChanged = (cache) => cache.hasChanged();
