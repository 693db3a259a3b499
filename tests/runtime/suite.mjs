// The one suite: it tests the packed library in the runtime that loads this file.
//
// It starts nothing and knows no host. A host passes the library as it loaded it, the addresses of the servers and a function that prints
// a line. The cases are in cases/; each is a plain function whose name is a sentence.

import { abort } from "./cases/abort.mjs";
import { authorities } from "./cases/authorities.mjs";
import { bare, broken } from "./cases/bare.mjs";
import { callback } from "./cases/callback.mjs";
import { hostile } from "./cases/hostile.mjs";
import { mistakes } from "./cases/mistakes.mjs";
import { providers } from "./cases/providers.mjs";
import { saved } from "./cases/saved.mjs";
import { signIn } from "./cases/sign-in.mjs";
import { silent } from "./cases/silent.mjs";
import { weather } from "./cases/weather.mjs";
import { equal, sleep, toolsOf } from "./tools.mjs";

// Most cases only wait. With more than this at the same time, a page runs out of connections to one server.
const AT_ONCE = 5;
const PATIENCE = 30_000;

/**
 * Runs every case and returns the number that failed. The last line is "N passed, N failed". `impossible`: the cases for which this host
 * lacks a feature; they are printed and not counted. `needsWebAssembly`: false if the library is an entry that needs none, or has
 * already started.
 */
export async function runSuite(library, servers, print, { impossible = [], needsWebAssembly = true } = {}) {
  const unhandled = watchUnhandled();
  const tools = { ...toolsOf(library, servers), impossible, needsWebAssembly };
  // The longest first. The others then run while those wait.
  const waiting = Object.entries({ ...weather, ...callback, ...saved, ...signIn, ...silent, ...providers, ...authorities, ...hostile, ...mistakes });
  const count = { passed: 0, failed: 0 };
  // These take a global away or measure time, so they run alone.
  const alone = async (cases) => {
    for (const [name, test] of Object.entries(cases)) await run(name, test, tools, count, print);
  };
  await alone(bare);
  const worker = async () => {
    for (let next; (next = waiting.shift()); ) await run(...next, tools, count, print);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await alone({ ...abort, ...broken });
  await run("no rejection is left unhandled, and one would be seen", () => nothingUnhandled(unhandled), tools, count, print);
  print(`${count.passed} passed, ${count.failed} failed`);
  return count.failed;
}

async function run(name, test, tools, count, print) {
  if (tools.impossible.includes(name)) return print(`left out ${name}`);
  const start = Date.now();
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    await Promise.race([test(tools), tooLong]);
    count.passed += 1;
    print(`ok      ${name} (${seconds()})`);
  } catch (error) {
    count.failed += 1;
    print(`NOT OK  ${name} (${seconds()})\n        ${String((error && error.stack) || error).split("\n").join("\n        ")}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Collects unhandled rejections, promise and reason, by whichever of two ways this host reports them. */
function watchUnhandled() {
  const unhandled = new Map();
  if (typeof process === "object" && process.release?.name === "node" && !globalThis.Deno) {
    process.on("unhandledRejection", (reason, promise) => unhandled.set(promise, reason));
  } else {
    // `globalThis` is newer than the oldest televisions.
    const host = typeof self === "undefined" ? globalThis : self;
    host.addEventListener("unhandledrejection", (event) => {
      // edge-runtime reports it by an object that is not an event.
      if (event.preventDefault) event.preventDefault();
      unhandled.set(event.promise, event.reason);
    });
    // workerd reports a rejected promise that an async function returns, and withdraws it a moment later.
    host.addEventListener("rejectionhandled", ({ promise }) => unhandled.delete(promise));
  }
  return unhandled;
}

async function nothingUnhandled(unhandled) {
  const onPurpose = new Error("unhandled on purpose");
  Promise.reject(onPurpose);
  await sleep(200);
  equal([...unhandled.values()].map(String), [String(onPurpose)], "unhandled rejections");
}
