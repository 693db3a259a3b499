// @ts-check
// A call that other calls wait for (queue.js, shared-result.js). Its heartbeat says that it still runs.
//
// On Workers a promise never settles once the request that created it has ended. A call that waits for such a promise would wait for ever.
// So each call sends a heartbeat every 5 s. A call without a heartbeat for 20 s is stalled: the others go on without it.

import { ClientAuthError } from "./errors.js";

/** In milliseconds. */
const HEARTBEAT_INTERVAL = 5_000;

/** For how long a stalled call has sent no heartbeat, in milliseconds. */
export const STALLED_AFTER = 20_000;

/** How many heartbeats all calls have sent. It orders them, whatever happens to the clock. */
export let heartbeatCount = 0;

export class QueuedCall {
  /** @param {string} resource what the call waits for and uses, for the error */
  constructor(resource) {
    this.resource = resource;
    this.isStalled = false;
    /** `heartbeatCount` at the last heartbeat of this call. */
    this.lastHeartbeat = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** A write that has not ended, although the call has. The next calls wait for it. @type {Promise<unknown> | undefined} */
    this.lateWrite = undefined;
    /** @type {(hasEnded: true) => void} */
    this.resolve = () => {};
    /** @type {Promise<true>} */
    this.ended = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.sendHeartbeat();
  }

  sendHeartbeat() {
    this.lastHeartbeat = ++heartbeatCount;
    this.timer = setTimeout(() => this.sendHeartbeat(), HEARTBEAT_INTERVAL);
  }

  end() {
    clearTimeout(this.timer);
    this.resolve(true);
  }

  /** Throws if this call was stalled: later calls may have written since. */
  check() {
    if (this.isStalled) throw stalledError(this.resource);
  }
}

/** @param {string} resource */
function stalledError(resource) {
  const error = new ClientAuthError(
    "cache_busy",
    `This call stalled for more than ${STALLED_AFTER / 1000} s while it waited for ${resource} or used it, and a later call has gone on.`,
    "Call again. Tokens that have arrived stay in memory, and the next call stores them.",
  );
  error.retryable = true;
  return error;
}
