// fileCache among processes: real ones, of every engine, that fight for a file and are killed at any moment. A lock whose holder is
// gone, or stood still: file-takeovers.test.mjs.
//
// Not what one process sees: cases.mjs.

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

  test("libraries that know of no locks, beside one that does", async () => {
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

test("processes that start at once make the folder that is missing, and lose nothing", async () => {
  for (let round = 0; round < 5; round++) {
    const path = join(dirname(file()), "a", "b", "tokens.json");
    noneTwice(await Promise.all([1, 2, 3, 4, 5, 6].map(() => count("Node", path, 1).ended)), path);
  }
});

test("a holder whose disk is gone is told that its lock is lost, and lives on", async () => {
  const path = file();
  const holder = start(project, [...engines.Node, "--import", "./gone-disk.mjs", "hold.mjs", "file", path]);
  await holder.line("held");
  await holder.line("told: storage_lock_lost");
  holder.child.stdin.write("go\n");
  assert.equal((await holder.ended).lines.filter((line) => line.startsWith("refused:")).length, 1);
});

test("a lock that is held keeps its holder's name, and is touched while it is held", async () => {
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
  // By now it would be older than a lock may be.
  assert.deepEqual(waiting.lines, []);
  holder.child.stdin.write("go\n");
  assert.equal((await holder.ended).lines.at(-1), "stored");
  await waiting.ended;
});

test("processes are killed at any moment, sixty of them: no number is stored twice, none that was told is lost", async () => {
  const path = file();
  const numbers = [];
  const worker = async () => {
    for (let round = 0; round < 15; round++) {
      const run = count("Node", path, 1000);
      // At work, however slow the machine is: it has told its first number.
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
  // One more than was told may be there for each that was killed between storing and telling.
  const stored = Number(read(path));
  assert.ok(stored >= Math.max(...numbers) && stored <= numbers.length + 60, `${stored} after ${numbers.length}`);
  // What the killed have left is gone once the next one has written.
  await count("Node", path, 1).ended;
  assert.deepEqual(beside(path), []);
});
