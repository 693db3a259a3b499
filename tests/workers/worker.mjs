// An example as a person deploys it: the folder with the tarball installed, bundled by wrangler from its own configuration, run on
// workerd by miniflare. Holds no test.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "../..");
const folders = [];
process.on("exit", () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A copy of a folder, with the package as `npm install` leaves it. */
export function project(source) {
  const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
  folders.push(folder);
  cpSync(join(top, source), folder, { recursive: true, filter: (path) => !path.includes("node_modules") });
  const { version } = JSON.parse(readFileSync(join(top, "dist/package/package.json"), "utf8"));
  const installed = join(folder, "node_modules/device-code-flow");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(top, `dist/device-code-flow-${version}.tgz`), "--strip-components=1", "-C", installed]);
  return folder;
}

const quiet = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "1", NO_COLOR: "1" };

/** What wrangler would deploy of the folder: its bundle and what its configuration binds, as miniflare's options. */
export function deployable(folder, { flags = [] } = {}) {
  const out = join(folder, "deployed");
  execFileSync(join(here, "node_modules/.bin/wrangler"), ["deploy", "--dry-run", "--outdir", out], { cwd: folder, env: quiet, stdio: "pipe" });
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(folder, "wrangler.jsonc"));
  const needed = workerOptions.compatibilityFlags || [];
  if (needed.join() !== flags.join()) throw new Error(`an example needs no flags: ${needed}`);
  const wasm = readdirSync(out).filter((name) => name.endsWith(".wasm"));
  const modules = [
    { type: "ESModule", path: join(out, "index.js") },
    ...wasm.map((name) => ({ type: "CompiledWasm", path: join(out, name) })),
  ];
  return { ...workerOptions, name: undefined, modulesRules: undefined, rootPath: out, modules, modulesRoot: out };
}

/** Runs it on workerd. `vars` stand in place of the configuration's; `lines` is what it prints. */
export async function running(options, { vars = {}, ...more } = {}) {
  const lines = [];
  const handleRuntimeStdio = (stdout, stderr) => {
    for (const stream of [stdout, stderr]) stream.on("data", (text) => lines.push(String(text)));
  };
  const worker = new Miniflare({ ...options, bindings: { ...options.bindings, ...vars }, handleRuntimeStdio, ...more });
  await worker.ready;
  return { worker, lines };
}
