// @ts-check
// Which calls of a process wait for each other: one after the other, or all for one result.
//
// Other processes do not wait here. A cache plugin that can lock its store does that (`exclusively`). Nobody waits for ever: on Workers
// a promise that belongs to a request that has ended never settles for the next one.

import { atMost } from "./signal.js";

/** @type {WeakMap<object, Map<string, Promise<unknown>>>} */
const queues = new WeakMap();

/**
 * Runs `work` after the work that runs under this name for `owner`, or after `patience` milliseconds.
 *
 * @template T
 * @param {object} owner
 * @param {string} name
 * @param {number} patience
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function inQueue(owner, name, patience, work) {
  const queue = mapOf(queues, owner);
  const before = queue.get(name);
  const result = (before ? atMost(before, patience) : Promise.resolve()).then(work);
  const end = result.then(
    () => {},
    () => {},
  );
  const last = end.then(() => {
    if (queue.get(name) === last) queue.delete(name);
  });
  queue.set(name, last);
  return result;
}

/** @type {WeakMap<object, Map<string, { since: number, promise: Promise<any> }>>} */
const underWay = new WeakMap();

/**
 * What `work` gives. A call for the same name that comes meanwhile gets the same promise, unless that is older than `patience`
 * milliseconds.
 *
 * @template T
 * @param {object} owner
 * @param {string} name
 * @param {number} patience
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function sharedResult(owner, name, patience, work) {
  const calls = mapOf(underWay, owner);
  const before = calls.get(name);
  if (before && Date.now() - before.since < patience) return before.promise;
  const call = { since: Date.now(), promise: work() };
  const end = () => {
    if (calls.get(name) === call) calls.delete(name);
  };
  call.promise.then(end, end);
  calls.set(name, call);
  return call.promise;
}

/**
 * @template V
 * @param {WeakMap<object, Map<string, V>>} maps
 * @param {object} owner
 * @returns {Map<string, V>}
 */
function mapOf(maps, owner) {
  let map = maps.get(owner);
  if (!map) {
    map = new Map();
    maps.set(owner, map);
  }
  return map;
}
