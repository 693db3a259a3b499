// The worker of hosts/worker.mjs in miniflare, which is workerd with Cloudflare's stores on this machine's disk.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

/** `disk`: the folder of KV and the objects. Another start on it finds what the one before has left. */
export async function startWorker(project, disk) {
  await build({
    entryPoints: [join(project, "worker.mjs")],
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    external: ["*.wasm", "cloudflare:*"],
    outfile: join(project, "worker-bundle.mjs"),
    logLevel: "error",
  });
  const miniflare = new Miniflare({
    modules: [
      { type: "ESModule", path: "worker-bundle.mjs", contents: readFileSync(join(project, "worker-bundle.mjs"), "utf8") },
      { type: "CompiledWasm", path: "device_code_flow.wasm", contents: readFileSync(join(project, "node_modules/device-code-flow/device_code_flow.wasm")) },
    ],
    compatibilityDate: "2026-07-01",
    kvNamespaces: ["TOKENS"],
    kvPersist: join(disk, "kv"),
    durableObjects: { KEYS: { className: "ObjectOnKeys" }, TABLES: { className: "ObjectOnTables", useSQLite: true } },
    durableObjectsPersist: join(disk, "objects"),
  });
  await miniflare.ready;
  return miniflare;
}
