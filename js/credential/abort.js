// @ts-check
// Abort signals of calls. Each ends its own call alone.

import { abortError } from "./errors.js";

/** @typedef {import("device-code-flow/credential").AbortSignalLike} AbortSignalLike */

/**
 * Settles as `promise` does, or rejects as soon as the signal aborts. A signal needs `aborted` and the two listener methods.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignalLike | undefined} signal
 * @returns {Promise<T>}
 */
export function abortable(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortError(signal));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
    const removeListener = () => signal.removeEventListener && signal.removeEventListener("abort", abort);
    // Both outcomes are handled even if the signal aborted first: a later rejection must not be unhandled.
    promise.then(resolve, reject).then(removeListener);
  });
}

/** @param {AbortSignalLike | undefined} signal */
export function isAborted(signal) {
  return Boolean(signal && signal.aborted);
}
