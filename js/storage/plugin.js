// A cache plugin out of a store: what all stores have in common, which is when they load, store, lock and set aside.
//
// Not a store. One is an object with:
//   name, place             what it is called, and where the text is, for errors
//   load(lock)              the text; "" where there is none
//   save(text, lock, merge) keeps it; merge(other) gives the text with what another has stored meanwhile
//   setAside(lock)          moves a damaged text out of the way, never over another; gives where it is now
//   acquire(name)           optional: a lock { lost, release() } for itself, or an error once its patience is over

import { looksSealed } from "./encryption.js";
import { leftSealed, setAside, unreadable, unwritable, lockLost, wrongArgument } from "./failures.js";
import { AuthError } from "device-code-flow";

// How long the store stays locked for a caller that loads and never comes back to store.
const FORGOTTEN = 60_000;

// How long it may take to load or to store. Whoever asks a store that never answers would never be told.
const PATIENCE = 30_000;

const stores = new WeakMap();

/** What errors about a plugin call its store; another's plugin has no place to tell. */
export function placeOf(plugin) {
  const store = stores.get(plugin);
  return store ? `${store.name} (${store.place})` : "The text of the cache plugin";
}

export function pluginOf(store) {
  // Context → what is known of the access that it stands for.
  const accesses = new WeakMap();
  // The lock of an `exclusively("store", …)` under way: a load and a store inside it need none of their own.
  let around;

  const plugin = {
    async beforeCacheAccess(context) {
      const access = { lock: around, failed: true };
      accesses.set(context, access);
      // Who only reads needs no lock: a store is whole at every moment. msal-node knows of no `exclusively`: where it is
      // going to store, the store is locked from here to afterCacheAccess.
      if (context.cacheHasChanged) await lockFor(access);
      try {
        await handOver(context.tokenCache, access);
        access.failed = false;
      } finally {
        if (access.failed) await letGo(access);
      }
    },
    async afterCacheAccess(context) {
      const access = accesses.get(context) || { lock: around };
      accesses.delete(context);
      // What could not be read is not written over. The caller has been told.
      if (access.failed) return;
      try {
        if (!context.cacheHasChanged) return;
        // For a program of its own that only stores.
        await lockFor(access);
        await keep(context.tokenCache, access.lock);
      } finally {
        await letGo(access);
      }
    },
  };
  if (store.acquire) plugin.exclusively = exclusively;
  stores.set(plugin, store);
  return plugin;

  async function lockFor(access) {
    if (access.lock || !store.acquire) return;
    access.lock = access.own = await told(store.acquire("store"), unwritable);
    access.timer = setTimeout(() => letGo(access), FORGOTTEN);
    if (access.timer.unref) access.timer.unref();
  }

  async function letGo({ own, timer }) {
    clearTimeout(timer);
    if (own) await own.release();
  }

  /** `first`: what the cache has said of the text already; it is that error which the caller keeps. */
  async function handOver(tokenCache, access, first) {
    let text;
    try {
      text = await told(answered(store.load(access.lock)), unreadable);
      tokenCache.deserialize(text);
    } catch (error) {
      // msal-node leaves it to JSON.parse to throw.
      if (error.errorCode !== "token_cache_invalid" && !(error instanceof SyntaxError)) throw error;
      // Whose program forgot encrypted() once must not lose a sign-in over it.
      if (text && looksSealed(text)) throw leftSealed(store, first || error);
      // It is moved only if it still is the one that is damaged.
      if (store.acquire && !access.lock) {
        await lockFor(access);
        return handOver(tokenCache, access, error);
      }
      throw setAside(store, first || error, await told(store.setAside(access.lock), unwritable));
    }
  }

  async function keep(tokenCache, lock) {
    const merge = async (other) => {
      await tokenCache.deserialize(other);
      return tokenCache.serialize();
    };
    const text = tokenCache.serialize();
    if (lock && lock.lost) throw lockLost(store, lock.name);
    await told(answered(store.save(text, lock, merge)), unwritable);
  }

  /** What the store throws of its own, as an error that names it. */
  async function told(promise, failure) {
    try {
      return await promise;
    } catch (cause) {
      throw cause instanceof AuthError ? cause : failure(store, cause);
    }
  }

  async function exclusively(name, work) {
    if (!/^[a-z0-9-]+$/.test(name)) throw wrongArgument("The name of a lock", "letters a-z, digits and dashes");
    const lock = await told(store.acquire(name), unwritable);
    if (name === "store") around = lock;
    try {
      return await work();
    } finally {
      if (around === lock) around = undefined;
      await lock.release();
    }
  }
}

/** What it gives, or an error when that takes too long. */
async function answered(promise) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * For the name of a text that was set aside: when, in characters that every store takes. And a few of chance: two texts of one
 * millisecond must not take each other's place.
 */
export function moment() {
  const chance = Math.random().toString(36).slice(2, 8);
  return `${new Date().toISOString().replace(/[:.]/g, "-")}-${chance}`;
}

/** How long a lock is waited for. A refresh is held across requests, the store for milliseconds. */
export function patienceFor(name, asked) {
  return asked === undefined ? (name === "store" ? 30_000 : 120_000) : asked;
}
