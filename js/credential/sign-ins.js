// One sign-in at a time: whoever needs a person while one is being asked waits for that sign-in instead of showing a second
// code. And abort signals, each of which ends its own call alone.
//
// What a sign-in is, it does not know.

import { aborted } from "./errors.js";

// How long a sign-in may take to show a code, and how long after the code's life it may still end. One that is older has been
// left behind by its host, as Workers does with a request that has ended: nobody has to wait for it.
const BEFORE_CODE = 100_000;
const AFTER_CODE = 60_000;

export class SignIns {
  constructor() {
    // How many have ended well.
    this.ended = 0;
    this.current = undefined;
  }

  /**
   * The result of `ask(signal, lasts)`, which calls `lasts` with the seconds that the code will live. If a sign-in is under
   * way, it is waited for: with the same key its result is this one's; with another, nothing is given, and the caller looks
   * for tokens again. A person who said no to one has said no to all who waited; any other failure is of that sign-in alone.
   */
  async join(key, ask, signal) {
    if (this.current && Date.now() > this.current.until) this.current = undefined;
    const current = this.current || (this.current = this.begun(key, ask));
    current.waiting += 1;
    try {
      const result = await abortable(current.result, signal);
      return current.key === key ? result : undefined;
    } catch (error) {
      if (current.key === key || isAborted(signal) || Object(error).fault === "person") throw error;
      return undefined;
    } finally {
      current.waiting -= 1;
      // Nobody waits for it any more.
      if (!current.waiting) this.abandoned(current);
    }
  }

  begun(key, ask) {
    // Where there is none, an abandoned sign-in goes on until its code expires.
    const controller = typeof AbortController === "undefined" ? undefined : new AbortController();
    const current = { key, controller, waiting: 0, until: Date.now() + BEFORE_CODE };
    const lasts = (seconds) => (current.until = Date.now() + seconds * 1000 + AFTER_CODE);
    const over = () => {
      if (this.current === current) this.current = undefined;
    };
    current.result = (async () => ask(controller && controller.signal, lasts))();
    current.result.then(() => ((this.ended += 1), over()), over);
    return current;
  }

  abandoned(current) {
    if (this.current !== current) return;
    this.current = undefined;
    if (current.controller) current.controller.abort();
  }
}

/** Rejects as soon as the signal aborts; otherwise settles as `promise` does. A signal needs `aborted` and the two listener methods. */
export function abortable(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted(signal));
    if (isAborted(signal)) abort();
    else signal.addEventListener("abort", abort);
    // Both ways are taken even when the abort came first: a late rejection must not go unhandled.
    promise.then(resolve, reject).then(() => signal.removeEventListener && signal.removeEventListener("abort", abort));
  });
}

function isAborted(signal) {
  return !!signal && signal.aborted;
}
