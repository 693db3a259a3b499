// What one poll costs, in microseconds: starts polls/server.mjs, and polls/measure.mjs once for each mode.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { middle } from "./table.mjs";

const ROUNDS = 96;
const POLLS = { network: 100, prepared: 300 };

/** For each mode and contender, the median block, and how the contender's CPU compares with the bare loop's. */
export async function pollTimes(here) {
  const server = spawn("node", [join(here, "polls/server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [address] = await once(server.stdout.setEncoding("utf8"), "data");
    const figures = {};
    for (const mode of Object.keys(POLLS)) figures[mode] = await measured(here, address.trim(), mode);
    return figures;
  } finally {
    server.kill();
  }
}

async function measured(here, base, mode) {
  const given = ["--expose-gc", join(here, "polls/measure.mjs"), base, mode, String(ROUNDS), String(POLLS[mode])];
  const { stdout } = await promisify(execFile)("node", given, { timeout: 300_000 });
  const figures = JSON.parse(stdout);
  const { bare } = figures;
  const medians = ({ cpu, wall }) => ({
    cpu: middle(cpu).median,
    wall: middle(wall).median,
    // Blocks of one round ran side by side: what disturbed one disturbed the other.
    ofBare: middle(cpu.map((block, round) => block / bare.cpu[round])),
  });
  return Object.fromEntries(Object.entries(figures).map(([name, blocks]) => [name, medians(blocks)]));
}
