// Promises and AbortSignals together: small things that the hosts have only lately, or not at all.

/** Rejects with the signal's reason as soon as it aborts; otherwise settles as `promise` does. */
export function raced(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(reasonOf(signal));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
    // Both ways are taken even when the abort came first: a late rejection must not go unhandled.
    promise.then(resolve, reject).then(() => signal.removeEventListener("abort", abort));
  });
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
  const signals = [first, second];
  const listeners = signals.map((signal) => () => controller.abort(reasonOf(signal)));
  const release = () => signals.forEach((signal, index) => signal.removeEventListener("abort", listeners[index]));
  signals.forEach((signal, index) => {
    if (signal.aborted) listeners[index]();
    else signal.addEventListener("abort", listeners[index]);
  });
  return { signal: controller.signal, release };
}
