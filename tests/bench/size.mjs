// How large programs/* are once esbuild has minified them. Dependencies are counted, what the host has built in is not.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const OURS = "device-code-flow";
const PEERS = ["msal-node", "openid-client", "oauth4webapi"];

/** Runs every program once: the size of one that does not sign in means nothing. */
export async function signIns(here) {
  const tenant = join(here, "programs/pretend-tenant.mjs");
  const runs = [OURS, ...PEERS].map((name) =>
    promisify(execFile)("node", ["--import", tenant, join(here, `programs/${name}.mjs`)], { timeout: 60_000 }),
  );
  for (const { stdout } of await Promise.all(runs)) assert.match(stdout, /^Open .+ and enter ABCD\nsigned-in\nsigned-in\n$/);
}

/** Ours twice: as the module and the JavaScript beside it (the target's figure), and as one file with the module inside. */
export async function sizes(here) {
  const program = (name, options) => sizeOf(join(here, `programs/${name}.mjs`), options);
  const figures = {
    [OURS]: await program(OURS, { conditions: ["workerd"], loader: { ".wasm": "copy" } }),
    [`${OURS}, one file`]: await program(OURS, {}),
  };
  for (const name of PEERS) figures[name] = await program(name, {});
  return figures;
}

/** msal-node needs Node's own modules; the others bundle for any host. */
async function sizeOf(entry, options) {
  const platform = entry.endsWith("msal-node.mjs") ? "node" : "neutral";
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    platform,
    mainFields: ["module", "main"],
    write: false,
    outdir: ".",
    ...options,
  });
  const sum = (measure) => outputFiles.reduce((total, { contents }) => total + measure(contents), 0);
  return {
    minified: sum((bytes) => bytes.length),
    gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length),
    brotli: sum((bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length),
  };
}
