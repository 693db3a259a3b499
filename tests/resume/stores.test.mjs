// Whatever the stores do and whenever the process ends, a sign-in in a store polls no sooner than it may, reports success only after the
// tokens are stored, and ends signed in once the stores work again. In virtual time, for every store of the package, on its real engine
// and in its own host. property.mjs runs there, with failures between adapter and engine.
//
// ROUNDS=10 makes ten times as many runs. A failure prints its seed: `SEED=4012 node --test tests/resume/stores.test.mjs` repeats it.
//
// tests/core/properties tests the machine alone, without stores.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { bugs } from "./bugs.mjs";
import { hosts, installed } from "./hosts.mjs";

const MORE = Number(process.env.ROUNDS || 1);
const SEED = process.env.SEED && Number(process.env.SEED);
// The failures of a careless store. The others of trouble.mjs are added.
const FOUR = ["read fails", "write fails", "write is lost", "stale read"];

// How often each pair runs, and how many pairs there are: every store of flows with every token store of the host.
const plan = {
  workerd: { rounds: 8, pairs: 6 * 4 },
  node: { rounds: 20, pairs: 2 * 2 },
  Chromium: { rounds: 8, pairs: 2 * 4 },
  deno: { rounds: 10, pairs: 2 * 2 },
  "workerd, objects on keys": { rounds: 16, pairs: 2 * 2 },
};

async function ran(host, settings) {
  const lines = await hosts[host](settings);
  const told = lines.map((line) => {
    try {
      return JSON.parse(line);
    } catch {
      return assert.fail(`${host} said:\n${lines.join("\n")}`);
    }
  });
  assert.ok(told.length && told.at(-1).happened, `${host} did not come to its end:\n${lines.join("\n")}`);
  return { pairs: told.slice(0, -1), happened: told.at(-1).happened };
}

// Adapter → kind of failure → count.
const met = {};
const covered = new Set();

function count(happened) {
  for (const [where, kinds] of Object.entries(happened)) {
    for (const name of where.split(/[()]/).filter(Boolean)) covered.add(name);
    // encrypted() and encryptedStore() have no engine of their own.
    const engine = where.replace(/^encrypted(Store)?\((.*)\)$/, "$2").replace(/\(.*/, "");
    met[engine] = met[engine] || {};
    for (const [kind, times] of Object.entries(kinds)) met[engine][kind] = (met[engine][kind] || 0) + times;
  }
}

describe("no poll is early, nothing is reported before it is stored, and the sign-in ends signed in", { concurrency: 2 }, () => {
  for (const [index, [host, { rounds, pairs: many }]] of Object.entries(plan).entries()) {
    const first = index * 100_000 + 1;
    const elsewhere = SEED && !(SEED >= first && SEED < first + 100_000);
    test(`in ${host}`, { skip: elsewhere && "the seed is another host's" }, async (context) => {
      const { pairs, happened } = await ran(host, { rounds: rounds * MORE, first, seed: SEED });
      count(happened);
      const runs = pairs.reduce((sum, pair) => sum + pair.runs, 0);
      context.diagnostic(`${runs} runs, ${pairs.reduce((sum, pair) => sum + pair.polls, 0)} polls`);
      const broken = pairs.filter((pair) => pair.broken.length).map((pair) => ({ ...pair, runs: undefined, polls: undefined }));
      assert.deepEqual(broken, [], `broken, by seed: ${JSON.stringify(broken, null, 1)}`);
      assert.deepEqual([pairs.length, runs], SEED ? [1, 1] : [many, many * rounds * MORE]);
    });
  }
});

describe("the property is not empty", { skip: SEED && "one seed only" }, () => {
  test("it runs over every store of the package, and each has failed in every way", async () => {
    const entries = await Promise.all(["storage-node.mjs", "workers.mjs"].map((name) => import(pathToFileURL(join(installed, name)))));
    const offered = entries.flatMap(Object.keys).filter((name) => /(Cache|Store|^encrypted)$/.test(name));
    assert.ok(offered.length >= 10, offered.join());
    assert.deepEqual(offered.filter((name) => !covered.has(name)), []);
    for (const [engine, kinds] of Object.entries(met)) assert.deepEqual(FOUR.filter((kind) => !kinds[kind]), [], `${engine}: ${JSON.stringify(kinds)}`);
  });

  const found = {
    "tokens that only memory has": /signed in, and no tokens are stored/,
    "a flow that only memory has": /"(a poll came after|it ended as)/,
    "a write in place of anything": /a poll came after/,
  };
  for (const bug of Object.keys(bugs)) {
    test(`it finds a store with a bug: ${bug}`, async () => {
      const { pairs } = await ran("workerd, objects on keys", { rounds: 40, first: 900_001, bug });
      assert.match(JSON.stringify(pairs), found[bug]);
    });
  }
});
