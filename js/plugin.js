// @ts-check
// Calls the methods of a cache plugin. If a method throws, skips a step or does not end, the error says so.
//
// js/plugin-access.js decides when a plugin is called. The plugins of this package are js/storage.

import { AuthError, ClientAuthError } from "./errors.js";
import { atMost } from "./signal.js";

/**
 * How long a method of the plugin may take, in milliseconds. Longer than any store waits for a lock and then for an answer: the stores of
 * this package do for half a minute each, msal-node-extensions waits for a lock alone for 50 s.
 */
const METHOD_TIMEOUT = 100_000;

/** How long it may wait for a lock that is held across requests, in milliseconds: longer than the stores of this package do. */
const LOCK_TIMEOUT = 150_000;

/** How long a write that was given up is waited for all the same, in milliseconds, lest a later one comes before it. */
const LATE_WRITE_TIMEOUT = 200_000;

/** Errors about a method that has not ended and may still be running. */
const overdue = new WeakSet();

/**
 * Is this an error about a method that has not ended?
 *
 * @param {unknown} error
 */
export function isOverdue(error) {
  return overdue.has(Object(error));
}

/**
 * The writes that were given up and have not ended, by their store. As long as there is one, nothing counts as stored, because it may still
 * be written over with something older: it stays in memory, and each access stores it again.
 */
export const lateWrites = {
  /** @type {WeakMap<object, number>} */
  counts: new WeakMap(),

  /** @param {object} store */
  has(store) {
    return this.counts.get(store) !== undefined;
  },

  /**
   * Gives a promise for the time that the next access waits.
   *
   * @param {object} store
   * @param {Promise<unknown>} write
   */
  add(store, write) {
    const { counts } = this;
    counts.set(store, (counts.get(store) || 0) + 1);
    write.then(() => {
      const others = (counts.get(store) || 0) - 1;
      if (others) counts.set(store, others);
      else counts.delete(store);
    });
    return atMost(write, LATE_WRITE_TIMEOUT);
  },
};

/**
 * What the plugin's method gives. What it throws becomes an error of ours, unless it is one.
 *
 * @param {any} plugin
 * @param {"beforeCacheAccess" | "afterCacheAccess"} name
 * @param {object} context
 * @param {() => unknown} [afterwards] is called when the method ends after it has been given up
 */
export function callPlugin(plugin, name, context, afterwards) {
  const deadline = new Deadline(name);
  deadline.start(METHOD_TIMEOUT);
  return watched(plugin, name, [context], deadline, afterwards);
}

/**
 * What `work` gives, under the plugin's lock of this name if the plugin has locks. It does not matter whether the plugin hands the result
 * on.
 *
 * @template T
 * @param {any} plugin
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(plugin, name, work) {
  if (!plugin || !plugin.exclusively) return work();
  const locked = new LockedWork(work);
  locked.deadline.start(LOCK_TIMEOUT);
  /** @type {unknown} */
  let failure;
  try {
    await watched(plugin, "exclusively", [name, () => locked.run()], locked.deadline);
  } catch (error) {
    failure = error;
  }
  return locked.result(failure);
}

/** Work that a plugin is to run once, while it holds its lock. */
class LockedWork {
  /** @param {() => Promise<any>} work */
  constructor(work) {
    this.work = work;
    this.deadline = new Deadline("exclusively");
    /** @type {"waiting" | "running" | "done"} */
    this.state = "waiting";
    /** The caller has the plugin's answer. */
    this.isReturned = false;
    /** @type {Promise<any> | undefined} */
    this.outcome = undefined;
  }

  /** Runs the work once, however often the plugin calls. Every call gets the same promise. */
  run() {
    // Once the plugin has returned without a call, its caller has been told so: the work must not run any more.
    if (this.outcome || this.isReturned) return this.outcome;
    this.state = "running";
    // The time limit does not include the work.
    this.deadline.stop();
    const outcome = this.work();
    this.outcome = outcome;
    const ended = () => {
      this.state = "done";
      if (!this.isReturned) this.deadline.start(METHOD_TIMEOUT);
    };
    // If the plugin does not wait for the work, its rejection must still have somebody who takes it.
    outcome.then(ended, ended);
    return outcome;
  }

  /** @param {unknown} failure what the plugin failed with */
  async result(failure) {
    this.isReturned = true;
    if (!this.outcome) throw failure || neglected("did not call work");
    const { state } = this;
    // What `work` throws is thrown.
    const result = await this.outcome;
    if (failure) throw failure;
    if (state === "running") throw neglected("did not await work");
    return result;
  }
}

/** A time after which a plugin's method is given up. `passed` rejects then. */
class Deadline {
  /** @param {string} method */
  constructor(method) {
    this.method = method;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {(error: unknown) => void} */
    this.reject = () => {};
    /** @type {Promise<never>} */
    this.passed = new Promise((_, reject) => {
      this.reject = reject;
    });
  }

  /** @param {number} milliseconds */
  start(milliseconds) {
    this.stop();
    this.timer = setTimeout(() => this.reject(notEnded(this.method, milliseconds)), milliseconds);
  }

  stop() {
    clearTimeout(this.timer);
  }
}

/**
 * @param {any} plugin
 * @param {string} name
 * @param {unknown[]} given
 * @param {Deadline} deadline
 * @param {() => unknown} [afterwards]
 */
async function watched(plugin, name, given, deadline, afterwards) {
  const call = (async () => plugin[name](...given))();
  try {
    return await Promise.race([call, deadline.passed]);
  } catch (cause) {
    if (isOverdue(cause)) call.then(afterwards, afterwards).catch(() => {});
    if (cause instanceof AuthError) throw cause;
    const error = new ClientAuthError(
      "cache_plugin_error",
      `cache.cachePlugin.${name} failed.`,
      "See error.cause for what the plugin threw. Tokens that it did not store stay in memory, and the next call stores them.",
    );
    error.cause = cause;
    throw error;
  } finally {
    deadline.stop();
  }
}

/**
 * @param {string} method
 * @param {number} milliseconds
 */
function notEnded(method, milliseconds) {
  const error = new ClientAuthError(
    "cache_plugin_error",
    `cache.cachePlugin.${method} did not end within ${milliseconds / 1000} s.`,
    "See what the plugin waits for: its promise must settle. Tokens that have arrived stay in memory, and the next call stores them.",
  );
  overdue.add(error);
  return error;
}

/** @param {string} what */
function neglected(what) {
  return new ClientAuthError(
    "cache_plugin_error",
    `cache.cachePlugin.exclusively ${what}.`,
    "exclusively(name, work) must call work, await it, and only then give the lock back; where there is no lock to be had, it must reject. Tokens that have arrived stay in memory, and the next call stores them.",
  );
}

/** For a plugin that stores when nobody waits for it any more: it would write over its store with nothing. */
export function forgottenError() {
  return new ClientAuthError(
    "cache_plugin_error",
    "tokenCache.serialize was called after clearCache() had forgotten what it was about.",
    "Store the text before the promise of afterCacheAccess resolves.",
  );
}
