// Calls into the WebAssembly module, and what comes of them: its answers are JSON texts, its failures become errors, a caller's
// abort becomes the signal's reason, and a trap (a bug of ours) becomes an AuthError that asks for a report, after which the
// instance is thrown away.

import { AuthError, fromFailure } from "./errors.js";
import { toldByModule } from "./logger.js";
import { reasonOf } from "./signal.js";
import { discard, loaded, lost, ready, underWay } from "./wasm.js";

/** The result of `work(module)`, with every failure as an error. */
export async function call(work, { signal, correlationId } = {}) {
  if (signal && signal.aborted) throw reasonOf(signal);
  const module = loaded() || (await ready());
  let rejectAll;
  try {
    return await new Promise((resolve, reject) => {
      underWay.add((rejectAll = reject));
      Promise.resolve(work(module)).then(resolve, reject);
    });
  } catch (thrown) {
    throw toError(thrown, module, signal, correlationId);
  } finally {
    underWay.delete(rejectAll);
  }
}

/** The same for what the module answers at once. It must be loaded already. */
export function callNow(work) {
  const module = loaded();
  return within(module, () => work(module));
}

/** An answer of the module's. Its lines go to `log`; a failure is thrown as it is, for one of the above to make an error of. */
export function opened(text, log) {
  const answer = JSON.parse(text);
  const lines = (log && answer.log) || [];
  for (const [level, line] of lines) log(level, line);
  if (answer.failure) throw { failure: answer.failure, isTold: lines.length > 0 };
  return answer;
}

/** What `work` gives, which calls `module`: what it throws and is no answer of the module's is a trap. */
export function within(module, work) {
  try {
    return work();
  } catch (thrown) {
    throw toError(thrown, module);
  }
}

function toError(thrown, module, signal, correlationId) {
  if (thrown && thrown.failure) {
    const error = fromFailure(thrown.failure, correlationId);
    return thrown.isTold ? toldByModule(error) : error;
  }
  if (thrown instanceof AuthError) return thrown;
  if (thrown && "reason" in Object(thrown)) return signal ? reasonOf(signal) : thrown.reason;
  discard(module, thrown);
  return lost(thrown);
}
