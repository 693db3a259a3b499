// How long it takes from nothing to a client that can be used: fresh processes of starts/*, which take turns so that a busy
// machine is busy for all of them.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { middle } from "./table.mjs";

const STARTS = 21;
const PROGRAMS = ["device-code-flow", "msal-node", "openid-client", "oauth4webapi", "host-fetch", "nothing"];

/** Milliseconds. `ready` and `imported` count from the program's first line, `sinceStart` from the birth of the process. */
export function startTimes(here) {
  const runs = Object.fromEntries(PROGRAMS.map((name) => [name, []]));
  // The first round only warms the file cache.
  for (let round = 0; round <= STARTS; round++) {
    for (const name of PROGRAMS) {
      const run = start(join(here, `starts/${name}.mjs`));
      if (round > 0) runs[name].push(run);
    }
  }
  return Object.fromEntries(PROGRAMS.map((name) => [name, { starts: STARTS, ...middles(runs[name]) }]));
}

function start(program) {
  const before = performance.now();
  const { from, imported, ready, cpu } = JSON.parse(execFileSync("node", [program], { encoding: "utf8" }));
  const whole = performance.now() - before;
  return { imported: imported - from, ready: ready - from, cpu, sinceStart: ready, whole };
}

function middles(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((figure) => [figure, middle(runs.map((run) => run[figure]))]));
}
