// @ts-check
// What the module calls while it drives one flow: a fetch, a log, and the store for the tokens (src/web/host.rs).
//
// It outlives the instance that the flow lives in. Tokens that have arrived are stored even if the instance is lost meanwhile.

import { AuthError, isOwnError } from "./errors.js";

/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./glue.js").Flow} Flow */
/** @typedef {import("./glue.js").SignIn} SignIn */
/** @typedef {import("./glue.js").Profile[] | undefined} Profiles */
/** @typedef {{ signIn: SignIn, profiles: Profiles }} StoredTokens */

export class FlowHost {
  /**
   * @param {Client} client
   * @param {() => string} correlationId
   */
  constructor(client, correlationId) {
    this.client = client;
    this.correlationId = correlationId;
    /** A function like `fetch`. */
    this.fetch = client.fetch();
    /** Takes the lines of the log, if anybody reads them. */
    this.log = client.log(correlationId);
    /** The name under which the cache remembers the flow that brought the tokens. @type {string | undefined} */
    this.flowId = undefined;
    /** The flow that has ended with tokens, and the tokens. @type {{ flow: Flow, signIn: SignIn } | undefined} */
    this.arrived = undefined;
    /** @type {Promise<Profiles> | undefined} */
    this.storing = undefined;
  }

  /**
   * Stores the tokens that `flow` ended with, once, however many callers ask. If that fails, the next call tries again: the flow is over,
   * but its tokens are not lost.
   *
   * @param {Flow} flow
   * @param {SignIn} signIn
   * @returns {Promise<StoredTokens>}
   */
  async storeTokens(flow, signIn) {
    this.arrived = this.arrived || { flow, signIn };
    this.storing = this.storing || this.client.cache.storeTokens(this.arrived.flow, this.flowId);
    try {
      return { signIn: this.arrived.signIn, profiles: await this.storing };
    } catch (error) {
      this.storing = undefined;
      // What a plugin throws may be frozen.
      if (error instanceof AuthError && !error.correlationId && !Object.isFrozen(error)) error.correlationId = this.correlationId();
      throw error;
    }
  }

  /**
   * What `work` gives. If the instance is lost while the tokens are being stored, that goes on without it, and this is what it gives.
   *
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | StoredTokens>}
   */
  async orStored(work) {
    const stored = this.storeArrived();
    if (stored) return stored;
    try {
      return await work();
    } catch (error) {
      const stored = isOwnError(error, "internal_error") && this.storeArrived();
      if (!stored) throw error;
      return stored;
    }
  }

  /** Stores the tokens if they have arrived. */
  storeArrived() {
    return this.arrived && this.storeTokens(this.arrived.flow, this.arrived.signIn);
  }
}
