// The hosts in which property.mjs runs, each with its own engines: how they are started, and how their output is read. Not a test.

import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openPage, program } from "../runtime/hosts.mjs";
import { installedProject } from "../runtime/project.mjs";

const here = dirname(fileURLToPath(import.meta.url));
// These come from other suites, which install them.
const { build } = await import(new URL("../runtime/node_modules/esbuild/lib/main.js", import.meta.url));
const { Miniflare } = await import(new URL("../workers/node_modules/miniflare/dist/src/index.js", import.meta.url));
const PATIENCE = 300_000;

const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const project = installedProject();
export const installed = join(project, "node_modules/device-code-flow");
for (const name of ["property.mjs", "stores.mjs", "engines.mjs", "trouble.mjs", "bugs.mjs"]) cpSync(join(here, name), join(project, name));
cpSync(join(here, "hosts"), project, { recursive: true });
mkdirSync(join(project, "support"));
for (const name of ["entra.mjs", "entra"]) cpSync(join(here, "../support", name), join(project, "support", name), { recursive: true });

/** Host → a function that takes settings and returns the printed lines. */
export const hosts = {
  node: (settings) => printed(process.execPath, ["node.mjs", JSON.stringify({ ...settings, folder })]),
  deno: (settings) => printed(program("deno"), ["run", "--no-prompt", "--unstable-kv", "--allow-read", "--allow-write", "deno.mjs", JSON.stringify({ ...settings, folder })]),
  workerd: (settings) => worker({ ...settings, objects: "TABLES" }),
  "workerd, objects on keys": (settings) => worker({ ...settings, objects: "KEYS" }),
  Chromium: page,
};

function printed(binary, given) {
  const child = spawn(binary, given, { cwd: project, env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" }, timeout: PATIENCE, killSignal: "SIGKILL" });
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", (line) => lines.push(line));
  return new Promise((resolve, reject) => child.once("error", reject).once("close", () => resolve(lines)));
}

async function worker(settings) {
  const { outputFiles } = await build({
    entryPoints: [join(project, "worker.mjs")],
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm", "cloudflare:*"],
    alias: { "node:http": join(project, "no-server.mjs"), "node:timers/promises": join(project, "no-server.mjs") },
    write: false,
    logLevel: "error",
  });
  const wasm = readdirSync(installed).filter((name) => name.endsWith(".wasm"));
  const cloudflare = new Miniflare({
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: outputFiles[0].text },
      ...wasm.map((path) => ({ type: "CompiledWasm", path, contents: readFileSync(join(installed, path)) })),
    ],
    compatibilityDate: "2026-01-01",
    kvNamespaces: ["KV"],
    d1Databases: ["DB"],
    durableObjects: { KEYS: { className: "OnKeys" }, TABLES: { className: "OnTables", useSQLite: true } },
  });
  try {
    const answer = await cloudflare.dispatchFetch(`http://worker/${settings.objects}`, { method: "POST", body: JSON.stringify(settings) });
    return (await answer.text()).split("\n").filter(Boolean);
  } finally {
    await cloudflare.dispose();
  }
}

async function page(settings) {
  const lines = [];
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  const address = `page.html#${encodeURIComponent(JSON.stringify(settings))}`;
  const { stop } = await openPage(project, address, (tab) => {
    tab.on("pageerror", (error) => (lines.push(error.stack), finish()));
    tab.on("console", (message) => {
      if (message.type() !== "log") return;
      if (message.text() === "the end") finish();
      else lines.push(message.text());
    });
  });
  await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())]);
  await stop();
  return lines;
}
