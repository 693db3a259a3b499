// A key in a store: what is read and written there, who may, for how long, and the error that names both when the store fails.
//
// Not a store (stores.js), and no judge of texts.

import { AuthError, ClientAuthError } from "device-code-flow";
import { having } from "./arguments.js";

// How long a store may take for an answer. One that hangs would hold up every later step.
const PATIENCE = 10_000;

// How long one step may have the place to itself: the longest request, and what else there is to do. It is also the least time
// that Workers KV can keep something.
const LEASE = 60_000;

// How long somebody who must have it waits.
const WAIT = 65_000;
const LOOK = 50;

export class Place {
  constructor(store, key) {
    this.store = having(["read", "lease"], store, "store", "a store with read and lease, such as d1Store(env.DB)");
    this.key = key;
  }

  /** The text that is there, or null. */
  async read() {
    const text = await this.ask("read", () => this.store.read(this.key));
    return text === undefined ? null : text;
  }

  /**
   * The result of `work(held)`, or nothing if somebody else is at work. `held.read()` gives the text; `held.write(text)` stores
   * one in its place, and only there: not over what somebody else has put there since it was read. `null` takes it away.
   */
  async tryAlone(work) {
    const lease = await this.ask("lock", () => this.store.lease(this.key, LEASE));
    if (!lease) return undefined;
    const until = Date.now() + LEASE;
    let known;
    const read = async () => (known = await this.read());
    const write = async (text) => {
      const what = text === null ? "remove" : "write";
      // Another process may have it by now.
      if (Date.now() >= until) throw this.failed(what, new Error("the lease has run out"));
      await this.ask(what, () => lease.write(text, known));
      // Nothing is sent on the strength of a write that was lost.
      if ((await this.read()) !== text) throw this.failed(what, new Error("it does not have what it was given"));
      known = text;
    };
    try {
      return await work({ read, write });
    } finally {
      // A lease that cannot be given back runs out.
      await this.ask("unlock", () => lease.release()).catch(() => {});
    }
  }

  /** The same, as soon as nobody else is at work. */
  async alone(work) {
    const end = Date.now() + WAIT;
    for (;;) {
      let worked = false;
      const result = await this.tryAlone((held) => ((worked = true), work(held)));
      if (worked) return result;
      if (Date.now() > end) throw this.failed("lock", new Error("somebody else has it"));
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  /** `error`, about what was read here. */
  named(error) {
    if (error.errorMessage) {
      error.errorMessage = `${this.store.name}, key ${JSON.stringify(this.key)}: ${error.errorMessage}`;
      error.message = `${error.errorCode}: ${error.errorMessage}`;
    }
    return error;
  }

  async ask(what, work) {
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE)));
    try {
      return await Promise.race([work(), late]);
    } catch (cause) {
      // One that says itself where it was: a text that cannot be opened.
      throw cause instanceof AuthError ? cause : this.failed(what, cause);
    } finally {
      clearTimeout(timer);
    }
  }

  failed(what, cause) {
    const error = new ClientAuthError(
      "sign_in_store_error",
      `The store ${this.store.name} did not ${what} the key ${JSON.stringify(this.key)}: ${cause && cause.message}`,
      "See error.cause for what the store said; the sign-in goes on from what was stored last as soon as the store works again.",
    );
    error.retryable = true;
    error.cause = cause;
    return error;
  }
}
