// fileCache among real processes of every engine that compete for a file and are killed at any moment. file-takeovers.test.mjs tests locks
// whose holder has ended or was stopped.
//
// cases.mjs tests one process.

import assert from "node:assert/strict";
import { once } from "node:events";
import { utimesSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { beside, count, engines, file, hold, noneTwice, project, read } from "./locked-files.mjs";
import { start, turnsOf } from "./processes.mjs";

describe("processes that write one file lose nothing", () => {
  for (const engine of Object.keys(engines)) {
    test(`four of ${engine}`, async () => {
      const path = file();
      noneTwice(await Promise.all([1, 2, 3, 4].map(() => count(engine, path, 40).ended)), path);
    });
  }

  test("one of each engine, on the same file", async () => {
    const path = file();
    noneTwice(await Promise.all(Object.keys(engines).map((engine) => count(engine, path, 40).ended)), path);
  });

  test("libraries without exclusively, beside one with it", async () => {
    const path = file();
    noneTwice(await Promise.all(["pairs", "pairs", "exclusively"].map((way) => count("Node", path, 60, way).ended)), path);
  });
});

test("four that write without a pause take turns", async () => {
  const path = file();
  const all = [1, 2, 3, 4].map(() => count("Node", path, 300));
  const stored = await turnsOf(all);
  noneTwice(await Promise.all(all.map(({ ended }) => ended)), path);
  for (const one of stored) assert.ok(one > Math.max(...stored) / 4, `while all were at work they stored ${stored}`);
});

test("processes that start at the same time create the missing folder, and lose nothing", async () => {
  for (let round = 0; round < 5; round++) {
    const path = join(dirname(file()), "a", "b", "tokens.json");
    noneTwice(await Promise.all([1, 2, 3, 4, 5, 6].map(() => count("Node", path, 1).ended)), path);
  }
});

test("a holder whose disk is gone learns that its lock is lost, and continues", async () => {
  const path = file();
  const holder = start(project, [...engines.Node, "--import", "./gone-disk.mjs", "hold.mjs", "file", path]);
  await holder.line("held");
  await holder.line("told: storage_lock_lost");
  holder.child.stdin.write("go\n");
  assert.equal((await holder.ended).lines.filter((line) => line.startsWith("refused:")).length, 1);
});

test("a lock file names its holder, and is touched while it is held", async () => {
  const path = file();
  const holder = hold("Node", path);
  await holder.line("held");
  const lock = `${path}.store.lock`;
  const old = new Date(Date.now() - 9_000);
  utimesSync(lock, old, old);
  const { lines } = await start(project, [...engines.Node, "access.mjs", path, "x"]).ended;
  const told = JSON.parse(lines[0]);
  assert.equal(told.errorCode, "storage_locked");
  for (const part of [lock, `process ${holder.child.pid} on ${hostname()}`]) assert.ok(told.message.includes(part), told.message);
  const waiting = count("Node", path, 1);
  await sleep(6000);
  // By now an untouched lock would be too old.
  assert.deepEqual(waiting.lines, []);
  holder.child.stdin.write("go\n");
  assert.equal((await holder.ended).lines.at(-1), "stored");
  await waiting.ended;
});

test("processes are killed at any moment, sixty of them: no number is stored twice, no reported one is lost", async () => {
  const path = file();
  const numbers = [];
  const worker = async () => {
    for (let round = 0; round < 15; round++) {
      const run = count("Node", path, 1000);
      // The first number shows that it works, however slow the machine is.
      await Promise.race([once(run.child.stdout, "data"), run.ended]);
      await sleep(Math.random() * 250);
      run.child.kill("SIGKILL");
      const { lines } = await run.ended;
      assert.deepEqual(lines.filter((line) => !/^\d+$/.test(line)), [], "told something else than numbers");
      numbers.push(...lines.map(Number));
    }
  };
  await Promise.all([1, 2, 3, 4].map(worker));
  assert.ok(numbers.length >= 60, `only ${numbers.length} were stored`);
  assert.equal(new Set(numbers).size, numbers.length, "a number was stored twice");
  // For each process that was killed between storing and reporting, there may be one number more.
  const stored = Number(read(path));
  assert.ok(stored >= Math.max(...numbers) && stored <= numbers.length + 60, `${stored} after ${numbers.length}`);
  // What the killed processes have left is gone after the next write.
  await count("Node", path, 1).ended;
  assert.deepEqual(beside(path), []);
});
