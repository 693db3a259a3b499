// The command with an output that is closed or full: it ends with exit code 1 and without a stack trace, and says what is lost.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { describeResult } from "../../js/cli/texts.js";
import { drive, startTestServer } from "../support/authorization-server.mjs";
import { codeIn, signIn, signInIn, startIn } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
const skip = !existsSync("/dev/full");
let server;

before(async () => (server = await startTestServer()));
after(() => (server.stop(), rmSync(folder, { recursive: true })));

const full = () => openSync("/dev/full", "w");

/** The code of a run, once it has shown it. */
async function shown(run) {
  await run.said("the code ");
  return codeIn(run.output);
}

for (const json of [[], ["--json"]]) {
  test(`standard output is closed: exit code 1, without a message (${json})`, { skip }, async () => {
    const run = signIn(server, ...json);
    run.child.stdout.destroy();
    await drive(server, { userCode: await shown(run) });
    const { code, stderr } = await run.ended;
    assert.deepEqual([code, stderr.split("\n").slice(1)], [1, [""]], stderr);
  });

  test(`standard output is full: exit code 1, and one line that says so (${json})`, { skip }, async () => {
    const run = signInIn({ stdout: full() }, server, ...json);
    await drive(server, { userCode: await shown(run) });
    const { code, stderr } = await run.ended;
    assert.deepEqual([code, stderr.split("\n").slice(1)], [1, ["Could not write to standard output: ENOSPC", ""]], stderr);
  });
}

test("with --state the message says that a new sign-in is needed, and the next run begins one", { skip }, async () => {
  for (const [name, stdout] of [["full", full()], ["closed", "pipe"]]) {
    const file = join(folder, name);
    const userCode = codeIn(await signIn(server, "--state", file).ended);
    const run = signInIn({ stdout }, server, "--state", file, "--json");
    if (run.child.stdout) run.child.stdout.destroy();
    await drive(server, { userCode });
    const { code, stderr } = await run.ended;
    assert.deepEqual([code, existsSync(file)], [1, false], stderr);
    assert.match(stderr, /\nCould not write to standard output: (ENOSPC|EPIPE)\nThe tokens are lost .* again for a new sign-in\.\n$/);
    const again = await signIn(server, "--state", file).ended;
    assert.equal(again.code, 3, again.stderr);
    assert.notEqual(codeIn(again), userCode);
  }
});

test("--state that could not print the code as JSON keeps the file: the next run continues", { skip }, async () => {
  const file = join(folder, "pending");
  const first = await signInIn({ stdout: full() }, server, "--state", file, "--json").ended;
  assert.equal(first.code, 1, first.stderr);
  assert.match(first.stderr, /Could not write to standard output: ENOSPC\n$/);
  assert.equal(codeIn(await signIn(server, "--state", file, "--once").ended), codeIn(first));
});

test("a code that cannot be shown is not waited for", { skip }, async () => {
  const { code, stdout } = await signInIn({ stderr: full() }, server).ended;
  assert.deepEqual([code, stdout], [1, ""]);
});

test("an output that was asked for, or an error, cannot be printed: exit code 1", { skip }, async () => {
  for (const args of [["--help"], ["--version"]]) {
    const { code, stderr } = await startIn({ stdout: full() }, ...args).ended;
    assert.deepEqual([code, stderr], [1, "Could not write to standard output: ENOSPC\n"]);
  }
  assert.equal((await startIn({ stderr: full() }, "sign-out").ended).code, 1);
});

test("an account without a name is shown by its id; a local one has no id that says anything to a person", () => {
  const shown = (account) => describeResult({ account, scopes: ["openid"], expiresOn: null }).split("\n")[0];
  const nameless = { name: "", username: "", homeAccountId: "subject" };
  assert.equal(shown(nameless), "Signed in as subject");
  assert.equal(shown({ ...nameless, homeAccountId: "local:a-client" }), "Signed in as the account of this client (the provider sent no ID token)");
  assert.equal(shown({ ...nameless, name: "Ada", homeAccountId: "local:a-client" }), "Signed in as Ada");
});
