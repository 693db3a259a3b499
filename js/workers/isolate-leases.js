// @ts-check
// Leases within one isolate. All stores that use the same binding share them.

/**
 * Binding → key → when the lease of the key ends.
 * @type {WeakMap<object, Map<string, number>>}
 */
const leasesPerBinding = new WeakMap();

/**
 * Takes the lease of a key and gives the function that releases it; undefined if somebody has the lease. A lease ends by itself too,
 * because an invocation that is stopped from outside releases nothing.
 * @param {object} binding
 * @param {string} key
 * @param {number} milliseconds
 * @returns {(() => void) | undefined}
 */
export function takeIsolateLease(binding, key, milliseconds) {
  const leases = leasesPerBinding.get(binding) || new Map();
  leasesPerBinding.set(binding, leases);
  if (leases.get(key) > Date.now()) return undefined;
  const end = Date.now() + milliseconds;
  leases.set(key, end);
  return () => {
    if (leases.get(key) === end) leases.delete(key);
  };
}

/** Nothing was written, because the stored text is not the one that was read. */
export const WRITE_CONFLICT = "another process has written there, or taken the lease";
