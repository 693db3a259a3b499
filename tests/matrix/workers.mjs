// Workers beyond the plain workerd of `make test`: the bundle of Cloudflare's own tool, run by miniflare, in a request and in a
// scheduled event; the entry that needs no WebAssembly; and Vercel's edge-runtime.

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { serve } from "./pages.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const versionOf = (name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8")).version;
// Cloudflare's tools want a newer Node than the rest of the tests.
const newNode = join(here, "node_modules/node-22/bin/node");
const DATE = "2025-01-01";

/** `work(address of the report)`, whose lines are printed. */
async function reported(project, print, work) {
  const server = await serve(project, print);
  try {
    await work(`${server.origin}/report`);
  } finally {
    server.stop();
  }
}

/** What `wrangler deploy` would upload. */
function wranglersBundle(project, file) {
  const name = file.replace(".mjs", "");
  const config = join(project, `${name}.json`);
  writeFileSync(config, JSON.stringify({ name, main: file, compatibility_date: DATE }));
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1", HOME: project, NO_UPDATE_NOTIFIER: "1" };
  const wrangler = join(here, "node_modules/wrangler/bin/wrangler.js");
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

async function edgeRuntime(project, servers, print) {
  const { EdgeRuntime } = await import("edge-runtime");
  const { outputFiles } = await build({ entryPoints: [join(project, "edge.mjs")], bundle: true, format: "iife", write: false, conditions: ["edge-light"], logLevel: "error" });
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
  "edge-runtime": edgeRuntime,
};
