// The credential in every runtime: import it and ask for a token twice; the person is asked once. tests/runtime tests the main entry in these
// runtimes.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { hosts, openPage, program, startWorkerd } from "../runtime/hosts.mjs";
import { startTestServer } from "../support/authorization-server.mjs";
import { project } from "./libraries.mjs";

const server = await startTestServer();
after(() => server.stop());

const provider = { issuer: server.issuer, clientId: server.clientId };
cpSync(join(import.meta.dirname, "smoke.mjs"), join(project, "smoke.mjs"));
const written = (file, text) => (writeFileSync(join(project, file), text), file);
const RUN = `console.log("seen: " + JSON.stringify(await smoke(credential, main, ${JSON.stringify(provider)})));`;
const IMPORTED = `import * as main from "device-code-flow";
import * as credential from "device-code-flow/credential";
import { smoke } from "./smoke.mjs";`;
const imported = written("imported.mjs", `${IMPORTED}\n${RUN}`);
const required = written(
  "required.cjs",
  `const main = require("device-code-flow");
const credential = require("device-code-flow/credential");
import("./smoke.mjs").then(async ({ smoke }) => { ${RUN} });`,
);

const WELL = { tokens: 2, equal: true, prompts: 1, tokenType: "Bearer", oneSetOfClasses: true };

/** What a program on this machine has observed. */
async function seenBy(binary, ...args) {
  const child = spawn(binary, args, { cwd: project, env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } });
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (said += piece));
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  assert.equal(code, 0, said);
  return JSON.parse(said.match(/^seen: (.*)$/m)?.[1] ?? assert.fail(said));
}

test("Node, import", async () => assert.deepEqual(await seenBy(process.execPath, imported), WELL));

test("Node, require", async () => assert.deepEqual(await seenBy(process.execPath, required), WELL));

test("Node, import and require in one process: the same classes", async () => {
  const both = written(
    "both.mjs",
    `import * as imported from "device-code-flow/credential";
import { createRequire } from "node:module";
const required = createRequire(import.meta.url)("device-code-flow/credential");
console.log("seen: " + JSON.stringify(Object.keys(required).filter((name) => imported[name] !== required[name])));`,
  );
  assert.deepEqual(await seenBy(process.execPath, both), []);
});

for (const folder of ["node-18", "node-24"]) {
  const name = Object.keys(hosts).some((host) => host.startsWith(folder.replace("node-", "Node ")));
  test(`${folder}, import`, { skip: !name && "not for this platform" }, async () => {
    assert.deepEqual(await seenBy(join(import.meta.dirname, "../runtime/node_modules", folder, "bin/node"), imported), WELL);
  });
}

test("Deno, with permission for the network only", async () => {
  assert.deepEqual(await seenBy(program("deno"), "run", "--no-prompt", "--allow-net=127.0.0.1", imported), WELL);
});

test("Bun", async () => assert.deepEqual(await seenBy(program("bun"), imported), WELL));

test("workerd", async () => {
  const file = written(
    "credential-worker.mjs",
    `${IMPORTED}
export default {
  async fetch() {
    return Response.json(await smoke(credential, main, ${JSON.stringify(provider)}));
  },
};`,
  );
  const worker = await startWorkerd(project, file);
  try {
    assert.deepEqual(await (await fetch(worker.address)).json(), WELL);
  } finally {
    await worker.stop();
  }
});

test("a page in Chromium, without a bundler", async () => {
  const packaged = "./node_modules/device-code-flow";
  const names = { "device-code-flow": `${packaged}/index.mjs`, "device-code-flow/credential": `${packaged}/credential.mjs` };
  const file = written("credential.html", `<script type="importmap">${JSON.stringify({ imports: names })}</script>\n<script type="module" src="imported.mjs"></script>`);
  let seen;
  const page = await openPage(project, file, (tab) => {
    seen = new Promise((resolve, reject) => {
      tab.on("pageerror", reject);
      tab.on("console", (message) => message.text().startsWith("seen: ") && resolve(JSON.parse(message.text().slice(6))));
      setTimeout(() => reject(new Error("the page said nothing")), 60_000).unref();
    });
  });
  try {
    assert.deepEqual(await seen, WELL);
  } finally {
    await page.stop();
  }
});
