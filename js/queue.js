// @ts-check
// Calls of a process that run one after the other. (For equal calls that share one result: shared-result.js.)
//
// A call that has stalled (queued-call.js says when and why) leaves the queue, and writes nothing if it runs again. A call that sends
// heartbeats is waited for, however long it takes: its work has deadlines of its own.
//
// Calls of other processes are not in the queue. A cache plugin that can lock its store makes them wait (`exclusively`).

import { mapOf } from "./maps.js";
import { heartbeatCount, QueuedCall, STALLED_AFTER } from "./queued-call.js";
import { atMost } from "./signal.js";

/** @type {WeakMap<object, Map<string, QueuedCall[]>>} */
const queues = new WeakMap();

/**
 * Runs `work` after all earlier work with this owner and name has ended. Rejects with `cache_busy` if this call was stalled while it
 * waited.
 *
 * @template T
 * @param {object} owner
 * @param {string} name
 * @param {string} resource what is waited for, for the error
 * @param {(call: QueuedCall) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inQueue(owner, name, resource, work) {
  const queue = queueOf(owner, name);
  const call = new QueuedCall(resource);
  queue.push(call);
  const leave = () => {
    call.end();
    remove(queue, call);
    const names = mapOf(queues, owner);
    if (!queue.length && names.get(name) === queue) names.delete(name);
  };
  try {
    while (queue[0] !== call) await waitForPrevious(queue, call);
    return await work(call);
  } finally {
    if (call.lateWrite) call.lateWrite.then(leave, leave);
    else leave();
  }
}

/**
 * @param {object} owner
 * @param {string} name
 * @returns {QueuedCall[]}
 */
function queueOf(owner, name) {
  const names = mapOf(queues, owner);
  const queue = names.get(name) || [];
  names.set(name, queue);
  return queue;
}

/**
 * Waits until the call before this one has ended. After 20 s, those before it that have stalled leave the queue.
 *
 * @param {QueuedCall[]} queue
 * @param {QueuedCall} call
 */
async function waitForPrevious(queue, call) {
  call.check();
  const previous = queue[queue.indexOf(call) - 1];
  const countBefore = heartbeatCount;
  if (await atMost(previous.ended, STALLED_AFTER)) return;
  for (const earlier of queue.slice(0, Math.max(0, queue.indexOf(call)))) {
    if (earlier.lastHeartbeat > countBefore) continue;
    earlier.isStalled = true;
    remove(queue, earlier);
  }
}

/**
 * @param {QueuedCall[]} queue
 * @param {QueuedCall} call
 */
function remove(queue, call) {
  const index = queue.indexOf(call);
  if (index >= 0) queue.splice(index, 1);
}
