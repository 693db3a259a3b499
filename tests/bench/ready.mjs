// The time from the start of a program to a client that can be used, in Node, Deno and Bun. Each program of starts/ runs in
// fresh processes. The programs take turns, so that a busy machine slows all of them.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { formatQuartiles, quartiles, table } from "./table.mjs";

const STARTS = 21;
const PROGRAMS = ["device-code-flow", "msal-node", "openid-client", "oauth4webapi", "host-fetch", "nothing"];

// Deno and Bun are those of tests/runtime. The permissions are those that msal-node needs.
const installed = (here, name) => join(here, "../runtime/node_modules/.bin", name);
const RUNTIMES = {
  node: () => ["node"],
  deno: (here) => [installed(here, "deno"), "run", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-sys"],
  bun: (here) => [installed(here, "bun")],
};

/**
 * Milliseconds for each runtime and program: `imported` and `ready` count from the program's first line, `sinceStart` from the
 * start of the process, `cpu` is the processor time until ready, `whole` is the life of the process.
 */
export function measure(here) {
  return Object.fromEntries(Object.keys(RUNTIMES).map((runtime) => [runtime, startTimes(here, runtime)]));
}

export function tables(figures) {
  return Object.entries(figures).map(([runtime, programs]) => runtimeTable(runtime, programs));
}

export function targets(figures) {
  return Object.entries(figures).map(([runtime, programs]) => ({
    what: `import + ready in ${runtime}, against msal-node's import`,
    figure: programs["device-code-flow"].ready.median / programs["msal-node"].imported.median,
    limit: 0.25,
  }));
}

function startTimes(here, runtime) {
  const [binary, ...options] = RUNTIMES[runtime](here);
  const runs = Object.fromEntries(PROGRAMS.map((name) => [name, []]));
  // Round 0 only fills the file cache.
  for (let round = 0; round <= STARTS; round++) {
    for (const name of PROGRAMS) {
      const run = start(binary, [...options, join(here, `starts/${name}.mjs`)]);
      if (round > 0) runs[name].push(run);
    }
  }
  return Object.fromEntries(PROGRAMS.map((name) => [name, { starts: STARTS, ...quartilesOfEach(runs[name]) }]));
}

function start(binary, program) {
  const before = performance.now();
  const { from, imported, ready, cpu } = JSON.parse(execFileSync(binary, program, { encoding: "utf8" }));
  const whole = performance.now() - before;
  return { imported: imported - from, ready: ready - from, cpu, sinceStart: ready, whole };
}

function quartilesOfEach(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((figure) => [figure, quartiles(runs.map((run) => run[figure]))]));
}

function runtimeTable(runtime, programs) {
  const msal = programs["msal-node"].imported.median;
  const rows = Object.entries(programs).map(([name, it]) => [
    name,
    formatQuartiles(it.imported, 1),
    formatQuartiles(it.ready, 1),
    (it.ready.median / msal).toFixed(2),
    formatQuartiles(it.cpu, 1),
    formatQuartiles(it.sinceStart, 1),
    formatQuartiles(it.whole, 1),
  ]);
  const head = ["", "import", "ready", "/ msal-node's import", "CPU to ready", "start to ready", "whole process"];
  const title = `Ready in a fresh process of ${runtime}, milliseconds: median (quartiles) of ${programs.nothing.starts} starts`;
  return `${title}\n${table(head, rows)}`;
}
