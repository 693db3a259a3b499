// What a token cache of 10, 1,000 and 10,000 people costs: caches/measure.mjs for each library, which take turns.
//
// The list of all people is left out for msal-node's largest: it looks at every ID token for every person, which is minutes.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { middle } from "./table.mjs";

const TURNS = 3;
const LIBRARIES = ["device-code-flow", "msal-node"];
const HITS = { 10: 300, 1000: 100, 10000: 15 };

/** For each number of people and each library, milliseconds: the median of all rounds, and of the first one of each process. */
export function cacheTimes(here) {
  const figures = {};
  for (const people of Object.keys(HITS)) {
    const runs = Object.fromEntries(LIBRARIES.map((library) => [library, []]));
    for (let turn = 0; turn < TURNS; turn++) {
      for (const library of LIBRARIES) runs[library].push(measured(here, library, people));
    }
    figures[people] = Object.fromEntries(LIBRARIES.map((library) => [library, medians(runs[library])]));
  }
  return figures;
}

function measured(here, library, people) {
  const lists = library === "msal-node" && people > 1000 ? 0 : 1;
  const given = ["--expose-gc", join(here, "caches/measure.mjs"), library, people, HITS[people], lists];
  return JSON.parse(execFileSync("node", given, { encoding: "utf8", timeout: 300_000 }));
}

function medians(runs) {
  const median = (lists) => (lists.flat().length > 0 ? middle(lists.flat()).median : undefined);
  const of = (figure) => median(runs.map((run) => run[figure]));
  return {
    bytes: runs[0].bytes,
    firstLoadAndSave: median(runs.map((run) => run.loadAndSave[0])),
    loadAndSave: of("loadAndSave"),
    hit: of("hit"),
    hitWithPlugin: of("hitWithPlugin"),
    accounts: of("accounts"),
  };
}
