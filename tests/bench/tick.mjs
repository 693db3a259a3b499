// What the first cron tick of a cold isolate costs in workerd: the module's start, the resumption, one poll, the saving of it. CPU of
// the whole process, in milliseconds, beside the same request with a bare poll.
//
// One workerd with many isolates, each of which gets one tick. Linux only: the time of all threads is read from /proc.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { middle } from "./table.mjs";

const ISOLATES = 40;
// The server's interval, and a little.
const WAIT = 3_200;

/** For each contender the CPU of a first tick and of a second one. Nothing on other systems. */
export async function tickTimes(here) {
  if (process.platform !== "linux") return undefined;
  const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
  const server = spawn("node", [join(here, "polls/server.mjs")], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [address] = await once(server.stdout.setEncoding("utf8"), "data");
    const given = JSON.stringify(await saved(here, address.trim()));
    const figures = {};
    for (const name of ["bare", "worker"]) figures[name] = await measured(here, folder, name, given);
    return figures;
  } finally {
    server.kill();
    rmSync(folder, { recursive: true });
  }
}

/** A flow that is due, as another process has saved it. */
async function saved(here, authority) {
  const program = `import { PublicClientApplication } from "device-code-flow";
    const app = new PublicClientApplication({ auth: { clientId: "c", authority: ${JSON.stringify(authority)} } });
    console.log((await app.startDeviceCode({ scopes: ["openid"] })).save());`;
  const text = execFileSync("node", ["--input-type=module", "-e", program], { cwd: here, encoding: "utf8" }).trim();
  await new Promise((resolve) => setTimeout(resolve, WAIT));
  return { authority, text };
}

async function measured(here, folder, name, given) {
  await build({
    entryPoints: [join(here, `tick/${name}.mjs`)],
    bundle: true,
    minify: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    outfile: join(folder, `${name}.mjs`),
    logLevel: "error",
  });
  copyFileSync(join(here, "node_modules/device-code-flow/device_code_flow.wasm"), join(folder, "device_code_flow.wasm"));
  writeFileSync(join(folder, `${name}.capnp`), configuration(name));
  const child = spawn(join(here, "node_modules/.bin/workerd"), ["serve", `${name}.capnp`, "--control-fd=3"], { cwd: folder, stdio: ["ignore", "inherit", "inherit", "pipe"] });
  try {
    const ports = await portsOf(child);
    const pid = workerdOf(child.pid);
    const ticks = async () => {
      const costs = [];
      for (const port of ports) {
        const before = cpu(pid);
        const answer = await (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: given })).text();
        if (!/ 1$/.test(answer)) throw new Error(`no poll was made: ${answer}`);
        // What the process does after the answer is its too.
        await new Promise((resolve) => setTimeout(resolve, 20));
        costs.push(cpu(pid) - before);
      }
      return middle(costs);
    };
    return { cold: await ticks(), warm: await ticks() };
  } finally {
    child.kill();
  }
}

function configuration(name) {
  const all = Array.from({ length: ISOLATES }, (_, number) => number);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${all.map((number) => `(name = "tick${number}", worker = .tick),`).join("\n    ")}
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [
    ${all.map((number) => `(name = "tick${number}", address = "127.0.0.1:0", http = (), service = "tick${number}"),`).join("\n    ")}
  ],
);
const tick :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [
    (name = "worker.mjs", esModule = embed "${name}.mjs"),
    (name = "device_code_flow.wasm", wasm = embed "device_code_flow.wasm"),
  ],
);
`;
}

async function portsOf(child) {
  const ports = [];
  for await (const line of createInterface({ input: child.stdio[3] })) {
    const { port } = JSON.parse(line);
    if (port) ports.push(port);
    if (ports.length === ISOLATES) return ports;
  }
  throw new Error("workerd did not start");
}

/** npm starts it by a script of its own: the process that works is its child, if it has one. */
function workerdOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children ? Number(children.split(" ")[0]) : pid;
}

/** Milliseconds that all threads of a process have run. */
function cpu(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6, 0);
}
