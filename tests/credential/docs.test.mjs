// Runs the programs of docs/credential.md as printed, with the Entra test server and a resource on loopback. Also checks its table of
// differences, which has one row for each test of a difference.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { program } from "../runtime/hosts.mjs";
import { top } from "../runtime/project.mjs";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { project } from "./libraries.mjs";
import { startResource } from "./resource.mjs";

const here = import.meta.dirname;
const text = readFileSync(join(top, "docs/credential.md"), "utf8");

let resource;
before(async () => (resource = await startResource()));
after(() => resource.close());

for (const name of ["@azure", "@microsoft", "@typespec", "tslib"]) {
  if (existsSync(join(here, "node_modules", name))) symlinkSync(join(here, "node_modules", name), join(project, "node_modules", name), "dir");
}

/** The program under `<!-- program: NAME -->` with the test's values. Requests of Node's own client to Azure go to loopback. */
function written(name, file) {
  const [, source] = text.split(`<!-- program: ${name} -->`)[1].match(/```\w+\n([^]*?)```/);
  const own = source.replaceAll("YOUR-CLIENT-ID", CLIENT).replaceAll("YOUR-TENANT", TENANT).replace("https://management.azure.com/subscriptions", `${resource.origin}/subscriptions`);
  assert.ok(own.includes(CLIENT) && own.includes(TENANT));
  writeFileSync(join(project, file), own);
  return file;
}

/** A preload that sends the requests of fetch to loopback: Entra's to the test server, others to the resource. */
function loopback(origin) {
  writeFileSync(
    join(project, "loopback.mjs"),
    `const { fetch } = globalThis;
globalThis.fetch = (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const { host, origin, pathname, search } = url;
  const headers = new Headers(init.headers);
  if (host !== "login.microsoftonline.com") return fetch(${JSON.stringify(resource.origin)} + pathname + search, { ...init, headers });
  headers.set("x-original-origin", origin);
  return fetch(${JSON.stringify(origin)} + pathname + search, { ...init, headers });
};`,
  );
  return "./loopback.mjs";
}

/** Runs a program until it ends. The person approves the code that it shows. Returns its output. */
async function run(name, command) {
  const entra = standIn({ interval: 1 });
  const { origin, close } = await entra.listen();
  const [binary, ...args] = command(loopback(origin));
  const child = spawn(binary, args, { cwd: project, env: { ...process.env, NODE_EXTRA_CA_CERTS: resource.caFile, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } });
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  let said = "";
  let approved = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (piece) => {
      said += piece;
      const [userCode] = said.match(/ABCDEFG\d\d/) ?? [];
      if (userCode && !approved) approved = (entra.approve(userCode), true);
    });
  }
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  await close();
  assert.equal(code, 0, said);
  assert.equal(entra.requests.filter(({ endpoint }) => endpoint === "devicecode").length, 1);
  return said;
}

test("the program for Azure's clients lists the subscriptions", async () => {
  const said = await run("azure", (preload) => [process.execPath, "--import", preload, written("azure", "azure.mjs")]);
  assert.match(said, /^Contoso$/m);
});

test("the program for Microsoft Graph's client greets", async () => {
  const said = await run("graph", (preload) => [process.execPath, "--import", preload, written("graph", "graph.mjs")]);
  assert.match(said, /^Hello, Ada Lovelace$/m);
});

test("the program for Deno greets, with permission for the network only, and its types are right", async () => {
  const said = await run("deno", (preload) => [program("deno"), "run", "--check", "--no-prompt", "--allow-net", "--cert", resource.caFile, "--preload", preload, written("deno", "deno-credential.ts")]);
  assert.match(said, /^Hello, Ada Lovelace$/m);
});

test("its table of differences has a row for each test of a difference, and no other", () => {
  const rows = [...text.split("## What differs")[1].matchAll(/^\| ([^|]+?) \| [^|]+ \| [^|]+ \|$/gm)].map(([, row]) => row).filter((row) => row !== "---");
  const held = [...readFileSync(join(here, "identity.test.mjs"), "utf8").matchAll(/test\("differs: ([^"]+)"/g)].map(([, title]) => title);
  assert.deepEqual(rows, held);
});

test("it names the version that was compared, and every option", () => {
  const { version } = JSON.parse(readFileSync(join(here, "node_modules/@azure/identity/package.json"), "utf8"));
  assert.ok(text.includes(`@azure/identity ${version}`));
  const declared = readFileSync(join(project, "node_modules/device-code-flow/credential.d.ts"), "utf8").split("export interface DeviceCodeCredentialOptions {")[1].split("\n}")[0];
  for (const [, option] of declared.matchAll(/^ {2}(\w+)\?:/gm)) assert.ok(text.includes(`\`${option}`), option);
});
