// Workers beyond the plain workerd of `make test`: the bundle of wrangler, run by miniflare, in a request and in a scheduled event; the entry
// that needs no WebAssembly; and Vercel's edge-runtime.

import { execFileSync, spawn } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { serve } from "../support/serve.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const versionOf = (name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8")).version;
// wrangler needs a newer Node than the other tests.
const newNode = join(here, "node_modules/node-22/bin/node");
const wrangler = join(here, "node_modules/wrangler/bin/wrangler.js");
const DATE = "2025-01-01";
// Longer than a good run.
const PATIENCE = 120_000;

/** Runs `work(address of the report)` and prints its lines. It ends with the last line. */
async function reported(project, print, work) {
  let finish;
  const finished = new Promise((resolve, reject) => {
    finish = resolve;
    setTimeout(() => reject(new Error("it did not finish")), PATIENCE).unref();
  });
  const server = await serve(project, (line) => {
    print(line);
    if (/^\d+ passed, \d+ failed$/.test(line)) finish();
  });
  try {
    await Promise.all([work(`${server.origin}/report`), finished]);
  } finally {
    server.stop();
  }
}

/** The options of wrangler: a minimal configuration, no prompts, no telemetry. */
function given(project, file, name = file.replace(".mjs", "")) {
  const config = join(project, `${name}.json`);
  writeFileSync(config, JSON.stringify({ name, main: file, compatibility_date: DATE }));
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1", HOME: project, NO_UPDATE_NOTIFIER: "1", NO_COLOR: "1" };
  return { name, config, env };
}

/** What `wrangler deploy` would upload. */
function wranglersBundle(project, file) {
  const { name, config, env } = given(project, file);
  execFileSync(newNode, [wrangler, "deploy", "--dry-run", "--outdir", `out/${name}`, "--config", config], { cwd: project, env, stdio: ["ignore", "ignore", "pipe"] });
  const folder = join(project, "out", name);
  return readdirSync(folder)
    .filter((file) => /\.(js|wasm)$/.test(file))
    .map((file) => ({ type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule", path: join(folder, file) }))
    .sort((one, other) => one.type.localeCompare(other.type) * -1 || 0);
}

async function miniflare(project, servers, print, file, event) {
  const { Miniflare } = await import("miniflare");
  const modules = wranglersBundle(project, file);
  const flare = new Miniflare({ modules, modulesRoot: dirname(modules[0].path), compatibilityDate: DATE });
  try {
    await reported(project, print, async (report) => {
      const given = { ...servers, report };
      if (event === "scheduled") await (await flare.getWorker()).scheduled({ cron: encodeURIComponent(JSON.stringify(given)) });
      else await (await flare.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(given) })).text();
    });
  } finally {
    await flare.dispose();
  }
  return `wrangler ${versionOf("wrangler")}`;
}

/** What a developer runs: `wrangler dev`, with the address that it prints. */
async function wranglerDev(project, servers, print, event) {
  const { config, env } = given(project, "wrangler.mjs", `dev-${event}`);
  const args = ["dev", "--config", config, "--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0", "--test-scheduled", "--show-interactive-dev-session=false"];
  // A process group, because workerd is a child process of it.
  const child = spawn(newNode, [wrangler, ...args], { cwd: project, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const kill = () => child.exitCode === null && process.kill(-child.pid, "SIGKILL");
  process.once("exit", kill);
  const closed = new Promise((resolve) => child.once("close", resolve));
  let said = "";
  const address = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said += `${line}\n`;
        const ready = line.match(/Ready on (http:\S+)/);
        if (ready) resolve(ready[1]);
      });
    }
    closed.then(() => reject(new Error(`wrangler dev did not start: ${said}`)));
  });
  try {
    await reported(project, print, async (report) => {
      const body = JSON.stringify({ ...servers, report });
      const signal = AbortSignal.timeout(PATIENCE);
      const scheduled = `/__scheduled?${new URLSearchParams({ cron: encodeURIComponent(body) })}`;
      const answer = await (event === "scheduled" ? fetch(`${await address}${scheduled}`, { signal }) : fetch(await address, { method: "POST", body, signal }));
      await answer.text();
      if (!answer.ok) throw new Error(`wrangler dev: ${said}`);
    });
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`wrangler dev ended by itself: ${said}`);
  } finally {
    process.off("exit", kill);
    kill();
    await closed;
  }
  return `wrangler ${versionOf("wrangler")}`;
}

async function edgeRuntime(project, servers, print) {
  const { EdgeRuntime } = await import("edge-runtime");
  const options = { bundle: true, format: "iife", write: false, conditions: ["edge-light"], logLevel: "error" };
  const { outputFiles } = await build({ entryPoints: [join(project, "edge.mjs")], ...options });
  const runtime = new EdgeRuntime();
  runtime.evaluate(outputFiles[0].text);
  await runtime.context.start(servers, print);
  return versionOf("edge-runtime");
}

/** Name → as in hosts.mjs. */
export const workers = {
  "wrangler's bundle in miniflare, request": (...run) => miniflare(...run, "wrangler.mjs"),
  "wrangler's bundle in miniflare, scheduled event": (...run) => miniflare(...run, "wrangler.mjs", "scheduled"),
  "wrangler's bundle in miniflare, js": (...run) => miniflare(...run, "wrangler-javascript.mjs"),
  "wrangler dev, request": (...run) => wranglerDev(...run, "request"),
  "wrangler dev, scheduled event": (...run) => wranglerDev(...run, "scheduled"),
  "edge-runtime": edgeRuntime,
};
