// Calls into the WebAssembly module, and what comes of them: its failures become errors, a caller's abort becomes the
// signal's reason, and a trap (a bug of ours) becomes an AuthError that asks for a report.

import { AuthError, fromFailure } from "./errors.js";
import { toldByModule } from "./logger.js";
import { reasonOf } from "./signal.js";
import { onDeath, ready } from "./wasm.js";

// The calls under way. A trap in a microtask has no caller, so it is told to all of them.
const underWay = new Set();

onDeath((trap) => {
  for (const reject of [...underWay]) reject(trap);
});

/** The result of `work(module)`, with every failure as an error. */
export async function call(work, { signal, correlationId } = {}) {
  if (signal && signal.aborted) throw reasonOf(signal);
  const module = await ready();
  let rejectAll;
  const death = new Promise((_, reject) => underWay.add((rejectAll = reject)));
  try {
    return await Promise.race([work(module), death]);
  } catch (thrown) {
    const error = toError(thrown, signal, correlationId);
    // The log has it from the module.
    throw thrown && thrown.failure ? toldByModule(error) : error;
  } finally {
    underWay.delete(rejectAll);
  }
}

/** The same for what the module answers at once. It must be loaded already. */
export function callNow(work) {
  try {
    return work();
  } catch (thrown) {
    throw toError(thrown);
  }
}

function toError(thrown, signal, correlationId) {
  if (thrown && thrown.failure) return fromFailure(thrown.failure, correlationId);
  if (thrown && "reason" in Object(thrown)) return signal ? reasonOf(signal) : thrown.reason;
  const error = new AuthError(
    "internal_error",
    `The sign-in stopped by a fault of this library: ${thrown && thrown.message}`,
    "This is a bug in device-code-flow: please report it with this message.",
  );
  error.retryable = true;
  error.cause = thrown;
  return error;
}
