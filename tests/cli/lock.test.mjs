// Two runs with one file of `--state`: which run is refused, for how long, and what a stopped run leaves behind.
//
// The lock itself is fileCache's; tests/storage tests it.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { drive, startTestServer } from "../support/authorization-server.mjs";
import { codeIn, signIn, windows } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
let server;

before(async () => (server = await startTestServer()));
after(() => (server.stop(), rmSync(folder, { recursive: true })));

const filesOf = (name) => readdirSync(folder).filter((file) => file.startsWith(name));
const run = (file, ...args) => signIn(server, "--state", file, ...args).ended;

/** A run that waits for the person, after one that has printed the code. */
async function waiting(file) {
  const userCode = codeIn(await run(file));
  const run_ = signIn(server, "--state", file);
  await run_.said(userCode);
  return { ...run_, userCode };
}

test("a run that finds another one at work names the lock and its holder: exit code 3", async () => {
  const file = join(folder, "two");
  const first = await waiting(file);
  const { code, stdout, stderr } = await run(file, "--once");
  assert.deepEqual([code, stdout], [3, ""], stderr);
  assert.match(stderr, /^Another run uses /);
  assert.ok(stderr.includes(`${file}.run.lock`) && stderr.includes(`process ${first.child.pid} `), stderr);
  await drive(server, first);
  assert.equal((await first.ended).code, 0);
  assert.deepEqual(filesOf("two"), []);
});

for (const [signal, expected, said] of [
  ["SIGTERM", 143, "Terminated."],
  ["SIGINT", 130, "Cancelled."],
]) {
  test(`${signal} leaves the file and no lock: exit code ${expected}`, { skip: windows }, async () => {
    const file = join(folder, signal);
    const stopped = await waiting(file);
    stopped.child.kill(signal);
    const { code, stderr } = await stopped.ended;
    assert.deepEqual([code, stderr.endsWith(`\n${said}\n`)], [expected, true], stderr);
    assert.deepEqual(filesOf(signal), [signal]);
  });
}

const linux = process.platform === "linux";

test("a run that was killed blocks no other run, even if another process has its number now", { skip: !linux }, async () => {
  const file = join(folder, "killed");
  const killed = await waiting(file);
  const lock = JSON.parse(readFileSync(`${file}.run.lock`));
  killed.child.kill("SIGKILL");
  await killed.ended;
  writeFileSync(`${file}.run.lock`, JSON.stringify({ ...lock, pid: process.pid }));
  const { code, stderr } = await run(file, "--once");
  assert.deepEqual([code, codeIn({ stderr })], [3, killed.userCode], stderr);
  assert.deepEqual(filesOf("killed"), ["killed"]);
});

test("the first process of another container holds its lock as long as it touches it", async () => {
  const file = join(folder, "volume");
  const lock = `${file}.run.lock`;
  const since = new Date().toISOString();
  writeFileSync(lock, JSON.stringify({ pid: 1, host: "elsewhere 1 2", started: "1", since, owner: "0123456789abcdef" }));
  const kept = await run(file);
  assert.deepEqual([kept.code, existsSync(file)], [3, false], kept.stderr);
  assert.match(kept.stderr, /process 1 on elsewhere/);
  const before = new Date(Date.now() - 20_000);
  utimesSync(lock, before, before);
  assert.ok(codeIn(await run(file)));
  assert.deepEqual(filesOf("volume"), ["volume"]);
});

test("a lock file with only a number blocks other runs no longer than it is fresh", async () => {
  const file = join(folder, "number");
  for (const name of [`${file}.lock`, `${file}.run.lock`]) writeFileSync(name, "1\n");
  const fresh = await run(file);
  assert.deepEqual([fresh.code, fresh.stderr.includes(`${file}.run.lock`)], [3, true], fresh.stderr);
  const before = new Date(Date.now() - 20_000);
  utimesSync(`${file}.run.lock`, before, before);
  assert.ok(codeIn(await run(file)));
});
