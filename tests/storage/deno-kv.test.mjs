// denoKvCache among real processes on one file: they compete, are stopped, are killed, and write without the lock.
//
// cases.mjs tests one process.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { programsProject, start, turnsOf } from "./processes.mjs";
import { denoWithKv, emptyFolder } from "./project.mjs";

const project = programsProject();
const folder = emptyFolder();
const file = () => join(mkdtempSync(join(folder, "place-")), "kv");
const count = (path, rounds, way = "exclusively") => start(project, [...denoWithKv, "count.mjs", "kv", path, String(rounds), way]);
const hold = (path) => start(project, [...denoWithKv, "hold.mjs", "kv", path]);

for (const way of ["exclusively", "pairs"]) {
  test(`three processes lose nothing (${way})`, async () => {
    const path = file();
    const runs = await Promise.all([1, 2, 3].map(() => count(path, 20, way).ended));
    for (const { code, lines } of runs) assert.equal(code, 0, lines.join("\n"));
    const numbers = runs.flatMap(({ lines }) => lines.map(Number)).sort((one, other) => one - other);
    assert.deepEqual(numbers, numbers.map((_, at) => at + 1));
    assert.equal(numbers.length, 60);
  });
}

test("three that write without a pause take turns", async () => {
  const path = file();
  const all = [1, 2, 3].map(() => count(path, 100));
  const stored = await turnsOf(all);
  await Promise.all(all.map(({ ended }) => ended));
  for (const one of stored) assert.ok(one > Math.max(...stored) / 4, `while all were at work they stored ${stored}`);
});

test("a holder that was killed: its lease is taken over when it is no longer renewed", async () => {
  const path = file();
  const holder = hold(path);
  await holder.line("held");
  holder.child.kill("SIGKILL");
  await holder.ended;
  const from = performance.now();
  assert.deepEqual((await count(path, 1).ended).lines, ["1"]);
  const took = performance.now() - from;
  assert.ok(took > 10_000 && took < 30_000, `${took} ms`);
});

test("a holder that works for long renews its lease", async () => {
  const path = file();
  const holder = hold(path);
  await holder.line("held");
  const waiting = count(path, 1);
  await sleep(20_000);
  assert.deepEqual(waiting.lines, []);
  holder.child.stdin.write("go\n");
  assert.equal((await holder.ended).lines.at(-1), "stored");
  await waiting.ended;
});

test("a holder that was stopped learns that its lease was taken over, and does not write", async () => {
  const path = file();
  const holder = hold(path);
  await holder.line("held");
  holder.child.kill("SIGSTOP");
  assert.deepEqual((await count(path, 1).ended).lines, ["1"]);
  holder.child.kill("SIGCONT");
  holder.child.stdin.write("go\n");
  const { lines } = await holder.ended;
  assert.deepEqual(lines.slice(1).sort(), ["refused: storage_lock_lost true", "told: storage_lock_lost"]);
  assert.deepEqual((await count(path, 1).ended).lines, ["2"]);
});

test("killed at any moment, thirty times: no number is stored twice, no reported one is lost", async () => {
  const path = file();
  const numbers = [];
  for (let round = 0; round < 6; round++) {
    const runs = [1, 2, 3].map(() => count(path, 1000));
    // The first number shows that it works, however slow the machine is.
    await Promise.all(runs.map(({ child, ended }) => Promise.race([once(child.stdout, "data"), ended])));
    await sleep(Math.random() * 400);
    // Not only the holder of the lease: the others continue or wait for it, whichever is killed.
    runs.forEach(({ child }) => child.kill("SIGTERM"));
    for (const { ended } of runs) numbers.push(...(await ended).lines.filter((line) => /^\d+$/.test(line)).map(Number));
  }
  assert.ok(numbers.length > 20, `only ${numbers.length} were stored`);
  assert.equal(new Set(numbers).size, numbers.length, "a number was stored twice");
  const [last] = (await count(path, 1).ended).lines.map(Number);
  assert.ok(last > Math.max(...numbers) && last <= numbers.length + 19, `${last} after ${numbers.length}`);
});

test("a text that another process writes without the lock, between load and store, is merged and not overwritten", async () => {
  const { lines, code } = await start(project, [...denoWithKv, "past-the-lock.mjs", file()]).ended;
  assert.equal(code, 0, lines.join("\n"));
  assert.deepEqual(JSON.parse(lines[0]), { names: ["ada", "bob", "cyd"], again: ["ada", "bob", "cyd"] });
});
