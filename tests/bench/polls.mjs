// The cost of one poll, in microseconds. Starts polls/server.mjs, and polls/measure.mjs once for each mode.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { formatQuartiles, quartiles, ratioQuartiles, table } from "./table.mjs";

const ROUNDS = 96;
const POLLS = { network: 100, prepared: 300 };
const TITLES = { network: "One poll over loopback", prepared: "One poll, answered from memory" };

/** For each mode and contender the median CPU and wall time of a poll, and `ofBare`, its CPU divided by the bare loop's. */
export async function measure(here) {
  const server = spawn("node", [join(here, "polls/server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [address] = await once(server.stdout.setEncoding("utf8"), "data");
    const figures = {};
    for (const mode of Object.keys(POLLS)) figures[mode] = await measureMode(here, address.trim(), mode);
    return figures;
  } finally {
    server.kill();
  }
}

export function tables(figures) {
  return Object.entries(figures).map(([mode, contenders]) => {
    const rows = Object.entries(contenders).map(([name, { cpu, wall, ofBare }]) => [
      name,
      cpu.toFixed(0),
      formatQuartiles(ofBare, 2),
      (cpu - contenders.bare.cpu).toFixed(0),
      wall.toFixed(0),
    ]);
    const head = ["", "CPU", "/ bare", "over bare", "wall"];
    return `${TITLES[mode]}, microseconds: medians of interleaved blocks (quartiles)\n${table(head, rows)}`;
  });
}

export function targets({ network }) {
  return [{ what: "CPU of a poll, against bare fetch + JSON.parse", figure: network["device-code-flow"].ofBare.median, limit: 1.25 }];
}

async function measureMode(here, base, mode) {
  const options = ["--expose-gc", join(here, "polls/measure.mjs"), base, mode, String(ROUNDS), String(POLLS[mode])];
  const { stdout } = await promisify(execFile)("node", options, { timeout: 300_000 });
  const figures = JSON.parse(stdout);
  const medians = ({ cpu, wall }) => ({
    cpu: quartiles(cpu).median,
    wall: quartiles(wall).median,
    ofBare: ratioQuartiles(cpu, figures.bare.cpu),
  });
  return Object.fromEntries(Object.entries(figures).map(([name, blocks]) => [name, medians(blocks)]));
}
