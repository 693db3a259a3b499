// @ts-check
// Makes a cache plugin of a store. All stores load, save, lock and set damaged texts aside at the same moments.

import { AuthError } from "device-code-flow";
import { looksEncrypted } from "./encryption.js";
import { describeStore, lockLost, setAside, stillEncrypted, unreadable, unwritable, wrongArgument } from "./storage-errors.js";

/** @typedef {import("device-code-flow").ICachePlugin} ICachePlugin */
/** @typedef {import("device-code-flow").TokenCacheContext} TokenCacheContext */
/** @typedef {import("device-code-flow").ISerializableTokenCache} TokenCache */
/** @typedef {import("device-code-flow/storage").LockingCachePlugin} LockingCachePlugin */

/**
 * A lock that this process holds.
 * @typedef {object} Lock
 * @property {string} [name] for errors
 * @property {boolean} [lost] another process has taken the lock over
 * @property {() => Promise<void>} release
 */

/**
 * Where a text is kept.
 * @template {Lock} L
 * @typedef {object} Store
 * @property {string} name of the function that made the store, for errors
 * @property {string} place where the text is, for errors
 * @property {string} [key] the key of the text, in a store of keys. `encrypted` binds the text to it
 * @property {(lock: L | undefined) => Promise<string>} load gives the text; "" where there is none
 * @property {(text: string, lock: L, merge: (other: string) => Promise<string>) => Promise<void>} save stores the text. `merge`
 * gives the text together with another one, which somebody has stored meanwhile
 * @property {(lock: L) => Promise<string>} setAside moves a damaged text away, never over another one, and gives its new place
 * @property {(name: string) => Promise<L>} [acquire] gives the lock of this name. Rejects if it does not become free in time.
 * Stores that cannot lock do not have it
 */

/**
 * One access of a caller, from beforeCacheAccess to afterCacheAccess.
 * @template {Lock} L
 * @typedef {object} Access
 * @property {L} [lock] protects the access; it may be the lock of a surrounding `exclusively`
 * @property {L} [ownLock] the lock to release at the end of the access
 * @property {ReturnType<typeof setTimeout>} [timer] releases the lock of a caller that never comes back
 * @property {boolean} hasLoaded the text was loaded, so that it may be written over
 */

// How long the store stays locked for a caller that loads and never comes back to save, in milliseconds.
const ACCESS_TIMEOUT = 60_000;

// How long a store may take to load or to save, in milliseconds. A store that never answers would block all calls.
const STORE_TIMEOUT = 30_000;

/** @type {WeakMap<object, import("./storage-errors.js").Location>} */
const stores = new WeakMap();

/**
 * How errors name the text of a plugin. The place of a plugin that was not made here is unknown.
 * @param {ICachePlugin} plugin
 */
export function describePlugin(plugin) {
  const store = stores.get(plugin);
  return store ? describeStore(store) : "The text of the cache plugin";
}

/**
 * @template {Lock} L
 * @param {Store<L>} store
 * @returns {LockingCachePlugin} without `exclusively` if the store cannot lock
 */
export function createCachePlugin(store) {
  const accesses = new StoreAccesses(store);
  /** @type {ICachePlugin & { place?: string }} */
  const plugin = {
    beforeCacheAccess: (context) => accesses.begin(context),
    afterCacheAccess: (context) => accesses.end(context),
  };
  if (store.acquire) plugin.exclusively = (name, work) => accesses.exclusively(name, work);
  if (store.key !== undefined) plugin.place = store.key;
  stores.set(plugin, store);
  return /** @type {LockingCachePlugin} */ (plugin);
}

/**
 * How long to wait for a lock, in milliseconds. The lock of a refresh is held during requests, the lock of the store for
 * milliseconds.
 * @param {string} name
 * @param {number} [patience] of the program
 */
export function lockPatience(name, patience) {
  if (patience !== undefined) return patience;
  return name === "store" ? 30_000 : 120_000;
}

/**
 * A part of the name of a text that was set aside: the time, in characters that every store accepts. The random characters keep
 * two texts of one millisecond apart.
 */
export function timestamp() {
  const random = Math.random().toString(36).slice(2, 8);
  return `${new Date().toISOString().replace(/[:.]/g, "-")}-${random}`;
}

/** @template {Lock} L */
class StoreAccesses {
  /** @type {Store<L>} */
  store;
  /** @type {WeakMap<TokenCacheContext, Access<L>>} */
  accesses = new WeakMap();
  /**
   * The lock of an `exclusively("store", …)` that is running. A load and a save inside it need no lock of their own.
   * @type {L | undefined}
   */
  surroundingLock = undefined;

  /** @param {Store<L>} store */
  constructor(store) {
    this.store = store;
  }

  /** @param {TokenCacheContext} context */
  async begin(context) {
    /** @type {Access<L>} */
    const access = { lock: this.surroundingLock, hasLoaded: false };
    this.accesses.set(context, access);
    // Readers need no lock, because a store never shows half a text. msal-node does not call `exclusively`: if it is going to save,
    // the store is locked from here to afterCacheAccess.
    if (context.cacheHasChanged) await this.lock(access);
    try {
      await this.load(context.tokenCache, access);
      access.hasLoaded = true;
    } finally {
      if (!access.hasLoaded) await this.unlock(access);
    }
  }

  /** @param {TokenCacheContext} context */
  async end(context) {
    // A program that only saves has no access yet.
    const access = this.accesses.get(context) || { lock: this.surroundingLock, hasLoaded: true };
    this.accesses.delete(context);
    // A text that could not be read is not written over. The caller has received the error.
    if (!access.hasLoaded) return;
    try {
      if (!context.cacheHasChanged) return;
      await this.lock(access);
      await this.save(context.tokenCache, access.lock);
    } finally {
      await this.unlock(access);
    }
  }

  /**
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} work
   */
  async exclusively(name, work) {
    if (!/^[a-z0-9-]+$/.test(name)) throw wrongArgument("The name of a lock", "letters a-z, digits and dashes");
    const lock = await this.acquire(name);
    if (name === "store") this.surroundingLock = lock;
    try {
      return await work();
    } finally {
      if (this.surroundingLock === lock) this.surroundingLock = undefined;
      await lock.release();
    }
  }

  /**
   * Loads the text. A damaged text is set aside, and then this rejects.
   * @param {TokenCache} tokenCache
   * @param {Access<L>} access
   */
  async load(tokenCache, access) {
    let damage = await this.tryLoad(tokenCache, access);
    if (!damage) return;
    // The cache has thrown this error already, so the caller may know it.
    const { error } = damage;
    this.refuseEncrypted(damage.text, error);
    // The text may be moved only if it is still damaged while the store is locked.
    if (this.store.acquire && !access.lock) {
      await this.lock(access);
      damage = await this.tryLoad(tokenCache, access);
      if (!damage) return;
      this.refuseEncrypted(damage.text, error);
    }
    const backup = await this.call(this.store.setAside(/** @type {L} */ (access.lock)), unwritable);
    throw setAside(this.store, error, backup);
  }

  /**
   * Gives the error of a damaged text, and the text if there is one; undefined if the text was loaded.
   * @param {TokenCache} tokenCache
   * @param {Access<L>} access
   * @returns {Promise<{ error: unknown, text?: string } | undefined>}
   */
  async tryLoad(tokenCache, access) {
    let text;
    try {
      text = await this.call(withTimeout(this.store.load(access.lock)), unreadable);
      tokenCache.deserialize(text);
      return undefined;
    } catch (error) {
      if (isDamage(error)) return { error, text };
      throw error;
    }
  }

  /**
   * The text of a program that left out encrypted() is not damaged.
   * @param {string | undefined} text
   * @param {unknown} error
   */
  refuseEncrypted(text, error) {
    if (text && looksEncrypted(text)) throw stillEncrypted(this.store, error);
  }

  /**
   * @param {TokenCache} tokenCache
   * @param {L | undefined} lock
   */
  async save(tokenCache, lock) {
    const merge = async (/** @type {string} */ other) => {
      await tokenCache.deserialize(other);
      return tokenCache.serialize();
    };
    const text = tokenCache.serialize();
    if (lock && lock.lost) throw lockLost(this.store, String(lock.name));
    await this.call(withTimeout(this.store.save(text, /** @type {L} */ (lock), merge)), unwritable);
  }

  /** @param {Access<L>} access */
  async lock(access) {
    if (access.lock || !this.store.acquire) return;
    access.ownLock = await this.acquire("store");
    access.lock = access.ownLock;
    access.timer = setTimeout(() => this.unlock(access), ACCESS_TIMEOUT);
    unref(access.timer);
  }

  /** @param {Access<L>} access */
  async unlock({ ownLock, timer }) {
    clearTimeout(timer);
    if (ownLock) await ownLock.release();
  }

  /** @param {string} name */
  acquire(name) {
    const { store } = this;
    if (!store.acquire) throw new Error(`${store.name} cannot lock`);
    return this.call(store.acquire(name), unwritable);
  }

  /**
   * The result of a call of the store. An error of the engine becomes one that names the store.
   * @template T
   * @param {Promise<T>} promise
   * @param {(store: Store<L>, cause: unknown) => AuthError} toError
   */
  async call(promise, toError) {
    try {
      return await promise;
    } catch (cause) {
      throw cause instanceof AuthError ? cause : toError(this.store, cause);
    }
  }
}

/**
 * Does the error mean that a text is not a token cache? msal-node throws the SyntaxError of JSON.parse.
 * @param {unknown} error
 */
function isDamage(error) {
  return error instanceof SyntaxError || Object(error).errorCode === "token_cache_invalid";
}

/**
 * The timer does not keep a process of Node, Deno or Bun running.
 * @param {unknown} timer
 */
export function unref(timer) {
  if (typeof Object(timer).unref === "function") Object(timer).unref();
  else if (typeof Deno !== "undefined") Deno.unrefTimer(timer);
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>} rejects if the promise takes too long
 */
async function withTimeout(promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${STORE_TIMEOUT / 1000} s`)), STORE_TIMEOUT);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
