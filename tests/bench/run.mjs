// `make bench`: size, start, polls and token cache of the packed device-code-flow beside other libraries, and whether it meets its
// targets.
//
// Prints a table and leaves the same figures in target/bench.json. It measures and judges nothing but figures: a missed
// target is printed, not an exit code, because a busy machine is no reason to fail.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheTimes } from "./caches.mjs";
import { pollTimes } from "./polls.mjs";
import { signIns, sizes } from "./size.mjs";
import { startTimes } from "./starts.mjs";
import { table } from "./table.mjs";
import { tickTimes } from "./tick.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "../..");

install();
console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0].model}\n`);
await signIns(here);
const report = {
  node: process.version,
  size: await sizes(here),
  ready: startTimes(here),
  polls: await pollTimes(here),
  caches: cacheTimes(here),
  tick: await tickTimes(here),
};
const tables = [sizeTable(report.size), readyTable(report.ready), ...pollTables(report.polls), cacheTable(report.caches)];
const lines = [...tables, ...tickTables(report.tick)];
console.log(lines.join("\n\n"));

const targets = judged(report);
console.log(`\n${targetTable(targets)}`);
mkdirSync(join(top, "target"), { recursive: true });
writeFileSync(join(top, "target/bench.json"), `${JSON.stringify({ ...report, targets }, null, 2)}\n`);

/** The tarball as a person installs it, beside the other libraries. */
function install() {
  const { version } = JSON.parse(readFileSync(join(top, "dist/package/package.json"), "utf8"));
  const folder = join(here, "node_modules/device-code-flow");
  mkdirSync(folder, { recursive: true });
  const tarball = join(top, `dist/device-code-flow-${version}.tgz`);
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", folder]);
}

function judged({ size, ready, polls, caches, tick }) {
  const target = (what, figure, limit) => ({ what, figure, limit, met: figure <= limit });
  const ours = "device-code-flow";
  const peer = "msal-node";
  const cached = (people, figure) => caches[people][ours][figure] / caches[people][peer][figure];
  return [
    target("wasm + JS, brotli, against msal-node's", size[ours].brotli / size[peer].brotli, 0.6),
    target("ready, against msal-node's import", ready[ours].ready.median / ready[peer].imported.median, 0.5),
    target("CPU of a poll, against bare fetch + JSON.parse", polls.network[ours].ofBare.median, 1.5),
    target("10,000 people, load + save, against msal-node's", cached(10000, "loadAndSave"), 0.5),
    target("10,000 people, the first load + save of a process", cached(10000, "firstLoadAndSave"), 0.5),
    target("10 people, silent hit, against msal-node's", cached(10, "hit"), 1),
    target("10,000 people, silent hit, against msal-node's", cached(10000, "hit"), 0.005),
    ...(tick ? [target("CPU of a cron tick in a cold isolate, milliseconds", tick.worker.cold.median, 5)] : []),
  ];
}

function targetTable(targets) {
  const rows = targets.map(({ what, figure, limit, met }) => {
    const digits = limit < 0.01 ? 4 : 2;
    return [what, figure.toFixed(digits), `≤ ${limit.toFixed(digits)}`, met ? "ok" : "MISSED"];
  });
  return table(["target", "figure", "limit", ""], rows);
}

function sizeTable(size) {
  const msal = size["msal-node"].brotli;
  const rows = Object.entries(size).map(([name, { minified, gzip, brotli }]) => {
    return [name, minified, gzip, brotli, (brotli / msal).toFixed(2)];
  });
  return `A program that signs in, in bytes\n${table(["", "minified", "gzip", "brotli", "of msal-node"], rows)}`;
}

function readyTable(ready) {
  const range = ({ median, low, high }) => `${median.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`;
  const msal = ready["msal-node"].imported.median;
  const rows = Object.entries(ready).map(([name, it]) => [
    name,
    range(it.imported),
    range(it.ready),
    (it.ready.median / msal).toFixed(2),
    range(it.cpu),
    range(it.sinceStart),
    range(it.whole),
  ]);
  const head = ["", "import", "ready", "of msal's import", "CPU to ready", "start to ready", "whole process"];
  const title = `Ready in a fresh process, milliseconds: median (quartiles) of ${ready.nothing.starts} starts`;
  return `${title}\n${table(head, rows)}`;
}

function pollTables(polls) {
  return Object.entries(polls).map(([mode, figures]) => {
    const { bare } = figures;
    const rows = Object.entries(figures).map(([name, { cpu, wall, ofBare }]) => [
      name,
      cpu.toFixed(0),
      `${ofBare.median.toFixed(2)} (${ofBare.low.toFixed(2)}–${ofBare.high.toFixed(2)})`,
      (cpu - bare.cpu).toFixed(0),
      wall.toFixed(0),
    ]);
    const title = { network: "One poll over loopback", prepared: "One poll, answered from memory" }[mode];
    const head = ["", "CPU", "of bare", "over bare", "wall"];
    return `${title}, microseconds: medians of interleaved blocks (quartiles)\n${table(head, rows)}`;
  });
}

function cacheTable(caches) {
  const text = (figure) => (figure === undefined ? "minutes" : figure.toFixed(figure < 10 ? 3 : 0));
  const rows = Object.entries(caches).flatMap(([people, libraries]) =>
    Object.entries(libraries).map(([library, it]) => [
      `${Number(people).toLocaleString("en")} people, ${library}`,
      ...[it.firstLoadAndSave, it.loadAndSave, it.hit, it.hitWithPlugin, it.accounts].map(text),
    ]),
  );
  const head = ["", "first load + save", "load + save", "silent hit", "with a plugin", "all accounts"];
  return `Token caches, milliseconds: medians\n${table(head, rows)}`;
}

function tickTables(tick) {
  if (!tick) return [];
  const range = ({ median, low, high }) => `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
  const rows = Object.entries({ "a bare poll": tick.bare, "a tick": tick.worker }).map(([name, { cold, warm }]) => [name, range(cold), range(warm)]);
  return [`One cron tick in workerd, CPU milliseconds of the process: medians (quartiles)\n${table(["", "cold isolate", "the next"], rows)}`];
}
