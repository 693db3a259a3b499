// `make bench`: size, start, polls and token cache of the packed device-code-flow beside other libraries, and whether it meets its
// targets.
//
// Prints a table and leaves the same figures in target/bench.json. It measures and judges nothing but figures: a missed
// target is printed, not an exit code, because a busy machine is no reason to fail.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheTimes } from "./caches.mjs";
import { pollTimes } from "./polls.mjs";
import { signIns, sizes } from "./size.mjs";
import { flowCosts } from "./flows.mjs";
import { paintTimes } from "./paint.mjs";
import { RUNTIMES, startTimes } from "./starts.mjs";
import { besideLimit, table } from "./table.mjs";
import { tickTimes } from "./tick.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "../..");

install();
console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0].model}\n`);
await signIns(here);
const report = {
  node: process.version,
  machine: `${cpus().length} × ${cpus()[0].model}`,
  size: await sizes(here),
  ready: Object.fromEntries(Object.keys(RUNTIMES).map((runtime) => [runtime, startTimes(here, runtime)])),
  polls: await pollTimes(here),
  flows: await flowCosts(here),
  caches: cacheTimes(here),
  tick: await tickTimes(here),
  paint: await paintTimes(),
};
const lines = [
  sizeTable(report.size),
  ...Object.entries(report.ready).map(([runtime, ready]) => readyTable(runtime, ready)),
  ...pollTables(report.polls),
  flowTable(report.flows),
  cacheTable(report.caches),
  ...tickTables(report.tick),
  paintTable(report.paint),
];
console.log(lines.join("\n\n"));

const targets = judged(report);
console.log(`\n${targetTable(targets)}`);
mkdirSync(join(top, "target"), { recursive: true });
writeFileSync(join(top, "target/bench.json"), `${JSON.stringify({ ...report, targets }, null, 2)}\n`);

/** The tarball as a person installs it, beside the other libraries. */
function install() {
  const { version } = JSON.parse(readFileSync(join(top, "dist/package/package.json"), "utf8"));
  const folder = join(here, "node_modules/device-code-flow");
  // What an older tarball had and this one has not must go.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tarball = join(top, `dist/device-code-flow-${version}.tgz`);
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", folder]);
}

function judged({ size, ready, polls, flows, caches, tick, paint }) {
  const target = (what, figure, limit) => ({ what, figure, limit, met: figure <= limit });
  const ours = "device-code-flow";
  const peer = "msal-node";
  const cached = (people, figure) => caches[people][ours][figure] / caches[people][peer][figure];
  return [
    target("wasm + JS, brotli, of a program that signs in and refreshes, against msal-node's", size[ours].brotli / size[peer].brotli, 0.5),
    ...Object.entries(ready).map(([runtime, it]) => target(`import + ready in ${runtime}, against msal-node's import`, it[ours].ready.median / it[peer].imported.median, 0.25)),
    target("CPU of a poll, against bare fetch + JSON.parse", polls.network[ours].ofBare.median, 1.2),
    target("CPU of 1,000 flows at once, against openid-client's", flows[ours].cpu / flows["openid-client"].cpu, 1),
    target("memory of 1,000 flows at once, against openid-client's", flows[ours].rss / flows["openid-client"].rss, 1),
    target("seconds to the code on Chromium 68, six times slower", paint.throttled.median / 1000, 1.5),
    target("10,000 people, load + save, against msal-node's", cached(10000, "loadAndSave"), 0.5),
    target("10,000 people, the first load + save of a process", cached(10000, "firstLoadAndSave"), 0.5),
    target("10 people, silent hit, against msal-node's", cached(10, "hit"), 1),
    target("10,000 people, silent hit, against msal-node's", cached(10000, "hit"), 0.005),
    ...(tick ? [target("CPU of a cron tick in a cold isolate, milliseconds", tick.worker.cold.median, 5)] : []),
  ];
}

function targetTable(targets) {
  const rows = targets.map((target) => {
    const [figure, limit] = besideLimit(target);
    return [target.what, figure, `≤ ${limit}`, target.met ? "ok" : "MISSED"];
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

function flowTable({ count, ...programs }) {
  const rows = Object.entries(programs).map(([name, { cpu, wall, ...memory }]) => [name, ...[cpu, wall, memory.rss, memory.grown, memory.held].map((figure) => figure.toFixed(0))]);
  return `${count.toLocaleString("en")} sign-ins at once, of five polls each\n${table(["", "CPU, ms", "wall, ms", "peak, MB", "of that grown", "peak with garbage collected, MB"], rows)}`;
}

function paintTable({ browser, slower, throttled, unthrottled }) {
  const range = ({ median, low, high }) => `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
  const rows = [[`${slower} times slower`, range(throttled)], ["as it is", range(unthrottled)]];
  return `From navigation to the code on ${browser}, milliseconds: median (quartiles)\n${table(["", "code painted"], rows)}`;
}

function readyTable(runtime, ready) {
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
  const title = `Ready in a fresh process of ${runtime}, milliseconds: median (quartiles) of ${ready.nothing.starts} starts`;
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
