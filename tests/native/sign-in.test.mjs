// examples/native, a program in Rust, signs a person in at the demo's authorization server, and README shows that program.
//
// `cargo build --package native-sign-in` must have run (`make test-native-example` does it).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { drive, startTestServer } from "../support/authorization-server.mjs";

const top = join(import.meta.dirname, "../..");
let server;

before(async () => void (server = await startTestServer()));
after(() => server.stop());

test("the program prints the code and, once the person has approved, who signed in", async () => {
  const program = start(server.issuer, server.clientId);
  const userCode = await codeOf(program);
  await drive(server, { userCode });
  assert.equal(await program.exit, 0, program.stderr);
  assert.match(program.stdout, /^Signed in: Alice .+, for openid profile offline_access$/m);
});

test("no token is printed", async () => {
  const program = start(server.issuer, server.clientId);
  await drive(server, { userCode: await codeOf(program) });
  await program.exit;
  // Tokens of this server have at least 43 characters of base64url; nothing else that is printed is a long word.
  assert.doesNotMatch(program.stdout + program.stderr, /[\w-]{40}/);
});

test("a refusal ends it with the server's code and exit code 1", async () => {
  const program = start(server.issuer, server.clientId);
  await drive(server, { userCode: await codeOf(program), decision: "deny" });
  assert.equal(await program.exit, 1);
  assert.match(program.stderr, /^access_denied: /);
});

test("a server that is not there is reported as a network error", async () => {
  const program = start("http://127.0.0.1:9", server.clientId);
  assert.equal(await program.exit, 1);
  assert.match(program.stderr, /^network_error: /);
});

test("README has the program as it is", () => {
  const source = readFileSync(join(top, "examples/native/src/main.rs"), "utf8");
  assert.ok(readFileSync(join(top, "README.md"), "utf8").includes(`\`\`\`rust\n${source}\`\`\`\n`));
});

/** Runs the program; `stdout` and `stderr` grow as it prints, `exit` resolves to its exit code. */
function start(...options) {
  const child = spawn(join(top, "target/debug/native-sign-in"), options);
  const program = { child, stdout: "", stderr: "", exit: once(child, "close").then(([code]) => code) };
  for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (piece) => (program[name] += piece));
  return program;
}

/** The user code in the message that the program prints. */
async function codeOf(program) {
  while (!program.stdout.includes("\n")) {
    await Promise.race([once(program.child.stdout, "data"), program.exit]);
    if (program.child.exitCode !== null) throw new Error(`the program has ended: ${program.stderr}`);
  }
  return program.stdout.match(/enter the code (\S+)\.\n/)[1];
}
