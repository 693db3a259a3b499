// The processor time of one cron tick of a Worker: read the saved flow, make one token request, write the flow back.
//
// Three contenders of tick/ do it: device-code-flow, the same tick written by hand over oauth4webapi, and a bare request. Each has
// one workerd with many isolates (tick/workerd.mjs). The contenders take turns, isolate by isolate. The first tick of an isolate is
// the cold one. Linux only, because the processor time is read from /proc.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatQuartiles, quartiles, ratioQuartiles, table } from "./table.mjs";
import { startWorkerd } from "./tick/workerd.mjs";

const ISOLATES = 40;
const OURS = "device-code-flow";
const PEER = "oauth4webapi";
const CONTENDERS = ["bare", OURS, PEER];
const INTERVAL = 3;
const LIFETIME = 600;

/**
 * `{ cold, warm }`: for each contender the milliseconds of an isolate's first and second tick, and `ratio`, ours divided by
 * oauth4webapi's in the same round; all as medians and quartiles. `undefined` on systems other than Linux.
 */
export async function measure(here) {
  if (process.platform !== "linux") return undefined;
  const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
  const server = spawn("node", [join(here, "polls/server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  const workers = {};
  try {
    const [line] = await once(server.stdout.setEncoding("utf8"), "data");
    const authority = line.trim();
    const bodies = await savedFlows(here, authority);
    for (const name of CONTENDERS) workers[name] = await startWorkerd(here, folder, name, ISOLATES);
    return { cold: await tickEach(workers, bodies), warm: await tickEach(workers, bodies) };
  } finally {
    for (const worker of Object.values(workers)) worker.stop();
    server.kill();
    rmSync(folder, { recursive: true });
  }
}

export function tables(figures) {
  if (!figures) return [];
  const { cold, warm } = figures;
  const rows = [...CONTENDERS.map((name) => [name, name]), ["device-code-flow / oauth4webapi", "ratio"]].map(([title, name]) => {
    return [title, formatQuartiles(cold[name], 2), formatQuartiles(warm[name], 2)];
  });
  const title = `One cron tick in workerd, CPU milliseconds of the process: medians (quartiles) of ${ISOLATES} isolates`;
  return [`${title}\n${table(["", "cold isolate", "the next tick"], rows)}`];
}

export function targets(figures) {
  if (!figures) return [];
  return [{ what: "CPU of a cron tick in a cold isolate, against oauth4webapi's", figure: figures.cold.ratio.median, limit: 1.5 }];
}

/** One tick in every isolate of every contender. */
async function tickEach(workers, bodies) {
  const costs = Object.fromEntries(CONTENDERS.map((name) => [name, []]));
  for (let isolate = 0; isolate < ISOLATES; isolate++) {
    for (let turn = 0; turn < CONTENDERS.length; turn++) {
      const name = CONTENDERS[(turn + isolate) % CONTENDERS.length];
      costs[name].push(await workers[name].tick(isolate, bodies[name]));
    }
  }
  const each = Object.fromEntries(CONTENDERS.map((name) => [name, quartiles(costs[name])]));
  return { ...each, ratio: ratioQuartiles(costs[OURS], costs[PEER]) };
}

/** For each contender the body to post: the authority, and a flow that is due, in the form in which this contender saves it. */
async function savedFlows(here, authority) {
  const ours = startedFlow(here, authority);
  const codes = await (await fetch(`${authority}/device`, { method: "POST" })).json();
  // One second more than the server's interval.
  await new Promise((resolve) => setTimeout(resolve, (INTERVAL + 1) * 1000));
  const byHand = JSON.stringify({
    server: { issuer: authority, token_endpoint: `${authority}/token` },
    deviceCode: codes.device_code,
    interval: INTERVAL,
    nextPollOn: Date.now(),
    expiresOn: Date.now() + LIFETIME * 1000,
    polls: 0,
  });
  const body = (text) => JSON.stringify({ authority, text });
  return { bare: body(byHand), [PEER]: body(byHand), [OURS]: body(ours) };
}

/** The saved text of a flow that another process has started. */
function startedFlow(here, authority) {
  const program = `import { PublicClientApplication } from "device-code-flow";
    const app = new PublicClientApplication({ auth: { clientId: "c", authority: ${JSON.stringify(authority)} } });
    console.log((await app.startDeviceCode({ scopes: ["openid"] })).save());`;
  return execFileSync("node", ["--input-type=module", "-e", program], { cwd: here, encoding: "utf8" }).trim();
}
