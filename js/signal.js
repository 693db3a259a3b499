// Promises, AbortSignals and timers together: small things that the hosts have only lately, or not at all.

/** The longest that every host's timer can hold. */
export const LONGEST = 2 ** 31 - 1;

/** What `promise` gives, or after so many milliseconds nothing. */
export async function atMost(promise, milliseconds) {
  let timer;
  const enough = new Promise((resolve) => (timer = setTimeout(resolve, Math.min(milliseconds, LONGEST))));
  try {
    return await Promise.race([promise, enough]);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects with the signal's reason as soon as it aborts; otherwise settles as `promise` does. */
export function raced(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(reasonOf(signal));
    const release = listened(signal, abort);
    // Both ways are taken even when the abort came first: a late rejection must not go unhandled.
    promise.then(resolve, reject).then(release);
  });
}

const listeners = new WeakMap();

/** Calls `abort` when the signal aborts, or at once if it has. Gives a way to stop listening. */
export function listened(signal, abort) {
  if (signal.aborted) {
    abort();
    return () => {};
  }
  // One listener for all: Node takes the eleventh for a leak, and a program may have one signal for everything it does.
  const all = listeners.get(signal) || { aborts: new Set(), listener: () => [...all.aborts].forEach((abort) => abort()) };
  listeners.set(signal, all);
  if (all.aborts.size === 0) signal.addEventListener("abort", all.listener);
  all.aborts.add(abort);
  return () => {
    all.aborts.delete(abort);
    if (all.aborts.size === 0) signal.removeEventListener("abort", all.listener);
  };
}

/** Why a signal was aborted. Signals of before 2022 do not say. */
export function reasonOf(signal) {
  if (signal.reason !== undefined) return signal.reason;
  const reason = new Error("This operation was aborted");
  reason.name = "AbortError";
  return reason;
}

/**
 * An AbortController for our own use: it is there in hosts that have none, and its signal keeps the reason, as those of before
 * 2022 do not.
 */
export function ownController() {
  const listeners = new Set();
  const signal = {
    aborted: false,
    reason: undefined,
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
  };
  const abort = (reason) => {
    if (signal.aborted) return;
    signal.aborted = true;
    signal.reason = reason;
    for (const listener of [...listeners]) listener();
  };
  return { signal, abort };
}

/** A signal that aborts when either does, and a way to stop listening. Either may be missing. */
export function either(first, second) {
  if (!first || !second || first === second) return { signal: first || second, release() {} };
  const controller = ownController();
  const releases = [first, second].map((signal) => listened(signal, () => controller.abort(reasonOf(signal))));
  return { signal: controller.signal, release: () => releases.forEach((release) => release()) };
}
