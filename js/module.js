// @ts-check
// Calls into the WebAssembly module. What it rejects with becomes an error of the public contract, and a call that is under way when its
// instance is lost is rejected.

import { AuthError, fromView } from "./errors.js";
import { markLogged } from "./logger.js";
import { loaded, ready, underWay } from "./wasm.js";

/** @typedef {import("./wasm.js").Instance} Instance */
/** @typedef {import("./signal.js").SharedSignal} SharedSignal */

/**
 * The result of `work(instance)`, with every failure as an error. The module is loaded first.
 *
 * @template T
 * @param {(instance: Instance) => Promise<T> | T} work
 * @param {{ signal?: SharedSignal, correlationId?: string }} [options]
 * @returns {Promise<T>}
 */
export async function call(work, { signal, correlationId } = {}) {
  if (signal && signal.aborted) throw signal.reason;
  const instance = loaded() || (await ready());
  /** @type {(reason: unknown) => void} */
  let rejectCall = () => {};
  try {
    return await new Promise((resolve, reject) => {
      rejectCall = reject;
      underWay.add(rejectCall);
      Promise.resolve(work(instance)).then(resolve, reject);
    });
  } catch (thrown) {
    throw toError(thrown, correlationId);
  } finally {
    underWay.delete(rejectCall);
  }
}

/**
 * Like `call`, for a method that returns at once. The module must be loaded already.
 *
 * @template T
 * @param {(instance: Instance) => T} work
 * @returns {T}
 */
export function callNow(work) {
  const instance = /** @type {Instance} */ (loaded());
  return errorsOf(() => work(instance));
}

/**
 * What `work` gives, with the module's rejections as errors.
 *
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
export function errorsOf(work) {
  try {
    return work();
  } catch (thrown) {
    throw toError(thrown);
  }
}

/**
 * The module rejects with `{ error, isLogged }`, or with `{ reason }` for what a caller's signal, callback or store threw.
 *
 * @param {any} thrown
 * @param {string} [correlationId]
 * @returns {unknown}
 */
function toError(thrown, correlationId) {
  if (thrown instanceof AuthError || Object(thrown) !== thrown) return thrown;
  if (thrown.error) {
    const error = fromView(thrown.error, correlationId);
    return thrown.isLogged ? markLogged(error) : error;
  }
  return "isLogged" in thrown ? thrown.reason : thrown;
}
