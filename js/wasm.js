// @ts-check
// Starts the WebAssembly module when it is first needed, and again after an instance was discarded.
//
// An entry file says where the module comes from (`provide`, `offer`); the public API waits for it (`ready`). Nothing happens at import.
// Nothing is compiled synchronously on a page: Chromium before 115 refuses more than 4 KB there.

import { AuthError, ClientConfigurationError } from "./errors.js";
import { createInstance } from "./instance.js";

/** @typedef {import("./instance.js").Instance} Instance */
/** @typedef {{ exports: WebAssembly.Exports }} WasmInstance What is needed of a WebAssembly.Instance. */
/** @typedef {(imports: WebAssembly.Imports) => WasmInstance | Promise<WasmInstance>} Source */

/** @type {Source | undefined} */
let source;
/** @type {Instance | undefined} */
let running;
/** @type {Promise<void> | undefined} */
let starting;

/**
 * The functions that reject the calls under way. A trap in one call ends all of them, because they share the instance.
 *
 * @type {Set<(reason: unknown) => void>}
 */
export const underWay = new Set();

/**
 * Registers a function that takes the module's imports and gives its WebAssembly instance, or a promise of it.
 *
 * @param {Source} from
 */
export function provide(from) {
  source = from;
}

/**
 * The same, unless a function is registered already.
 *
 * @param {Source} from
 */
export function offer(from) {
  source = source || from;
}

/**
 * Resolves with the running instance. After a start that failed, the next call tries again.
 *
 * @returns {Promise<Instance>}
 */
export async function ready() {
  if (!running) await start();
  return /** @type {Instance} */ (running);
}

/** The running instance; `undefined` before the first start and after a trap. */
export function loaded() {
  return running;
}

/**
 * Discards an instance after a trap, that is, after a fault of Rust code: its memory may be half changed. All calls under way are rejected,
 * and the next call starts another instance.
 *
 * @param {Instance} instance
 * @param {unknown} trap
 */
function discard(instance, trap) {
  if (!instance || instance !== running) return;
  running = undefined;
  instance.stop(() => lost(trap));
  for (const reject of [...underWay]) reject(lost(trap));
}

/**
 * The error of the calls that a trap has ended.
 *
 * @param {any} trap
 */
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

/**
 * Instantiates bytes or a compiled module.
 *
 * @param {BufferSource | WebAssembly.Module} module
 * @param {WebAssembly.Imports} imports
 * @returns {Promise<WasmInstance>}
 */
export async function instantiated(module, imports) {
  if (typeof WebAssembly === "undefined") {
    throw new ClientConfigurationError(
      "webassembly_missing",
      "This JavaScript engine has no WebAssembly, which this library needs.",
      'Import "device-code-flow/js", which needs none, or make sure that no policy or switch turns WebAssembly off.',
    );
  }
  try {
    /** @type {any} */
    const result = await WebAssembly.instantiate(/** @type {any} */ (module), imports);
    // Bytes give a pair of the module and its instance.
    return result.instance || result;
  } catch (cause) {
    throw refused(cause);
  }
}

/**
 * The error when an engine refuses a module.
 *
 * @param {any} cause
 */
export function refused(cause) {
  const error = new ClientConfigurationError(
    "webassembly_refused",
    `This JavaScript engine did not start the WebAssembly module: ${cause && cause.message}`,
    "On a page with a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src, or use \"device-code-flow/js\", which needs no permission.",
  );
  error.cause = cause;
  return error;
}

/** @returns {Promise<void> | undefined} a promise, unless the entry instantiates at once */
function start() {
  if (!source) {
    throw new ClientConfigurationError(
      "webassembly_missing",
      "The WebAssembly module was not provided.",
      "Call init() of device-code-flow/slim first, with the bytes of device-code-flow/device_code_flow.wasm, their Response, or the compiled module.",
    );
  }
  if (starting) return starting;
  const instance = createInstance((/** @type {unknown} */ trap) => discard(instance, trap));
  const instantiating = source(instance.imports);
  // An entry that instantiates at once gets no promise: on Workers, a promise of a request that has ended never settles for the next one.
  if (!("then" in instantiating)) {
    run(instance, instantiating);
    return undefined;
  }
  const forget = () => (starting = undefined);
  starting = instantiating.then((wasmInstance) => run(instance, wasmInstance));
  starting.then(forget, forget);
  return starting;
}

/**
 * @param {Instance} instance
 * @param {WasmInstance} wasmInstance
 */
function run(instance, wasmInstance) {
  if (running) return;
  instance.start(wasmInstance);
  running = instance;
}
