// Runs the suite in a table of hosts and counts. It does not know which hosts there are and how they are started.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { startTestServer } from "../support/authorization-server.mjs";
import { suiteProject, tarballOf } from "./project.mjs";
import { startScriptedServer } from "./scripted-server.mjs";

// A row takes half a minute but only a few seconds of a processor, because most cases wait.
const AT_ONCE = 4;

/**
 * Runs the suite in the hosts whose name contains a part of `asked` ("deno", "node 18"), or in all. The results of a whole run go to
 * `file`. A later run of some hosts replaces or adds their rows. Each row has the SHA-256 of its tarball. A host that ran no test has
 * failed. `prepare(project)` adds what only these hosts need.
 */
export async function runHosts(hosts, asked, file, { prepare = () => {} } = {}) {
  const parts = asked.map((part) => part.toLowerCase());
  const names = Object.keys(hosts).filter((name) => !parts.length || parts.some((part) => name.toLowerCase().includes(part)));
  if (!names.length) {
    console.error(`There is no such host. These are known: ${Object.keys(hosts).join("; ")}`);
    process.exit(2);
  }
  const provider = await startTestServer();
  const scripted = await startScriptedServer();
  const servers = { issuer: provider.issuer, clientId: provider.clientId, scripted: scripted.scripted };
  const project = suiteProject();
  await prepare(project);

  const rows = [];
  const waiting = [...names];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let name; (name = waiting.shift()); ) rows.push(await run(name, hosts[name], project, servers));
    }),
  );
  await provider.stop();
  scripted.stop();
  rows.sort((a, b) => names.indexOf(a.host) - names.indexOf(b.host));
  const { sha256 } = tarballOf();
  report(rows.map((row) => ({ ...row, sha256 })), file, Object.keys(hosts));
}

async function run(host, start, project, servers) {
  const began = Date.now();
  const row = { host, version: "?", passed: 0, failed: 0, leftOut: [] };
  const print = (line) => {
    console.log(`${host} | ${line}`);
    if (line.startsWith("left out ")) row.leftOut.push(line.slice(9));
    const count = line.match(/^(\d+) passed, (\d+) failed$/);
    if (count) [row.passed, row.failed] = count.slice(1).map(Number);
  };
  try {
    row.version = await start(project, servers, print);
  } catch (error) {
    print(error.stack);
    row.failed += 1;
  }
  // A runtime that crashed has printed no count.
  if (row.passed + row.failed === 0) row.failed = 1;
  return { ...row, seconds: Math.round((Date.now() - began) / 100) / 10 };
}

/** `known`: the names of all hosts, in their order. */
function report(rows, file, known) {
  console.log();
  for (const { host, version, passed, failed, seconds } of rows) {
    console.log(`${host.padEnd(30)} ${version.padEnd(16)} ${passed} ok, ${failed} not ok, ${seconds} s`);
  }
  const isWhole = rows.length === known.length;
  if (isWhole || existsSync(file)) {
    const before = isWhole ? [] : JSON.parse(readFileSync(file, "utf8"));
    const now = known.map((name) => [...rows, ...before].find(({ host }) => host === name)).filter(Boolean);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`);
  }
  const sum = (field) => rows.reduce((total, row) => total + row[field], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  process.exitCode = sum("failed") ? 1 : 0;
}
