// How long it takes from nothing to a client that can be used: fresh processes of starts/*, which take turns so that a busy
// machine is busy for all of them.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { middle } from "./table.mjs";

const STARTS = 21;
const PROGRAMS = ["device-code-flow", "msal-node", "openid-client", "oauth4webapi", "host-fetch", "nothing"];

// The same programs in three runtimes, those of tests/runtime; each may do what msal-node wants to do.
const installed = (here, name) => join(here, "../runtime/node_modules/.bin", name);
export const RUNTIMES = {
  node: () => ["node"],
  deno: (here) => [installed(here, "deno"), "run", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-sys"],
  bun: (here) => [installed(here, "bun")],
};

/** Milliseconds. `ready` and `imported` count from the program's first line, `sinceStart` from the birth of the process. */
export function startTimes(here, runtime) {
  const [binary, ...options] = RUNTIMES[runtime](here);
  const runs = Object.fromEntries(PROGRAMS.map((name) => [name, []]));
  // The first round only warms the file cache.
  for (let round = 0; round <= STARTS; round++) {
    for (const name of PROGRAMS) {
      const run = start(binary, [...options, join(here, `starts/${name}.mjs`)]);
      if (round > 0) runs[name].push(run);
    }
  }
  return Object.fromEntries(PROGRAMS.map((name) => [name, { starts: STARTS, ...middles(runs[name]) }]));
}

function start(binary, program) {
  const before = performance.now();
  const { from, imported, ready, cpu } = JSON.parse(execFileSync(binary, program, { encoding: "utf8" }));
  const whole = performance.now() - before;
  return { imported: imported - from, ready: ready - from, cpu, sinceStart: ready, whole };
}

function middles(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((figure) => [figure, middle(runs.map((run) => run[figure]))]));
}
