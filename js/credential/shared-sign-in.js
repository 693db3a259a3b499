// @ts-check
// One sign-in at a time: a call that needs a person while another sign-in is running waits for that one instead of showing a second
// code.

import { abortable, isAborted } from "./abort.js";

/** @typedef {import("device-code-flow").AuthenticationResult} AuthenticationResult */
/** @typedef {import("device-code-flow/credential").AbortSignalLike} AbortSignalLike */

/**
 * A sign-in that is running.
 * @typedef {object} SignIn
 * @property {string} key calls with the same key want the same tokens
 * @property {Promise<AuthenticationResult>} result
 * @property {AbortController | undefined} controller ends the sign-in. In a host without AbortController an abandoned sign-in goes on
 * until its code expires
 * @property {Deadline} deadline
 * @property {number} callers how many calls wait for it
 */

// How long a sign-in may take to show a code, and how long after the code's expiry it may still end, in milliseconds. A host may
// abandon an older one, as Workers does with a request that has ended: no call has to wait for it.
const TIME_TO_CODE = 100_000;
const TIME_AFTER_CODE = 60_000;

/** Until when a sign-in may run, in milliseconds since 1970. */
class Deadline {
  time = Date.now() + TIME_TO_CODE;

  /** @param {number} seconds until the code expires */
  extend(seconds) {
    this.time = Date.now() + seconds * 1000 + TIME_AFTER_CODE;
  }
}

export class SharedSignIn {
  /** How many sign-ins have succeeded. */
  successes = 0;
  /** @type {SignIn | undefined} */
  current = undefined;

  /**
   * Starts a sign-in with `ask`, or waits for the one that is running. The result is that of the sign-in if it has the same key;
   * otherwise it is undefined, and the caller looks for tokens again. If the person declines, all callers are rejected; any other error
   * is of that sign-in alone.
   * @param {string} key
   * @param {(signal: AbortSignal | undefined, deadline: Deadline) => Promise<AuthenticationResult>} ask
   * @param {AbortSignalLike | undefined} signal
   * @returns {Promise<AuthenticationResult | undefined>}
   */
  async join(key, ask, signal) {
    const signIn = this.running() || this.start(key, ask);
    signIn.callers += 1;
    try {
      const result = await abortable(signIn.result, signal);
      return signIn.key === key ? result : undefined;
    } catch (error) {
      const concernsThisCall = signIn.key === key || isAborted(signal) || Object(error).fault === "person";
      if (concernsThisCall) throw error;
      return undefined;
    } finally {
      signIn.callers -= 1;
      if (!signIn.callers) this.abandon(signIn);
    }
  }

  running() {
    const { current } = this;
    return current && Date.now() <= current.deadline.time ? current : undefined;
  }

  /**
   * @param {string} key
   * @param {(signal: AbortSignal | undefined, deadline: Deadline) => Promise<AuthenticationResult>} ask
   */
  start(key, ask) {
    const controller = typeof AbortController === "undefined" ? undefined : new AbortController();
    const deadline = new Deadline();
    const result = (async () => ask(controller && controller.signal, deadline))();
    /** @type {SignIn} */
    const signIn = { key, controller, deadline, result, callers: 0 };
    this.current = signIn;
    const succeed = () => {
      this.successes += 1;
      this.end(signIn);
    };
    result.then(succeed, () => this.end(signIn));
    return signIn;
  }

  /** @param {SignIn} signIn */
  end(signIn) {
    if (this.current === signIn) this.current = undefined;
  }

  /**
   * No call waits for the sign-in any more.
   * @param {SignIn} signIn
   */
  abandon(signIn) {
    if (this.current !== signIn) return;
    this.current = undefined;
    if (signIn.controller) signIn.controller.abort();
  }
}
