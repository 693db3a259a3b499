// The cost of a token cache of 10, 1,000 and 10,000 people. Runs caches/measure.mjs for each library, in turns.
//
// The list of all accounts is not measured for msal-node at 10,000 people: it compares every ID token with every person, which
// takes minutes.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { quartiles, table } from "./table.mjs";

const TURNS = 3;
const OURS = "device-code-flow";
const PEER = "msal-node";
const LIBRARIES = [OURS, PEER];
const HITS = { 10: 300, 1000: 100, 10000: 15 };

/** Milliseconds for each number of people and each library: medians of all rounds, and of the first round of each process. */
export function measure(here) {
  const figures = {};
  for (const people of Object.keys(HITS)) {
    const runs = Object.fromEntries(LIBRARIES.map((library) => [library, []]));
    for (let turn = 0; turn < TURNS; turn++) {
      for (const library of LIBRARIES) runs[library].push(run(here, library, people));
    }
    figures[people] = Object.fromEntries(LIBRARIES.map((library) => [library, medians(runs[library])]));
  }
  return figures;
}

export function tables(figures) {
  const text = (figure) => (figure === undefined ? "minutes" : figure.toFixed(figure < 10 ? 3 : 0));
  const rows = Object.entries(figures).flatMap(([people, libraries]) =>
    Object.entries(libraries).map(([library, it]) => [
      `${Number(people).toLocaleString("en")} people, ${library}`,
      ...[it.firstLoadAndSave, it.loadAndSave, it.hit, it.hitWithPlugin, it.accounts].map(text),
    ]),
  );
  const head = ["", "first load + save", "load + save", "silent hit", "with a plugin", "all accounts"];
  return [`Token caches, milliseconds: medians\n${table(head, rows)}`];
}

export function targets(figures) {
  const ratio = (people, figure) => figures[people][OURS][figure] / figures[people][PEER][figure];
  return [
    { what: "silent hit at 10 people, against msal-node's", figure: ratio(10, "hit"), limit: 1 },
    { what: "silent hit at 10,000 people, against msal-node's", figure: ratio(10000, "hit"), limit: 0.005 },
    { what: "load + save at 10,000 people, against msal-node's", figure: ratio(10000, "loadAndSave"), limit: 0.3 },
  ];
}

function run(here, library, people) {
  const lists = library === PEER && people > 1000 ? 0 : 1;
  const options = ["--expose-gc", join(here, "caches/measure.mjs"), library, people, HITS[people], lists];
  return JSON.parse(execFileSync("node", options, { encoding: "utf8", timeout: 300_000 }));
}

function medians(runs) {
  const median = (lists) => (lists.flat().length > 0 ? quartiles(lists.flat()).median : undefined);
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
