// @ts-check
// Equal calls of a process share one result. A call that has stalled (queued-call.js) is not waited for: another one starts.

import { mapOf } from "./maps.js";
import { heartbeatCount, QueuedCall, STALLED_AFTER } from "./queued-call.js";
import { atMost } from "./signal.js";

/** @typedef {{ call: QueuedCall, promise: Promise<any> }} SharedCall */

/** @type {WeakMap<object, Map<string, SharedCall>>} */
const sharedCalls = new WeakMap();

/**
 * The result of `work`. A call with the same owner and name that comes meanwhile gets the same result, unless the first one has stalled.
 *
 * @template T
 * @param {object} owner
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function sharedResult(owner, name, work) {
  const calls = mapOf(sharedCalls, owner);
  for (let earlier = calls.get(name); earlier; earlier = calls.get(name)) {
    const outcome = await outcomeOf(earlier);
    if (outcome) return outcome.value;
    if (calls.get(name) === earlier) calls.delete(name);
  }
  const shared = { call: new QueuedCall("an equal call"), promise: work() };
  const end = () => {
    shared.call.end();
    if (calls.get(name) === shared) calls.delete(name);
  };
  shared.promise.then(end, end);
  calls.set(name, shared);
  return shared.promise;
}

/**
 * The result of a call, or `undefined` once it has stalled.
 *
 * @param {SharedCall} shared
 * @returns {Promise<{ value: any } | undefined>}
 */
async function outcomeOf({ call, promise }) {
  const outcome = promise.then((value) => ({ value }));
  for (;;) {
    const countBefore = heartbeatCount;
    const settled = await atMost(outcome, STALLED_AFTER);
    if (settled || call.lastHeartbeat <= countBefore) return settled;
  }
}
