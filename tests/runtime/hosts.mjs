// How each runtime is started on this machine, and how its output is read. run.mjs counts the results.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { openBrowser } from "../../www-demo/browser.mjs";
import { serve } from "../support/serve.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const installed = join(here, "node_modules");

/** The path of a runtime that npm has installed here. */
export const program = (name) => join(installed, ".bin", name);

// Longer than a good run. A host that hangs then fails and does not block the others.
const PATIENCE = 120_000;

/** Name → a function that runs the suite in `project` and returns the version of the runtime. */
export const hosts = {
  "Node, import": (...run) => process_(...run, process.execPath, ["node.mjs"]),
  "Node, require": (...run) => process_(...run, process.execPath, ["node.cjs"]),
  "Node, js": (...run) => process_(...run, process.execPath, ["javascript.mjs"]),
  ...oneMoreNode("Node 18, import", "node-18", "node.mjs"),
  ...oneMoreNode("Node 18, require", "node-18", "node.cjs"),
  ...oneMoreNode("Node 24, import", "node-24", "node.mjs"),
  Deno: (...run) => process_(...run, program("deno"), ["run", "--no-prompt", "--allow-net=127.0.0.1", "deno.mjs"]),
  Bun: (...run) => process_(...run, program("bun"), ["node.mjs"]),
  workerd,
  "Chromium, module script": (...run) => page(...run, "page.html"),
  "Chromium, bundle": async (project, ...run) => {
    await build({ entryPoints: [join(project, "page.mjs")], bundle: true, minify: true, outfile: join(project, "bundle.js"), logLevel: "error" });
    return page(project, ...run, "bundle.html");
  },
};

/**
 * Other versions of Node come from npm as packages without a start script. They exist for one platform only. On that platform a row is not
 * left out when npm has not installed its package: it fails.
 */
function oneMoreNode(name, folder, file) {
  const binary = join(installed, folder, "bin/node");
  const mustBeThere = process.platform === "linux" && process.arch === "x64";
  return mustBeThere || existsSync(binary) ? { [name]: (...run) => process_(...run, binary, [file]) } : {};
}

/** A program that gets the addresses as its last argument, prints lines, and exits with 1 if a case has failed, otherwise with 0. */
export async function process_(project, servers, print, binary, [...args], { versioned = binary, env } = {}) {
  let failed = 0;
  const end = await lines(spawn(binary, [...args, JSON.stringify(servers)], { cwd: project, env: { ...quiet, ...env } }), (line) => {
    const count = line.match(/^\d+ passed, (\d+) failed$/);
    if (count) failed = Number(count[1]);
    print(line);
  });
  // A host that timed out has failed, whatever it had counted before.
  if (end !== (failed ? 1 : 0)) throw new Error(`it ended with ${end}`);
  return versionOf(versioned);
}

const quiet = { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };

function versionOf(binary) {
  return execFileSync(binary, ["--version"], { encoding: "utf8" }).match(/\d[\w.-]*/)[0];
}

/** The exit code or the signal of the process. Both output streams are printed. */
function lines(child, print) {
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  createInterface({ input: child.stdout }).on("line", print);
  createInterface({ input: child.stderr }).on("line", print);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(signal ?? code));
  }).finally(() => clearTimeout(timer));
}

/** A request to the worker runs the suite. */
async function workerd(project, servers, print) {
  const worker = await startWorkerd(project, "worker.mjs", print);
  try {
    const response = await fetch(worker.address, { method: "POST", body: JSON.stringify(servers), signal: AbortSignal.timeout(PATIENCE) });
    let rest = "";
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      const complete = (rest + piece).split("\n");
      rest = complete.pop();
      complete.forEach(print);
    }
  } finally {
    await worker.stop();
  }
  return versionOf(program("workerd"));
}

/** Serves the worker that `file` of `project` exports, bundled as Cloudflare's own tool does it. */
export async function startWorkerd(project, file, print = console.error) {
  cpSync(join(here, "hosts/worker.capnp"), join(project, "worker.capnp"));
  await build({
    entryPoints: [join(project, file)],
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm"],
    outfile: join(project, "bundle.mjs"),
    logLevel: "error",
  });
  const child = spawn(program("workerd"), ["serve", "worker.capnp", "--control-fd=3"], { cwd: project, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const ended = lines(child, print);
  // It prints the port that it got on a stream of its own.
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdio[3] }).on("line", (line) => resolve(JSON.parse(line).port));
    ended.then(() => reject(new Error("workerd did not start")), reject);
  });
  const stop = async () => {
    const isAlive = child.exitCode === null && child.signalCode === null;
    child.kill();
    const end = await ended;
    if (!isAlive) throw new Error(`workerd ended by itself, with ${end}`);
  };
  return { address: `http://127.0.0.1:${port}/`, stop };
}

/** Prints what the page writes to the console. The count comes last. */
async function page(project, servers, print, file) {
  let finish;
  const finished = new Promise((resolve, reject) => {
    finish = resolve;
    setTimeout(() => reject(new Error("the page did not finish")), PATIENCE).unref();
  });
  const { tab, stop } = await openPage(project, `${file}#${encodeURIComponent(JSON.stringify(servers))}`, (tab) => {
    tab.on("pageerror", (error) => print(`page error: ${error.stack}`));
    tab.on("console", (message) => {
      // Chromium logs every answer that is not 200 itself, with another type.
      if (message.type() !== "log") return;
      message.text().split("\n").forEach(print);
      if (/^\d+ passed, \d+ failed$/.test(message.text())) finish();
    });
  });
  try {
    await finished;
    return tab.context().browser().version();
  } finally {
    await stop();
  }
}

/** Opens a file of `project` in headless Chromium, served from an origin of its own. `prepare` gets the tab first. */
export async function openPage(project, file, prepare = () => {}) {
  const server = await serve(project);
  const browser = await openBrowser();
  const tab = await browser.newPage();
  prepare(tab);
  await tab.goto(`${server.origin}/${file}`);
  const stop = async () => {
    await browser.close();
    server.stop();
  };
  return { tab, stop };
}
