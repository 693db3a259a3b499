// Starts the WebAssembly module, once, when it is first needed; and anew when an instance had to be thrown away.
//
// Not a place for protocol or for exported classes: an entry file says where the module comes from (`provide`, `offer`), the
// facade waits for it (`ready`). Nothing happens at import, and nothing is compiled synchronously on a page: Chromium
// before 115 refuses more than 4 KB there. wasm-bindgen's own loader is not used: it looks at the
// globals Request, Response and URL, which in Node alone costs 20 ms, and it would fetch.

import { AuthError, ClientConfigurationError } from "./errors.js";
import { createInstance } from "./instance.js";

let source;
let running;
let starting;

/** What rejects the calls under way. The instance in which one traps is lost for all. */
export const underWay = new Set();

/** Registers a function of the module's imports that gives its instance, at once or by a promise. */
export function provide(from) {
  source = from;
}

/** The same for an entry that is content with any other. */
export function offer(from) {
  source = source || from;
}

/** The running module. A start that failed is forgotten, so that the next call tries again. */
export async function ready() {
  if (!running) await start();
  return running;
}

/** The same without waiting; `undefined` before the first call that waited, and after a trap. */
export function loaded() {
  return running;
}

/**
 * Throws an instance away in which Rust code has ended in a trap, which it does only by a mistake of ours: what it was about is
 * half done. The next call starts another.
 */
export function discard(module, trap) {
  if (!module || module !== running) return;
  running = undefined;
  module.stop(() => lost(trap));
  for (const reject of [...underWay]) reject(lost(trap));
}

/** What is told about all that went down with an instance. */
export function lost(trap) {
  const error = new AuthError(
    "internal_error",
    `The sign-in stopped by a fault of this library: ${trap && trap.message}`,
    "This is a bug in device-code-flow: please report it with this message.",
  );
  error.retryable = true;
  error.cause = trap;
  return error;
}

/** The instance of a WebAssembly module that the host has to compile, or has compiled. */
export async function instantiated(module, imports) {
  if (typeof WebAssembly === "undefined") {
    throw new ClientConfigurationError(
      "webassembly_missing",
      "This JavaScript engine has no WebAssembly, in which the sign-in is written.",
      'Import "device-code-flow/js", which does without, or see that no policy or switch turns WebAssembly off.',
    );
  }
  try {
    const started = await WebAssembly.instantiate(module, imports);
    return started.instance || started;
  } catch (cause) {
    throw refused(cause);
  }
}

/** What an engine says that does not take a module. */
export function refused(cause) {
  const error = new ClientConfigurationError(
    "webassembly_refused",
    `This JavaScript engine did not start the WebAssembly module: ${cause && cause.message}`,
    "On a page with a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src, or import \"device-code-flow/js\", which needs no leave.",
  );
  error.cause = cause;
  return error;
}

function start() {
  if (!source) {
    throw new ClientConfigurationError(
      "webassembly_missing",
      "Nobody has said where the WebAssembly module is.",
      "Call init() of device-code-flow/slim first, with the bytes of device-code-flow/device_code_flow.wasm, their Response, or the compiled module.",
    );
  }
  if (starting) return starting;
  const module = createInstance((trap) => {
    discard(module, trap);
    return lost(trap);
  });
  const instance = source(module.imports);
  // Where the host has compiled it, no promise is kept: on Workers one that belongs to a request that has ended would never
  // settle for the next.
  if (typeof instance.then !== "function") return run(module, instance);
  const over = () => (starting = undefined);
  starting = instance.then((instance) => run(module, instance));
  starting.then(over, over);
  return starting;
}

function run(module, instance) {
  if (running) return;
  module.start(instance);
  running = module;
}
