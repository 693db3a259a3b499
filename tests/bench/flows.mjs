// The cost of 1,000 concurrent sign-ins in one process, compared with openid-client. Fresh processes take turns on one server.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { quartiles, table } from "./table.mjs";

const COUNT = 1000;
const ROUNDS = 5;
const OURS = "device-code-flow";
const PEER = "openid-client";
const PROGRAMS = [OURS, PEER];

/**
 * The medians for each program: `cpu` and `wall` in milliseconds; in megabytes `rss`, the peak of the process's memory,
 * `grown`, what the sign-ins added to it, and `held`, the peak when garbage is collected every half second.
 */
export async function measure(here) {
  const server = spawn("node", [join(here, "flows/server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [address] = await once(server.stdout.setEncoding("utf8"), "data");
    const runs = Object.fromEntries(PROGRAMS.map((name) => [name, []]));
    const run = async (name, env) => {
      const options = ["--expose-gc", join(here, `flows/${name}.mjs`), address.trim(), String(COUNT)];
      const { stdout } = await promisify(execFile)("node", options, { timeout: 120_000, env: { ...process.env, ...env } });
      return JSON.parse(stdout);
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of PROGRAMS) runs[name].push({ ...(await run(name)), held: (await run(name, { COLLECT: "1" })).rss });
    }
    const median = (name, figure) => quartiles(runs[name].map((run) => run[figure])).median;
    const medians = (name) => Object.fromEntries(Object.keys(runs[name][0]).map((figure) => [figure, median(name, figure)]));
    return { count: COUNT, ...Object.fromEntries(PROGRAMS.map((name) => [name, medians(name)])) };
  } finally {
    server.kill();
  }
}

export function tables({ count, ...programs }) {
  const rows = Object.entries(programs).map(([name, { cpu, wall, rss, grown, held }]) => {
    return [name, ...[cpu, wall, rss, grown, held].map((figure) => figure.toFixed(0))];
  });
  const head = ["", "CPU, ms", "wall, ms", "peak, MB", "of which grown", "peak with garbage collected, MB"];
  return [`${count.toLocaleString("en")} concurrent sign-ins of five polls each\n${table(head, rows)}`];
}

export function targets(figures) {
  const ratio = (figure) => figures[OURS][figure] / figures[PEER][figure];
  return [
    { what: "CPU of 1,000 flows at once, against openid-client's", figure: ratio("cpu"), limit: 1 },
    { what: "memory of 1,000 flows at once, against openid-client's", figure: ratio("rss"), limit: 1 },
  ];
}
