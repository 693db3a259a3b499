// fileCache's lock when its holder has ended or was stopped: the next process gets it soon and alone, and leaves nothing behind.

import assert from "node:assert/strict";
import { readlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { beside, count, engines, file, hold, noneTwice, project, read } from "./locked-files.mjs";
import { start } from "./processes.mjs";

/** A former holder of the file's lock that has ended. */
async function killedHolder(engine, path) {
  const holder = hold(engine, path);
  await holder.line("held");
  holder.child.kill("SIGKILL");
  await holder.ended;
}

/** A lock with this text that was not touched for so many milliseconds. A negative number is in the future. */
function leave(path, text, age) {
  const lock = `${path}.store.lock`;
  writeFileSync(lock, text);
  touch(lock, age);
}

function touch(lock, age) {
  const moment = new Date(Date.now() - age);
  utimesSync(lock, moment, moment);
}

const ELSEWHERE = JSON.stringify({ pid: 1, host: "elsewhere", owner: "gone" });

describe("a holder that has ended", () => {
  test("was killed: the next process has the lock long before it is old, and the stored text is complete", async () => {
    const path = file();
    writeFileSync(path, "7");
    await killedHolder("Node", path);
    const from = performance.now();
    const { lines } = await count("Node", path, 1).ended;
    assert.deepEqual(lines, ["8"]);
    assert.ok(performance.now() - from < 10_000, `${performance.now() - from} ms`);
    assert.deepEqual(beside(path), []);
  });

  test("was killed in Deno, which may not list processes: the lock is free once it is old", async () => {
    const path = file();
    await killedHolder("Deno", path);
    const from = performance.now();
    assert.deepEqual((await count("Deno", path, 1).ended).lines, ["1"]);
    assert.ok(performance.now() - from < 25_000, `${performance.now() - from} ms`);
  });

  test("was on another machine: its lock is respected until it is old, by the file system's clock", async () => {
    const path = file();
    leave(path, JSON.stringify({ pid: process.pid, host: "elsewhere", owner: "another", since: "then" }), 12_000);
    const from = performance.now();
    // A process whose own clock is an hour fast. By that clock the lock would be old at once.
    const fast = ["--import", "data:text/javascript,const { now } = Date; Date.now = () => now() + 3_600_000"];
    const waiting = start(project, [...engines.Node, ...fast, "count.mjs", "file", path, "1", "exclusively"]);
    assert.deepEqual((await waiting.ended).lines, ["1"]);
    const took = performance.now() - from;
    assert.ok(took > 2500 && took < 12_000, `${took} ms`);
  });

  test("was a process whose number another process has now, which started at another time", { skip: process.platform !== "linux" }, async () => {
    const path = file();
    const host = [hostname(), read("/proc/sys/kernel/random/boot_id").trim(), readlinkSync("/proc/self/ns/pid")].join(" ");
    writeFileSync(`${path}.store.lock`, JSON.stringify({ pid: process.pid, host, started: "1", owner: "another" }));
    const from = performance.now();
    assert.deepEqual((await count("Node", path, 1).ended).lines, ["1"]);
    assert.ok(performance.now() - from < 10_000, `${performance.now() - from} ms`);
  });

  test("was killed between creating its lock and writing into it", async () => {
    const path = file();
    leave(path, "", 60_000);
    assert.deepEqual((await count("Node", path, 1).ended).lines, ["1"]);
  });

  test("was killed while it took a lock over, and so was the next one: what both left is removed at once", async () => {
    const path = file();
    await killedHolder("Node", path);
    const lock = `${path}.store.lock`;
    const gone = JSON.parse(read(lock));
    const marker = `${lock}.${gone.owner}`;
    writeFileSync(marker, JSON.stringify({ ...gone, owner: "0a" }));
    writeFileSync(`${marker}.0a`, JSON.stringify({ ...gone, owner: "0b" }));
    // Of takeovers that had ended when their process was killed.
    for (const left of [`${lock}.0c`, `${lock}.0c.0d`]) writeFileSync(left, JSON.stringify({ ...gone, owner: "0e" }));
    const from = performance.now();
    const { lines } = await count("Node", path, 1).ended;
    assert.deepEqual(lines, ["1"]);
    assert.ok(performance.now() - from < 10_000, `${performance.now() - from} ms`);
    assert.deepEqual(beside(path), []);
  });

  test("was on another machine, and the clock was set back since: the lock does not wait for the time of its creation", async () => {
    const path = file();
    leave(path, JSON.stringify({ pid: 1, host: "elsewhere", owner: "0f" }), -3_600_000);
    assert.deepEqual((await count("Node", path, 1).ended).lines, ["1"]);
    assert.deepEqual(beside(path), []);
  });

  for (const [what, text] of Object.entries({ "and the disk has lost its name": "\0\0\0", "and its name is no part of a path": '{"owner":"../x"}' })) {
    test(`was killed ${what}: the lock is free once it is old`, async () => {
      const path = file();
      leave(path, text, 14_000);
      assert.deepEqual((await count("Node", path, 1).ended).lines, ["1"]);
      assert.deepEqual(beside(path), []);
    });
  }
});

for (const engine of ["Node", "Deno"]) {
  test(`${engine}: a holder that was stopped learns that its lock was taken over, and does not write`, async () => {
    const path = file();
    const holder = hold(engine, path);
    await holder.line("held");
    holder.child.kill("SIGSTOP");
    assert.deepEqual((await count("Node", path, 1).ended).lines, ["1"]);
    holder.child.kill("SIGCONT");
    holder.child.stdin.write("go\n");
    const { lines } = await holder.ended;
    assert.deepEqual(lines.slice(1).sort(), ["refused: storage_lock_lost true", "told: storage_lock_lost"]);
    assert.equal(read(path), "1");
    assert.deepEqual(beside(path), []);
  });
}

for (const [how, before] of Object.entries({ "as they are": [], "each slow between looking and doing": ["--import", "./slow-files.mjs"] })) {
  test(`many wait for the lock of a holder that has ended, twenty times, ${how}: two never hold it at the same time`, async () => {
    for (let round = 0; round < 20; round++) {
      const path = file();
      leave(path, ELSEWHERE, 60_000);
      const waiter = () => start(project, [...engines.Node, ...before, "count.mjs", "file", path, "3", "exclusively"]).ended;
      noneTwice(await Promise.all([1, 2, 3, 4].map(waiter)), path);
    }
  });
}

test("twenty wait for the lock of a holder that has ended, on a slow disk: they create no chain of markers", async () => {
  const path = file();
  leave(path, ELSEWHERE, 0);
  const waiter = () => start(project, [...engines.Node, "--import", "./slow-files.mjs", "count.mjs", "file", path, "1", "exclusively"]).ended;
  const waiting = Promise.all(Array.from({ length: 20 }, waiter));
  let deepest = 0;
  const watch = setInterval(() => (deepest = Math.max(0, deepest, ...beside(path).map((name) => name.split(".lock.")[1]?.split(".").length ?? 0))), 5);
  // All wait before the lock is old.
  await sleep(8000);
  touch(`${path}.store.lock`, 60_000);
  noneTwice(await waiting, path);
  clearInterval(watch);
  assert.ok(deepest > 0 && deepest <= 4, `${deepest} markers stood on each other`);
});

test("a waiting process is killed while it takes over a lock, forty times: no other is blocked, nothing is left", async () => {
  for (let round = 0; round < 40; round++) {
    const path = file();
    leave(path, ELSEWHERE, 60_000);
    const waiter = () => start(project, [...engines.Node, "--import", "./slow-files.mjs", "count.mjs", "file", path, "2", "exclusively"]);
    const [killed, ...others] = [1, 2, 3, 4].map(waiter);
    // Each needs about 50 ms to start, and as long to handle the lock.
    sleep(40 + Math.random() * 160).then(() => killed.child.kill("SIGKILL"));
    const from = performance.now();
    const runs = await Promise.all(others.map(({ ended }) => ended));
    for (const { code, lines } of runs) assert.equal(code, 0, lines.join("\n"));
    assert.ok(performance.now() - from < 10_000, `round ${round}: ${performance.now() - from} ms`);
    await count("Node", path, 1).ended;
    assert.deepEqual(beside(path), []);
  }
});
