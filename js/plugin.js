// Calls of a cache plugin: what it throws, and what it forgets to do, becomes an error that says so.
//
// Not when it is called: js/cache.js. Nor the plugins of this package: js/storage.

import { AuthError, ClientAuthError } from "./errors.js";

/** What the plugin's method gives. What it throws becomes an error of ours, unless it is one. */
export async function outside(plugin, name, ...given) {
  try {
    return await plugin[name](...given);
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    const error = new ClientAuthError(
      "cache_plugin_error",
      `cache.cachePlugin.${name} failed.`,
      "See error.cause for what the plugin threw. Tokens that it did not store stay in memory, and the next call stores them.",
    );
    error.cause = cause;
    throw error;
  }
}

/** What `work` gives, under the plugin's lock of this name if it has locks. Whether the plugin hands that on does not matter. */
export async function locked(plugin, name, work) {
  if (!plugin || !plugin.exclusively) return work();
  let outcome;
  let isUnderWay = false;
  let isOver = false;
  const once = () => {
    // The caller has been told that it was not called.
    if (isOver) return undefined;
    const ended = () => (isUnderWay = false);
    isUnderWay = true;
    outcome = work();
    // What the plugin does not wait for must be nobody's unhandled rejection.
    outcome.then(ended, ended);
    return outcome;
  };
  try {
    await outside(plugin, "exclusively", name, once);
  } catch (error) {
    // What `work` threw is told as that.
    await outcome;
    throw error;
  } finally {
    isOver = true;
  }
  if (!outcome) throw neglected("did not call work");
  const wasUnderWay = isUnderWay;
  const result = await outcome;
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
