// Runs the suite in every runtime and says which passed: `node tests/runtime/run.mjs [host…]`, after `make package`.
//
// A host is named by a part of its name ("deno", "node 18"). The table of what ran is left in target/runtime-matrix.json,
// from which the README's table of runtimes is made. A host that ran no test has failed.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTestServer } from "../support/authorization-server.mjs";
import { hosts } from "./hosts.mjs";
import { suiteProject, top } from "./project.mjs";
import { startScriptedServer } from "./scripted-server.mjs";

// Two processors are what this has to run on, and the cases measure time.
const AT_ONCE = 2;

const asked = process.argv.slice(2).map((name) => name.toLowerCase());
const names = Object.keys(hosts).filter((name) => !asked.length || asked.some((part) => name.toLowerCase().includes(part)));
if (!names.length) {
  console.error(`There is no such host. These are known: ${Object.keys(hosts).join("; ")}`);
  process.exit(2);
}

const provider = await startTestServer();
const scripted = await startScriptedServer();
const servers = { issuer: provider.issuer, clientId: provider.clientId, scripted: scripted.scripted };
const project = suiteProject();

const rows = [];
const waiting = [...names];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let name; (name = waiting.shift()); ) rows.push(await run(name));
  }),
);
await provider.stop();
scripted.stop();
report(rows.sort((a, b) => names.indexOf(a.host) - names.indexOf(b.host)));

async function run(host) {
  const start = Date.now();
  const row = { host, version: "?", passed: 0, failed: 0 };
  const print = (line) => {
    console.log(`${host} | ${line}`);
    const count = line.match(/^(\d+) passed, (\d+) failed$/);
    if (count) [row.passed, row.failed] = count.slice(1).map(Number);
  };
  try {
    row.version = await hosts[host](project, servers, print);
  } catch (error) {
    print(error.stack);
    row.failed += 1;
  }
  // A runtime that died on the way has printed no count.
  if (row.passed + row.failed === 0) row.failed = 1;
  return { ...row, seconds: Math.round((Date.now() - start) / 100) / 10 };
}

function report(rows) {
  console.log();
  for (const { host, version, passed, failed, seconds } of rows) {
    console.log(`${host.padEnd(24)} ${version.padEnd(16)} ${passed} ok, ${failed} not ok, ${seconds} s`);
  }
  if (names.length === Object.keys(hosts).length) {
    mkdirSync(join(top, "target"), { recursive: true });
    writeFileSync(join(top, "target/runtime-matrix.json"), `${JSON.stringify(rows, null, 2)}\n`);
  }
  const sum = (field) => rows.reduce((total, row) => total + row[field], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  process.exitCode = sum("failed") ? 1 : 0;
}
