// The pages of the matrix: one suite as a script, with every way to load the library. browsers.mjs opens them.

import { createHash } from "node:crypto";
import { cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { serve } from "../support/serve.mjs";
import { open } from "./browsers.mjs";

const here = dirname(fileURLToPath(import.meta.url));

// Longer than a good run in the slowest browser.
const PATIENCE = 180_000;

/** How a page loads the library → the file to open, and whether it is opened from the disk. */
export const modes = {
  "module script": { file: "module.html" },
  "classic script": { file: "classic.html" },
  "file:// page": { file: "classic.html", fromDisk: true },
  "strict CSP": { file: "strict.html" },
  "slim, module fetched": { file: "slim.html" },
};

/** Policies that allow the module to be compiled, in the syntax that the engine knows. */
export const policies = {
  "CSP with 'unsafe-eval'": { file: "policy-eval.html", browsers: ["Chromium 64", "Chromium 92"] },
  "CSP with 'wasm-unsafe-eval'": { file: "policy-wasm-eval.html", browsers: ["Chromium 108", "Chromium, newest", "Firefox", "WebKitGTK"] },
};

/** The same for engines that cannot read the package's syntax: the entry without WebAssembly, and the suite, lowered by esbuild. */
export const loweredModes = {
  "js for ES2015": { file: "es2015.html" },
  "js for ES2015, file:// page": { file: "es2015.html", fromDisk: true },
};

/** Writes the pages into `project`. The suite is lowered to the syntax of the oldest engine. The library stays unchanged. */
export async function writePages(project) {
  cpSync(join(here, "runners"), project, { recursive: true });
  await lowered("page-suite.mjs", join(project, "suite.js"), { format: "iife", target: "chrome64" });
  await lowered("page-suite.mjs", join(project, "es2015-suite.js"), { format: "iife", target: "es2015" });
  const [entry, outfile] = [join(project, "es2015.mjs"), join(project, "out/es2015.js")];
  await build({ entryPoints: [entry], outfile, bundle: true, target: "es2015", logLevel: "error" });
}

/** A runner and the suite in one file, in older syntax. */
export async function lowered(runner, outfile, options) {
  await build({
    entryPoints: [join(here, "runners", runner)],
    outfile,
    bundle: true,
    nodePaths: [join(here, "node_modules")],
    external: ["device-code-flow"],
    logLevel: "error",
    ...options,
  });
}

/** Runs the suite in `browser`. Returns the browser's own name. */
export async function runPage(project, servers, print, browser, { file, fromDisk }) {
  let finish;
  let agent = "?";
  const finished = new Promise((resolve) => (finish = resolve));
  const server = await serve(project, (line) => {
    if (line.startsWith("user agent: ")) return void (agent = line);
    print(line);
    if (line.startsWith("page error: ")) finish();
    if (/^\d+ passed, \d+ failed$/.test(line)) finish();
  });
  const page = `${file}#${encodeURIComponent(JSON.stringify({ ...servers, report: `${server.origin}/report` }))}`;
  const { stop, said } = open(browser, fromDisk ? entrance(project, page) : `${server.origin}/${page}`, print);
  const timer = setTimeout(() => {
    print(`it did not finish: ${said().split("\n").slice(-10).join("\n")}`);
    finish();
  }, PATIENCE);
  try {
    await finished;
    return (agent.match(/(?:Chrome|Firefox|Version)\/([\d.]+)/) || [, "?"])[1];
  } finally {
    clearTimeout(timer);
    await stop();
    server.stop();
  }
}

/** A file that redirects to `page`: WebKitGTK reads what follows a # as part of the file's name. */
function entrance(project, page) {
  const name = `entrance-${createHash("sha1").update(page).digest("hex").slice(0, 8)}.html`;
  writeFileSync(join(project, name), `<!doctype html><script>location.replace(${JSON.stringify(page)})</script>\n`);
  return pathToFileURL(join(project, name)).href;
}
