// The entry that holds no module: the caller brings it, as bytes, as a response, or compiled.
//
// For hosts that compile modules in their own way (edge platforms, bundlers with a rule for .wasm), and for pages that would
// rather cache one binary file than the text of it.

import { instantiated, provide, ready, refused } from "../wasm.js";

/**
 * Says where the module is: bytes, a Response, a WebAssembly.Module, a promise of one of these, or a function that gives it.
 * Resolves when it has started. The first module to start stays.
 */
export async function init(given) {
  const found = (async () => moduleOf(await (typeof given === "function" ? given() : given)))().catch((cause) => {
    throw refused(cause);
  });
  // A start that fails is told by this promise and by every call.
  found.catch(() => {});
  let module;
  provide((imports) => (module ? instance(module, imports) : found.then((it) => instance((module = it), imports))));
  await found.then((it) => (module = it));
  await ready();
}

/** Compiled where that can be done beforehand, so that it can be started more than once. */
async function moduleOf(given) {
  if (!hasWebAssembly() || given instanceof WebAssembly.Module) return given;
  const bytes = given && typeof given.arrayBuffer === "function" ? await bytesOf(given) : given;
  return WebAssembly.compile(bytes);
}

/** An engine without WebAssembly learns that when the module is started. */
function hasWebAssembly() {
  return typeof WebAssembly !== "undefined";
}

async function bytesOf(response) {
  if (response.ok === false) throw new Error(`${response.url || "its address"} answered with status ${response.status}`);
  return response.arrayBuffer();
}

/** At once where the host allows it. A page may not: Chromium before 115 starts only small modules without a promise. */
function instance(module, imports) {
  try {
    if (hasWebAssembly() && module instanceof WebAssembly.Module) return new WebAssembly.Instance(module, imports);
  } catch (error) {
    if (!(error instanceof RangeError)) throw refused(error);
  }
  return instantiated(module, imports);
}

export * from "../index.js";
