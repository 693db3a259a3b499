// Runs the programs of README.md as printed there, each in its runtime: `node tests/runtime/readme.mjs`, after `make package`. The test
// changes what the reader is told to change: the client id and the authority.
//
// A program passes when it shows a code, the test's person approves, and it then greets that person.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { drive, startTestServer } from "../support/authorization-server.mjs";
import { hosts, openPage, program, startWorkerd } from "./hosts.mjs";
import { installedProject, top } from "./project.mjs";

const server = await startTestServer();
const project = installedProject();
after(() => server.stop());

test("the program for Node signs in", () => greets(process.execPath, [written("node", "program.mjs")]));

test("the program for Deno signs in, and its types are right", async () => {
  const file = written("deno", "deno.ts");
  await greets(program("deno"), ["run", "--check", "--no-prompt", "--allow-net", file]);
});

test("the program for Bun signs in", () => greets(program("bun"), [written("bun", "bun.ts")]));

test("the Worker signs in over several requests, and goes on with no text that it has not sealed", async () => {
  const worker = await startWorkerd(project, written("worker", "worker.js"));
  try {
    const ask = async (body) => (await fetch(worker.address, { method: "POST", body })).json();
    let answer = await ask("");
    assert.doesNotMatch(JSON.stringify(answer), /deviceCode/);
    const forged = JSON.stringify({ kind: "device-code-flow", version: 4 });
    for (const text of [forged, `${answer.sealed}x`, answer.sealed.replace(/^./, "f")]) {
      assert.equal((await fetch(worker.address, { method: "POST", body: text })).status, 500);
    }
    await approve(answer.message);
    while (answer.sealed) {
      answer = await ask(answer.sealed);
      await new Promise((next) => setTimeout(next, 300));
    }
    assert.deepEqual(answer, { hello: "Alice Ardent" });
  } finally {
    await worker.stop();
  }
});

test("the page signs in", async () => {
  written("page", "readme.html");
  const page = await openPage(project, "readme.html");
  try {
    const screen = page.tab.locator("#screen");
    await screen.getByText("enter the code").waitFor();
    await approve(await screen.textContent());
    await screen.getByText("Hello, Alice Ardent").waitFor();
  } finally {
    await page.stop();
  }
});

test("the README's table has a row for every runtime that the suite runs in", () => {
  const readme = readFileSync(join(top, "README.md"), "utf8");
  const table = readme.split("<!-- runtimes -->")[1].split("<!-- /runtimes -->")[0];
  const rows = table.split("\n").slice(2, -1).map((row) => row.split("|")[1].trim());
  // Older and newer versions of Node come as packages for one platform only, so this machine may lack a host; the table may not.
  assert.deepEqual(Object.keys(hosts).filter((host) => !rows.includes(host)), []);
});

/** Writes the README's program under `<!-- program: NAME -->` into the project, with the values of the test server. */
function written(name, file) {
  const readme = readFileSync(join(top, "README.md"), "utf8");
  const [, text] = readme.split(`<!-- program: ${name} -->`)[1].match(/```\w+\n([^]*?)```/);
  const own = text
    .replaceAll("YOUR-CLIENT-ID", server.clientId)
    .replaceAll(/https:\/\/login\.(microsoftonline\.com\/YOUR-TENANT|example\.com)/g, server.issuer);
  assert.ok(own.includes(server.issuer) && own.includes(server.clientId), `the program "${name}" names no client or authority`);
  writeFileSync(join(project, file), own);
  return file;
}

/** Runs a program on this machine until it greets. */
async function greets(binary, args) {
  const child = spawn(binary, args, { cwd: project, env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } });
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  let said = "";
  let approved;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (piece) => {
      said += piece;
      if (/enter the code \S+\./.test(said)) approved ??= approve(said);
    });
  }
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  await approved;
  assert.match(said, /Hello, Alice Ardent/);
  assert.equal(code, 0, said);
}

function approve(message) {
  const [, userCode] = message.match(/enter the code (\S+)\./);
  return drive(server, { userCode, login: "alice" });
}
