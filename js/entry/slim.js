// @ts-check
// The entry without the module: the program provides it as bytes, as a Response, or compiled.
//
// It is for hosts that compile modules in their own way (edge platforms, bundlers with a rule for .wasm), and for pages that cache the
// binary file.

import { instantiated, provide, ready, refused } from "../wasm.js";

/** @typedef {WebAssembly.Module | BufferSource} Source Without WebAssembly, whatever was given. */
/** @typedef {Source | Response} Given */

/**
 * Provides the module: bytes, a Response, a WebAssembly.Module, a promise of one of these, or a function that gives it. Resolves when the
 * module has started. A later call does not replace a module that runs.
 *
 * @param {Given | Promise<Given> | (() => Given | Promise<Given>)} given
 */
export async function init(given) {
  const loading = (async () => moduleOf(await (typeof given === "function" ? given() : given)))().catch((cause) => {
    throw refused(cause);
  });
  // The failure is reported by this function's promise and by every call, so it is not an unhandled rejection.
  loading.catch(() => {});
  /** @type {Source | undefined} */
  let module;
  provide((imports) => (module ? instance(module, imports) : loading.then((loaded) => instance((module = loaded), imports))));
  await loading.then((loaded) => (module = loaded));
  await ready();
}

/**
 * The module, compiled if WebAssembly is there, so that it can be instantiated more than once.
 *
 * @param {any} given
 * @returns {Promise<Source>}
 */
async function moduleOf(given) {
  if (!hasWebAssembly() || given instanceof WebAssembly.Module) return given;
  const bytes = given && typeof given.arrayBuffer === "function" ? await bytesOf(given) : given;
  return WebAssembly.compile(bytes);
}

/** Without WebAssembly, starting the module throws the error that explains it. */
function hasWebAssembly() {
  return typeof WebAssembly !== "undefined";
}

/** @param {Response} response */
async function bytesOf(response) {
  if (response.ok === false) throw new Error(`${response.url || "its address"} answered with status ${response.status}`);
  return response.arrayBuffer();
}

/**
 * Instantiates without a promise where the host allows it. Pages do not: Chromium before 115 refuses all but small modules.
 *
 * @param {Source} module
 * @param {WebAssembly.Imports} imports
 */
function instance(module, imports) {
  try {
    if (hasWebAssembly() && module instanceof WebAssembly.Module) return new WebAssembly.Instance(module, imports);
  } catch (error) {
    if (!(error instanceof RangeError)) throw refused(error);
  }
  return instantiated(module, imports);
}

export * from "../index.js";
