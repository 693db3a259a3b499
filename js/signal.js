// @ts-check
// Promises, AbortSignals and timers together: small things that hosts have only lately, or not at all.

/** The longest delay in milliseconds that every host's timer can hold. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * What `promise` gives, or `undefined` after `milliseconds`.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {number} milliseconds
 * @returns {Promise<T | undefined>}
 */
export async function atMost(promise, milliseconds) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<undefined>} */
  const timeout = new Promise((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.min(milliseconds, LONGEST_TIMER));
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Rejects with the signal's reason as soon as it aborts; otherwise settles as `promise` does.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {SharedSignal | undefined} signal
 * @returns {Promise<T>}
 */
export function raced(promise, signal) {
  if (!signal) return promise;
  if (signal.aborted) {
    // A rejection that comes later must have somebody who takes it.
    promise.catch(() => {});
    return Promise.reject(signal.reason);
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    const release = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).then(release);
  });
}

/**
 * A signal for the module and the facade that behaves as an AbortSignal must, whatever the caller's does. It knows its reason in hosts
 * that do not (before 2022), it never throws, and it listens to the caller's signal once: Node takes the eleventh listener for a leak,
 * and a program may have one signal for all it does.
 */
export class SharedSignal {
  /** @param {AbortSignal} [signal] the caller's; without one it aborts by `abort` alone */
  constructor(signal) {
    /** @type {AbortSignal | undefined} */
    this.source = signal;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    /** @type {{ reason: unknown } | undefined} */
    this.ended = undefined;
    this.onAbort = () => this.abort(reasonOf(/** @type {AbortSignal} */ (signal)));
  }

  /** @returns {boolean} */
  get aborted() {
    this.look();
    return this.ended !== undefined;
  }

  /** @returns {unknown} */
  get reason() {
    return this.ended && this.ended.reason;
  }

  /**
   * @param {string} _ "abort"
   * @param {() => void} listener
   */
  addEventListener(_, listener) {
    this.listeners.add(listener);
    if (this.source && this.listeners.size === 1) this.listen("addEventListener");
  }

  /**
   * @param {string} _ "abort"
   * @param {() => void} listener
   */
  removeEventListener(_, listener) {
    if (this.listeners.delete(listener) && this.listeners.size === 0 && this.source) this.listen("removeEventListener");
  }

  /** @param {unknown} reason */
  abort(reason) {
    if (this.ended) return;
    this.ended = { reason };
    for (const listener of [...this.listeners]) listener();
  }

  /** Takes over an abort of the caller's signal. One that throws when it is asked is as good as aborted. */
  look() {
    if (!this.source || this.ended) return;
    try {
      if (this.source.aborted) this.abort(reasonOf(this.source));
    } catch (error) {
      this.abort(error);
    }
  }

  /** @param {"addEventListener" | "removeEventListener"} method */
  listen(method) {
    try {
      /** @type {AbortSignal} */ (this.source)[method]("abort", this.onAbort);
    } catch {
      // The facade has refused signals that cannot be listened to; this one has changed since.
    }
  }
}

/** @type {WeakMap<AbortSignal, SharedSignal>} */
const shared = new WeakMap();

/**
 * The shared signal of a caller's signal.
 *
 * @param {AbortSignal | undefined} signal
 * @returns {SharedSignal | undefined}
 */
export function sharedSignal(signal) {
  if (!signal) return undefined;
  let one = shared.get(signal);
  if (!one) {
    one = new SharedSignal(signal);
    shared.set(signal, one);
  }
  return one;
}

/**
 * Why a signal was aborted. Signals of before 2022 do not say.
 *
 * @param {AbortSignal} signal
 * @returns {unknown}
 */
function reasonOf(signal) {
  try {
    if (signal.reason !== undefined) return signal.reason;
  } catch (error) {
    return error;
  }
  const reason = new Error("This operation was aborted");
  reason.name = "AbortError";
  return reason;
}

/**
 * A signal that aborts when one of the two aborts, and a function that stops listening. Either may be missing.
 *
 * @param {SharedSignal | undefined} first
 * @param {SharedSignal | undefined} second
 * @returns {{ signal: SharedSignal | undefined, release: () => void }}
 */
export function anySignal(first, second) {
  if (!first || !second || first === second) return { signal: first || second, release() {} };
  const either = new SharedSignal();
  const releases = [first, second].map((signal) => {
    const abort = () => either.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
    return () => signal.removeEventListener("abort", abort);
  });
  return { signal: either, release: () => releases.forEach((release) => release()) };
}
