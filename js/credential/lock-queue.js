// @ts-check
// Runs work under a lock's name one after the other within this process.

/** @type {WeakMap<object, Map<string, Promise<unknown>>>} */
const queuesPerOwner = new WeakMap();

/**
 * Runs `work` when the work before it has ended, or after `patience` milliseconds: on Workers, a promise of a request that has ended
 * never settles for the next one.
 * @template T
 * @param {object} owner of the lock
 * @param {string} name of the lock
 * @param {number} patience
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function runInQueue(owner, name, patience, work) {
  const queue = queuesPerOwner.get(owner) || new Map();
  queuesPerOwner.set(owner, queue);
  const previous = queue.get(name);
  const result = previous ? settledOrTimeout(previous, patience).then(work) : Promise.resolve().then(work);
  const settled = result.then(() => {}, () => {});
  queue.set(name, settled);
  settled.then(() => queue.get(name) === settled && queue.delete(name));
  return result;
}

/**
 * @param {Promise<unknown>} promise that never rejects
 * @param {number} patience
 * @returns {Promise<void>}
 */
function settledOrTimeout(promise, patience) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience);
    promise.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
