// @ts-check
// Waits for a lock that has no queue of its own, by trying again and again.
//
// A process that releases a lock and wants it again at once would get it before any process that waits tries again. One program in
// a loop would keep all others out until their patience ends. So it first waits until the others have had time to try.

/**
 * Lock → when this process released it. Only the last moments matter.
 * @type {Map<string, number>}
 */
const releaseTimes = new Map();
const MAX_RELEASE_TIMES = 50;

/**
 * Calls `tryLock` until it gives a lock, or until `patience` is over: then the result is undefined. All times in milliseconds.
 * @template T
 * @param {string} name of the lock
 * @param {number} patience
 * @param {number} interval the longest time between two attempts, on average
 * @param {() => T | undefined | Promise<T | undefined>} tryLock
 * @returns {Promise<T | undefined>}
 */
export async function pollForLock(name, patience, interval, tryLock) {
  const start = performance.now();
  await waitForOthers(name, interval);
  for (let pause = 2; ; pause = Math.min(pause * 1.5, interval)) {
    const lock = await tryLock();
    if (lock || performance.now() - start >= patience) return lock;
    await sleep(pause * (0.5 + Math.random()));
  }
}

/**
 * Every release of such a lock calls this.
 * @param {string} name of the lock
 */
export function noteRelease(name) {
  if (releaseTimes.size >= MAX_RELEASE_TIMES) releaseTimes.clear();
  releaseTimes.set(name, performance.now());
}

/**
 * @param {string} name
 * @param {number} interval
 */
async function waitForOthers(name, interval) {
  const released = releaseTimes.get(name);
  if (released === undefined) return;
  const remaining = released + interval - performance.now();
  if (remaining > 0) await sleep(remaining);
}

/**
 * @param {number} duration
 * @returns {Promise<void>}
 */
function sleep(duration) {
  return new Promise((resolve) => setTimeout(resolve, duration));
}
