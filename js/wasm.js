// Loads the WebAssembly module, once, when it is first needed.
//
// Not a place for protocol or for exported classes: an entry file says where the module comes from (`provide`), the
// facade waits for it (`ready`). Nothing happens at import, and nothing is compiled synchronously on a page: Chromium
// before 115 refuses more than 4 KB there. wasm-bindgen's own loader is left out by js/build.mjs: it looks at the
// globals Request, Response and URL, which in Node alone costs 20 ms, and it would fetch.

import * as glue from "#glue";
import { ClientConfigurationError } from "./errors.js";

let source;
let started = false;
let starting;
let died;

/** Registers a function that returns the module: its bytes, or a WebAssembly.Module that the host has compiled. */
export function provide(moduleSource) {
  source = moduleSource;
}

/** The exports of the started module. A start that failed is forgotten, so that the next call tries again. */
export async function ready() {
  if (!started) await start();
  return glue;
}

/** Registers what to do when Rust code ends in a trap, which it does only by a mistake of ours. */
export function onDeath(handler) {
  died = handler;
}

/** The same without waiting; `undefined` before the first call that waited. */
export function loaded() {
  return started ? glue : undefined;
}

/**
 * Stands in for `queueMicrotask` in the glue. Futures run in microtasks, where an exception has no caller: Node would end
 * the process with it, and the promise it belongs to would wait for ever. The registered handler can reject that promise.
 */
export function guardedMicrotask(task) {
  Promise.resolve().then(() => {
    try {
      task();
    } catch (error) {
      if (!died) throw error;
      died(error);
    }
  });
}

function start() {
  if (typeof WebAssembly === "undefined") {
    throw new ClientConfigurationError(
      "webassembly_missing",
      "This JavaScript engine has no WebAssembly, in which the sign-in is written.",
      "Use Chromium 64, Node 18 or newer, and see that no policy or switch turns WebAssembly off.",
    );
  }
  const provided = source();
  // Workers: the host has compiled the module. No promise is kept, because one that belongs to a request that has
  // ended would never settle for the next.
  if (provided instanceof WebAssembly.Module) return run(new WebAssembly.Instance(provided, glue.moduleImports()));
  starting ??= WebAssembly.instantiate(provided, glue.moduleImports())
    .then(({ instance }) => run(instance))
    .catch((cause) => {
      starting = undefined;
      throw refused(cause);
    });
  return starting;
}

function run(instance) {
  // Two modules would share one table of objects, so the first to come stays.
  if (!started) glue.moduleStarted(instance);
  started = true;
}

function refused(cause) {
  const error = new ClientConfigurationError(
    "webassembly_refused",
    `This JavaScript engine did not start the WebAssembly module: ${cause && cause.message}`,
    "On a page with a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src.",
  );
  error.cause = cause;
  return error;
}
