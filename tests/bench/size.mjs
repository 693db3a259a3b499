// The size of the programs of programs/ after esbuild has bundled and minified them. A program's dependencies count; modules
// that the host has built in do not.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { table } from "./table.mjs";

const OURS = "device-code-flow";
const PEERS = ["msal-node", "openid-client", "oauth4webapi"];

/**
 * Bytes: `{ minified, gzip, brotli }` for each program. Ours is measured twice: as a module with JavaScript beside it (the
 * target's figure), and as one file that contains the module.
 */
export async function measure(here) {
  await signIns(here);
  const program = (name, options) => sizeOf(join(here, `programs/${name}.mjs`), options);
  const figures = {
    [OURS]: await program(OURS, { conditions: ["workerd"], loader: { ".wasm": "copy" } }),
    [`${OURS}, one file`]: await program(OURS, {}),
  };
  for (const name of PEERS) figures[name] = await program(name, {});
  return figures;
}

export function tables(figures) {
  const msal = figures["msal-node"].brotli;
  const rows = Object.entries(figures).map(([name, { minified, gzip, brotli }]) => {
    return [name, minified, gzip, brotli, (brotli / msal).toFixed(2)];
  });
  return [`A program that signs in and refreshes, bytes\n${table(["", "minified", "gzip", "brotli", "/ msal-node's"], rows)}`];
}

export function targets(figures) {
  const figure = figures[OURS].brotli / figures["msal-node"].brotli;
  return [{ what: "wasm + JS, brotli, of a program that signs in and refreshes, against msal-node's", figure, limit: 1.5 }];
}

/** Runs each program once, because the size of a program that does not sign in has no meaning. */
async function signIns(here) {
  const tenant = join(here, "programs/pretend-tenant.mjs");
  const runs = [OURS, ...PEERS].map((name) =>
    promisify(execFile)("node", ["--import", tenant, join(here, `programs/${name}.mjs`)], { timeout: 60_000 }),
  );
  for (const { stdout } of await Promise.all(runs)) assert.match(stdout, /^Open .+ and enter ABCD\nsigned-in\nsigned-in\n$/);
}

/** msal-node needs Node's own modules; the others are bundled for any host. */
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
  const sum = (bytesOf) => outputFiles.reduce((total, { contents }) => total + bytesOf(contents), 0);
  return {
    minified: sum((bytes) => bytes.length),
    gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length),
    brotli: sum((bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length),
  };
}
