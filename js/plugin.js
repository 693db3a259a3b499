// Calls of a cache plugin: what it throws, what it forgets to do, and that it never ends, becomes an error that says so.
//
// Not when it is called: js/cache.js. Nor the plugins of this package: js/storage.

import { AuthError, ClientAuthError } from "./errors.js";

// How long a method of the plugin may take. Longer than any store waits for a lock and then for an answer: the stores of this package
// do for half a minute each, msal-node-extensions for a lock alone for 50 s.
const PATIENCE = 100_000;

// How long it may wait for a lock that is held across requests: longer than the stores of this package do.
const LOCK_PATIENCE = 150_000;

/**
 * What the plugin's method gives. What it throws becomes an error of ours, unless it is one. `afterwards` is called should it end
 * when it has been given up.
 */
export function outside(plugin, name, context, afterwards) {
  const watch = watchOver(name, afterwards);
  watch.start(PATIENCE);
  return watched(plugin, name, [context], watch);
}

// Errors about what has not ended, and may still be running.
const overdue = new WeakSet();

/** Is it about a method that has not ended? */
export function isOverdue(error) {
  return overdue.has(Object(error));
}

async function watched(plugin, name, given, watch) {
  const call = (async () => plugin[name](...given))();
  try {
    return await Promise.race([call, watch.late]);
  } catch (cause) {
    if (isOverdue(cause)) call.then(watch.afterwards, watch.afterwards).catch(() => {});
    if (cause instanceof AuthError) throw cause;
    const error = new ClientAuthError(
      "cache_plugin_error",
      `cache.cachePlugin.${name} failed.`,
      "See error.cause for what the plugin threw. Tokens that it did not store stay in memory, and the next call stores them.",
    );
    error.cause = cause;
    throw error;
  } finally {
    watch.stop();
  }
}

/** `late` rejects when a time that was started is over. */
function watchOver(name, afterwards) {
  let timer;
  let give;
  const late = new Promise((_, reject) => (give = reject));
  const stop = () => clearTimeout(timer);
  const start = (patience) => {
    stop();
    timer = setTimeout(() => give(notEnded(name, patience)), patience);
  };
  return { late, start, stop, afterwards };
}

function notEnded(name, patience) {
  const error = new ClientAuthError(
    "cache_plugin_error",
    `cache.cachePlugin.${name} did not end within ${patience / 1000} s.`,
    "See what the plugin waits for: its promise must settle. Tokens that have arrived stay in memory, and the next call stores them.",
  );
  overdue.add(error);
  return error;
}

/** What `work` gives, under the plugin's lock of this name if it has locks. Whether the plugin hands that on does not matter. */
export async function locked(plugin, name, work) {
  if (!plugin || !plugin.exclusively) return work();
  let outcome;
  let isUnderWay = false;
  let isOver = false;
  const watch = watchOver("exclusively");
  const once = () => {
    // The caller has been told that it was not called.
    if (isOver) return undefined;
    const ended = () => {
      isUnderWay = false;
      if (!isOver) watch.start(PATIENCE);
    };
    isUnderWay = true;
    // What it takes itself is its own affair.
    watch.stop();
    outcome = work();
    // What the plugin does not wait for must be nobody's unhandled rejection.
    outcome.then(ended, ended);
    return outcome;
  };
  watch.start(LOCK_PATIENCE);
  let failure;
  try {
    await watched(plugin, "exclusively", [name, once], watch);
  } catch (error) {
    failure = error;
  }
  isOver = true;
  if (!outcome) throw failure || neglected("did not call work");
  const wasUnderWay = isUnderWay;
  // What `work` throws is told as that.
  const result = await outcome;
  if (failure) throw failure;
  if (wasUnderWay) throw neglected("did not await work");
  return result;
}

function neglected(what) {
  return new ClientAuthError(
    "cache_plugin_error",
    `cache.cachePlugin.exclusively ${what}.`,
    "exclusively(name, work) must call work, await it, and only then give the lock back; where there is no lock to be had, it must reject. Tokens that have arrived stay in memory, and the next call stores them.",
  );
}

/** For a plugin that stores when nobody waits for it any more: it would write over its store with nothing. */
export function forgotten() {
  return new ClientAuthError(
    "cache_plugin_error",
    "tokenCache.serialize was called after clearCache() had forgotten what it was about.",
    "Store the text before the promise of afterCacheAccess resolves.",
  );
}
