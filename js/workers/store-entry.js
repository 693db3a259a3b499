// @ts-check
// One key in a store of sign-ins: reads and writes its text under a lease, and names the store and the key in errors.

import { AuthError, ClientAuthError } from "device-code-flow";
import { requireMethods } from "./arguments.js";

/** @typedef {import("device-code-flow/workers").SignInStore} SignInStore */
/** @typedef {import("device-code-flow/workers").SignInLease} SignInLease */
/** @typedef {"read" | "write" | "remove" | "lock" | "unlock"} Operation */

// How long a store may take to answer, in milliseconds. A store that never answers would block all later steps.
const STORE_TIMEOUT = 10_000;

// How long one step may have the key to itself, in milliseconds: the longest request, and the other work of a step. It is also the
// shortest time for which Workers KV keeps an entry.
const LEASE_DURATION = 60_000;

// The longest text, in characters: LONGEST of src/flow/saved/mod.rs, which is the limit of a saved flow in bytes.
const MAX_LENGTH = 1024 * 1024;

// How long `exclusively` waits for the lease, and how often it tries, in milliseconds.
const LEASE_PATIENCE = 65_000;
const LEASE_INTERVAL = 50;

export class StoreEntry {
  /** @type {SignInStore} */
  store;
  /** @type {string} */
  key;

  /**
   * @param {SignInStore} store
   * @param {string} key
   */
  constructor(store, key) {
    this.store = requireMethods(store, ["read", "lease"], "store", "a store with read and lease, such as d1Store(env.DB)");
    this.key = key;
  }

  /**
   * The stored text, or null.
   * @returns {Promise<string | null>}
   */
  async read() {
    const text = await this.call("read", () => this.store.read(this.key));
    if (typeof text === "string" && text.length > MAX_LENGTH) throw this.addLocation(tooLong(text));
    return text === undefined ? null : text;
  }

  /**
   * Runs `work` under the lease and gives its result; undefined if another process has the lease.
   * @template T
   * @param {(entry: LeasedEntry) => Promise<T>} work
   * @returns {Promise<T | undefined>}
   */
  async tryExclusively(work) {
    const lease = await this.lease();
    return lease ? this.withLease(lease, work) : undefined;
  }

  /**
   * Runs `work` under the lease and gives its result, as soon as no other process has the lease.
   * @template T
   * @param {(entry: LeasedEntry) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async exclusively(work) {
    const end = Date.now() + LEASE_PATIENCE;
    for (;;) {
      const lease = await this.lease();
      if (lease) return this.withLease(lease, work);
      if (Date.now() > end) throw this.storeError("lock", new Error("another process has it"));
      await new Promise((resolve) => setTimeout(resolve, LEASE_INTERVAL));
    }
  }

  /** @returns {Promise<LeasedEntry | null>} */
  async lease() {
    const lease = await this.call("lock", () => this.store.lease(this.key, LEASE_DURATION));
    return lease && new LeasedEntry(this, lease);
  }

  /**
   * @template T
   * @param {LeasedEntry} lease
   * @param {(entry: LeasedEntry) => Promise<T>} work
   */
  async withLease(lease, work) {
    try {
      return await work(lease);
    } finally {
      await lease.release();
    }
  }

  /**
   * Adds the store and the key to the message of an error about the stored text.
   * @template T
   * @param {T} error
   * @returns {T}
   */
  addLocation(error) {
    if (error instanceof AuthError && error.errorMessage) {
      error.errorMessage = `${this.store.name}, key ${JSON.stringify(this.key)}: ${error.errorMessage}`;
      error.message = `${error.errorCode}: ${error.errorMessage}`;
    }
    return error;
  }

  /**
   * The result of a call of the store. It rejects with an error that names the store and the key.
   * @template T
   * @param {Operation} operation
   * @param {() => Promise<T>} callStore
   * @returns {Promise<T>}
   */
  async call(operation, callStore) {
    try {
      return await withTimeout(callStore);
    } catch (cause) {
      // A text that cannot be decrypted: that error names the store already.
      throw cause instanceof AuthError ? cause : this.storeError(operation, cause);
    }
  }

  /**
   * @param {Operation} operation
   * @param {unknown} cause
   */
  storeError(operation, cause) {
    const error = new ClientAuthError(
      "sign_in_store_error",
      `The store ${this.store.name} did not ${operation} the key ${JSON.stringify(this.key)}: ${Object(cause).message}`,
      "See error.cause for the store's own error; a later step continues the sign-in from the last stored text when the store works again.",
    );
    error.retryable = true;
    error.cause = cause;
    return error;
  }
}

/** @param {string} text */
function tooLong({ length }) {
  const error = new AuthError(
    "saved_flow_invalid",
    `The text of the sign-in has ${length} characters. The limit is ${MAX_LENGTH}.`,
    "Restore the text under this key, or call cancel() and start a new sign-in.",
  );
  error.fault = "caller";
  return error;
}

/** The entry while this process has its lease. */
export class LeasedEntry {
  /** @type {StoreEntry} */
  entry;
  /** @type {SignInLease} */
  lease;
  leaseEnd = Date.now() + LEASE_DURATION;
  /**
   * The text that was read or written last; undefined before the first read.
   * @type {string | null | undefined}
   */
  lastText = undefined;

  /**
   * @param {StoreEntry} entry
   * @param {SignInLease} lease
   */
  constructor(entry, lease) {
    this.entry = entry;
    this.lease = lease;
  }

  async read() {
    this.lastText = await this.entry.read();
    return this.lastText;
  }

  /**
   * Replaces the text that was read last, or removes it if `text` is null. It rejects if another process has written since.
   * @param {string | null} text
   */
  async write(text) {
    const { entry, lease, lastText } = this;
    const operation = text === null ? "remove" : "write";
    // Another process may have the lease by now.
    if (Date.now() >= this.leaseEnd) throw entry.storeError(operation, new Error("the lease has expired"));
    await entry.call(operation, () => lease.write(text, lastText));
    // No request may depend on a write that was lost.
    if ((await entry.read()) !== text) throw entry.storeError(operation, new Error("it does not have what it was given"));
    this.lastText = text;
  }

  async release() {
    // A lease that cannot be released expires.
    await this.entry.call("unlock", () => this.lease.release()).catch(() => {});
  }
}

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} rejects if `work` takes too long
 */
async function withTimeout(work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${STORE_TIMEOUT / 1000} s`)), STORE_TIMEOUT);
  });
  try {
    return await Promise.race([work(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
