// What 1,000 sign-ins at once cost a process, beside openid-client: fresh processes that take turns, on one server.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { middle } from "./table.mjs";

const COUNT = 1000;
const ROUNDS = 5;
const PROGRAMS = ["device-code-flow", "openid-client"];

/**
 * For each program the medians; `cpu` and `wall` in milliseconds, `rss` and `grown` in megabytes at the peak, `held` the peak
 * with garbage collected all the time.
 */
export async function flowCosts(here) {
  const server = spawn("node", [join(here, "flows/server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [address] = await once(server.stdout.setEncoding("utf8"), "data");
    const runs = Object.fromEntries(PROGRAMS.map((name) => [name, []]));
    const run = async (name, env) => {
      const given = ["--expose-gc", join(here, `flows/${name}.mjs`), address.trim(), String(COUNT)];
      const { stdout } = await promisify(execFile)("node", given, { timeout: 120_000, env: { ...process.env, ...env } });
      return JSON.parse(stdout);
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of PROGRAMS) runs[name].push({ ...(await run(name)), held: (await run(name, { COLLECT: "1" })).rss });
    }
    const median = (name, figure) => middle(runs[name].map((run) => run[figure])).median;
    const medians = (name) => Object.fromEntries(Object.keys(runs[name][0]).map((figure) => [figure, median(name, figure)]));
    return { count: COUNT, ...Object.fromEntries(PROGRAMS.map((name) => [name, medians(name)])) };
  } finally {
    server.kill();
  }
}
