// `make bench` measures the packed device-code-flow and other libraries in one run, and compares the ratios with their limits.
//
// `node tests/bench/run.mjs PART…` measures only the named parts, such as `tick paint`. Each part is a module of this folder with
// three functions: `measure(here)` returns the figures, `tables(figures)` the texts to print, `targets(figures)` the ratios that
// have a limit. A missed limit is printed and does not change the exit code, because a busy machine is no reason to fail.
//
// A run of all parts also writes target/bench.json, from which `make readme-tables` writes the README's table.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as caches from "./caches.mjs";
import * as flows from "./flows.mjs";
import * as paint from "./paint.mjs";
import * as polls from "./polls.mjs";
import * as ready from "./ready.mjs";
import * as size from "./size.mjs";
import { formatFigure, table } from "./table.mjs";
import * as tick from "./tick.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "../..");
const parts = { size, ready, polls, flows, caches, tick, paint };
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);

install();
const report = { node: process.version, machine: `${cpus().length} × ${cpus()[0].model}` };
console.log(`node ${report.node}, ${report.machine}`);
const targets = [];
for (const name of chosen) {
  report[name] = await parts[name].measure(here);
  for (const text of parts[name].tables(report[name])) console.log(`\n${text}`);
  targets.push(...parts[name].targets(report[name]).map((target) => ({ ...target, met: target.figure <= target.limit })));
}
console.log(`\n${targetTable()}`);

if (chosen.length === Object.keys(parts).length) {
  mkdirSync(join(top, "target"), { recursive: true });
  writeFileSync(join(top, "target/bench.json"), `${JSON.stringify({ ...report, targets }, null, 2)}\n`);
}

/** Installs the tarball beside the other libraries, as a person installs it. */
function install() {
  const { version } = JSON.parse(readFileSync(join(top, "dist/package/package.json"), "utf8"));
  const folder = join(here, "node_modules/device-code-flow");
  // Files of an older tarball must not remain.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tarball = join(top, `dist/device-code-flow-${version}.tgz`);
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", folder]);
}

function targetTable() {
  const rows = targets.map((target) => {
    const [figure, limit] = formatFigure(target);
    return [target.what, figure, `≤ ${limit}`, target.met ? "ok" : "MISSED"];
  });
  return table(["target", "figure", "limit", ""], rows);
}
