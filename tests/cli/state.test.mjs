// `sign-in --state FILE`: a sign-in over several runs of the installed command, with the real authorization server. tests/resume kills a
// process at every await.

import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { drive, startTestServer } from "../support/authorization-server.mjs";
import { codeIn, sleep, start as started, windows } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
let server;

before(async () => (server = await startTestServer()));
after(() => (server.stop(), rmSync(folder, { recursive: true })));

const stateFile = (name) => join(folder, name);
const wanted = () => ["--authority", server.issuer, "--client-id", server.clientId, "--scope", "openid profile email"];

const start = (...args) => started("sign-in", ...args);
const run = (...args) => start(...wanted(), ...args).ended;

test("the first run prints the code and exits, the next ones poll once, and the last one removes the file", async () => {
  const file = stateFile("once");
  const first = await run("--state", file);
  assert.deepEqual([first.code, first.stdout], [3, ""], first.stderr);
  if (!windows) assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.doesNotMatch(first.stderr, new RegExp(JSON.parse(readFileSync(file)).deviceCode));

  const early = await run("--state", file, "--once");
  assert.deepEqual([early.code, codeIn(early)], [3, codeIn(first)]);
  await sleep(1100);
  const pending = await run("--state", file, "--once", "--json");
  const shown = JSON.parse(pending.stdout);
  assert.deepEqual([pending.code, shown.status, shown.userCode], [3, "pending", codeIn(first)]);
  assert.ok(!("deviceCode" in shown));
  if (!windows) assert.equal(statSync(file).mode & 0o777, 0o600);

  await drive(server, { userCode: codeIn(first) });
  await sleep(1100);
  const last = await run("--state", file, "--once");
  assert.equal(last.code, 0, last.stderr);
  assert.match(last.stdout, /^Signed in as Alice Ardent/);
  assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith("once")), []);
});

test("without --once a later run waits for the person, and Ctrl-C leaves the file for the next", { skip: windows }, async () => {
  const file = stateFile("wait");
  const userCode = codeIn(await run("--state", file));
  const cancelled = start(...wanted(), "--state", file);
  while (!cancelled.output.stderr.includes(userCode)) await sleep(20);
  process.kill(-cancelled.child.pid, "SIGINT");
  const { code, stderr } = await cancelled.ended;
  assert.deepEqual([code, /Cancelled\.\n$/.test(stderr), existsSync(file)], [130, true, true]);
  const waiting = start(...wanted(), "--state", file, "--json");
  await drive(server, { userCode, login: "bilal" });
  const last = await waiting.ended;
  assert.deepEqual([last.code, JSON.parse(last.stdout).account.username, existsSync(file)], [0, "bilal@example.com", false]);
});

test("a run that finds another one at work does nothing, and one that was killed does not count", { skip: windows }, async () => {
  const file = stateFile("two");
  const userCode = codeIn(await run("--state", file));
  const waiting = start(...wanted(), "--state", file);
  while (!waiting.output.stderr.includes(userCode)) await sleep(20);
  const other = await run("--state", file, "--once");
  assert.equal(other.code, 3);
  assert.match(other.stderr, /Another run/);
  process.kill(-waiting.child.pid, "SIGKILL");
  await waiting.ended;
  // As if it had been killed during a write.
  writeFileSync(`${file}.0123456789abcdef.tmp`, "half a credential");
  await drive(server, { userCode });
  assert.equal((await run("--state", file)).code, 0);
  assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith("two")), []);
});

test("a refusal ends the sign-in: exit code 1, and the next run begins a new one", async () => {
  const file = stateFile("denied");
  const first = await run("--state", file);
  await drive(server, { userCode: codeIn(first), decision: "deny" });
  const { code, stderr } = await run("--state", file);
  assert.deepEqual([code, /access_denied/.test(stderr), existsSync(file)], [1, true, false]);
  const again = await run("--state", file);
  assert.equal(again.code, 3);
  assert.notEqual(codeIn(again), codeIn(first));
});

for (const [what, code, change, said] of [
  ["cut short", 1, (text) => text.slice(0, 300), /saved_flow_invalid/],
  ["changed by a byte", 1, (text) => text.replace('"interval":1', '"interval":0'), /saved_flow_invalid/],
  ["of a future version", 1, (text) => text.replace('"version":4', '"version":99'), /saved_flow_version/],
  ["of another product", 1, () => '{"kind":"another"}', /saved_flow_invalid/],
  ["that is empty", 1, () => "", /saved_flow_invalid/],
]) {
  test(`a file ${what} is refused with its name, and not overwritten`, async () => {
    const file = stateFile("nonsense");
    rmSync(file, { force: true });
    await run("--state", file);
    const nonsense = change(readFileSync(file, "utf8"));
    writeFileSync(file, nonsense);
    const ended = await run("--state", file, "--once");
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, said);
    assert.ok(ended.stderr.includes(file), ended.stderr);
    assert.equal(readFileSync(file, "utf8"), nonsense);
  });
}

test("a file of another client is refused, and stays", async () => {
  const file = stateFile("another");
  await run("--state", file);
  const ended = await start("--authority", server.issuer, "--client-id", "another", "--scope", "openid", "--state", file).ended;
  assert.deepEqual([ended.code, existsSync(file)], [2, true]);
  assert.match(ended.stderr, /saved_flow_mismatch/);
});

test("a file that cannot be written is named: exit code 1, and no useless code is shown", async () => {
  const ended = await run("--state", join(folder, "missing", "file"));
  assert.deepEqual([ended.code, ended.stdout], [1, ""]);
  assert.match(ended.stderr, /missing/);
  assert.doesNotMatch(ended.stderr, /the code/);
});

test("--once without --state is wrong usage", async () => assert.equal((await run("--once")).code, 2));

test("the next poll makes a file that others could read private", { skip: windows }, async () => {
  const file = stateFile("leftover");
  await run("--state", file);
  chmodSync(file, 0o644);
  await sleep(1100);
  await run("--state", file, "--once");
  assert.equal(statSync(file).mode & 0o777, 0o600);
});
