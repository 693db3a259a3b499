// One workerd whose isolates all have the same Worker, and the processor time that a request to one of them takes.

import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";

/**
 * Bundles tick/`name`.mjs into a new folder of `folder` and starts workerd with `isolates` isolates of it.
 *
 * `tick(isolate, body)` posts `body` to that isolate and resolves to the milliseconds of processor time of the whole process.
 */
export async function startWorkerd(here, folder, name, isolates) {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  await build({
    entryPoints: [join(here, `tick/${name}.mjs`)],
    bundle: true,
    minify: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    outfile: join(cwd, "worker.mjs"),
    logLevel: "error",
  });
  const usesModule = readFileSync(join(cwd, "worker.mjs"), "utf8").includes("device_code_flow.wasm");
  if (usesModule) copyFileSync(join(here, "node_modules/device-code-flow/device_code_flow.wasm"), join(cwd, "device_code_flow.wasm"));
  writeFileSync(join(cwd, "config.capnp"), configuration(isolates, usesModule));
  const child = spawn(join(here, "node_modules/.bin/workerd"), ["serve", "config.capnp", "--control-fd=3"], { cwd, stdio: ["ignore", "inherit", "inherit", "pipe"] });
  const stop = () => child.kill();
  try {
    const ports = await portsOf(child, isolates);
    const pid = workerdOf(child.pid);
    return { stop, tick: (isolate, body) => tick(pid, ports[isolate], body) };
  } catch (error) {
    stop();
    throw error;
  }
}

async function tick(pid, port, body) {
  const before = cpu(pid);
  const answer = await (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body })).text();
  if (answer !== "pending 1") throw new Error(`the tick did not make one poll: ${answer}`);
  // The work that the process does after the answer belongs to the tick, too.
  await new Promise((resolve) => setTimeout(resolve, 20));
  return cpu(pid) - before;
}

function configuration(isolates, usesModule) {
  const numbers = Array.from({ length: isolates }, (_, number) => number);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${numbers.map((number) => `(name = "tick${number}", worker = .tick),`).join("\n    ")}
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [
    ${numbers.map((number) => `(name = "tick${number}", address = "127.0.0.1:0", http = (), service = "tick${number}"),`).join("\n    ")}
  ],
);
const tick :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    ${usesModule ? '(name = "device_code_flow.wasm", wasm = embed "device_code_flow.wasm"),' : ""}
  ],
);
`;
}

/** workerd reports one line of JSON for each socket that listens, in the order of the configuration. */
async function portsOf(child, isolates) {
  const ports = [];
  for await (const line of createInterface({ input: child.stdio[3] })) {
    const { port } = JSON.parse(line);
    if (port) ports.push(port);
    if (ports.length === isolates) return ports;
  }
  throw new Error("workerd did not start");
}

/** The process id of workerd. The program that npm installs may be a script, and workerd is then its only child. */
function workerdOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children ? Number(children.split(" ")[0]) : pid;
}

/** Milliseconds that all threads of a process have run. */
function cpu(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6, 0);
}
