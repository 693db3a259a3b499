// docs/runtimes.md, out of docs/matrix.json: `node tests/matrix/document.mjs` takes up what the last `make test-matrix` has left in
// target/matrix.json, and writes both. A test of tests/pack holds the text to the table.

import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const top = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const table = join(top, "docs/matrix.json");
export const text = join(top, "docs/runtimes.md");

const REASONS = {
  "a server that never answers is given up after system.requestTimeout, and asked again": "its fetch cannot end a request: the sign-in goes on without it",
  "abort during a request rejects within 100 ms, and ends the request": "its fetch cannot end a request: the call is aborted all the same",
  "a body over 1 MiB is refused as it streams: the server cannot send it all": "node-fetch has no Web streams: a body is judged when it is there",
  "a body over 1 MiB while polling is not read, and waited out": "node-fetch has no Web streams: a body is judged when it is there",
  "no rejection is left unhandled, and one would be seen": "the browser tells pages from the disk of none",
};

/** A section for each kind of host: which rows are its, and what a person there has to know. */
const SECTIONS = [
  {
    title: "Node",
    rows: /^Node/,
    import: '`import … from "device-code-flow"` or `require("device-code-flow")`: the same instance. `./js` and `./slim` likewise.',
    needs: "Node 18 or newer; Node 12, 14 and 16 with a fetch of your own in `system.fetch` or as the global (the runs use node-fetch 2).",
    notes: "Nothing is compiled before the first call. A trap in the module is an error of the call and does not end the process.",
  },
  {
    title: "Deno",
    rows: /^Deno/,
    import: '`npm:device-code-flow`, or the bare name through `deno add`.',
    needs: "`--allow-net` and nothing else: the module is inside the JavaScript, so no file is read.",
    notes: "Run with `--no-prompt --allow-net=127.0.0.1`.",
  },
  {
    title: "Bun",
    rows: /^Bun/,
    import: '`import … from "device-code-flow"`.',
    needs: "Nothing. `bun build --compile` makes one binary of a program with it.",
    notes: "Bun 1.4 gives a path for an imported .wasm; the entry does not import one.",
  },
  {
    title: "Cloudflare Workers",
    rows: /^(workerd|wrangler)/,
    import: '`import … from "device-code-flow"`: the condition `workerd` chooses the file that imports `device_code_flow.wasm`, which the platform compiles. `./js` does without a .wasm.',
    needs: "No compatibility flag and no rule in wrangler's configuration.",
    notes: "The suite runs in a request and in a scheduled event (`waitUntil`); the bundle is what `wrangler deploy --dry-run` writes, and `wrangler dev` serves it as on a desk.",
  },
  {
    title: "Edge functions",
    rows: /^edge-runtime/,
    import: '`import … from "device-code-flow"`. Where a platform refuses to compile bytes: `./slim` with the module it has compiled (`init(module)`), or `./js`.',
    needs: "Nothing.",
    notes: "edge-runtime is the sandbox that Vercel's tools use on a person's machine; the platform itself was not at hand.",
  },
  {
    title: "Chromium, televisions and kiosks",
    rows: /^Chromium(?!.*bundle)/,
    import: "Module script: `index.mjs`. Classic script: `iife/index.js`, the global `deviceCodeFlow`. Page from `file://`: the classic script. Policy without `'wasm-unsafe-eval'`, or no WebAssembly: `iife/js.js` or `./js`.",
    needs: "Chromium 64 (webOS 5 is 68, Tizen 5.5 is 69). Chromium 53 to 63 (webOS 4 is 53, Tizen 4 and 5.0 are 56 and 63): `./js` or `iife/js.js`, lowered by `esbuild --target=es2015`; Chromium 53 also lacks `Object.getOwnPropertyDescriptors`, which a few lines bring. A policy needs `'wasm-unsafe-eval'` from Chromium 97 on, `'unsafe-eval'` before, or `./js`, which needs neither.",
    notes: "`examples/tv` and `examples/kiosk` are opened from the disk in these browsers. The Chromiums of televisions before 2020 are those of QtWebEngine, whose wheels PyPI still has; in the newest of them the kiosk's page has run in a shell of Qt. No real television and no Electron was at hand: Electron's binary is in no package of npm, PyPI or Debian. Its page is one of these browsers, its main process one of the Nodes above.",
  },
  {
    title: "Firefox",
    rows: /^Firefox/,
    import: "As in Chromium.",
    needs: "The policy's `'wasm-unsafe-eval'`, or `./js`.",
    notes: "The version of Debian stable (ESR); older ones were not run.",
  },
  {
    title: "WebKit",
    rows: /^WebKitGTK/,
    import: "As in Chromium.",
    needs: "The policy's `'wasm-unsafe-eval'`, or `./js`.",
    notes: "WebKitGTK's MiniBrowser on a virtual screen. Safari itself runs on no machine that was at hand.",
  },
  {
    title: "Bundlers",
    rows: /^Chromium.*bundle/,
    import: '`import … from "device-code-flow"` with esbuild, Vite and webpack; Rollup by itself follows no package names, so it is given `./node_modules/device-code-flow/index.mjs`.',
    needs: "No plug-in, no loader, no rule for .wasm.",
    notes: "Built for Chromium 64 and run there and in the newest.",
  },
];

/** The document for these rows. */
export function documentOf(rows) {
  const parts = SECTIONS.map((section) => sectionOf(section, rows.filter(({ host }) => section.rows.test(host))));
  const passed = rows.reduce((sum, row) => sum + row.passed, 0);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  return `# Runtimes

What \`make test-matrix\` has run: one suite ([\`tests/runtime/suite.mjs\`](../tests/runtime/suite.mjs): sign-ins, silent
calls, saved flows, aborts, errors, networks in trouble, hosts that lack something) on the packed tarball, in ${rows.length} hosts, ${passed.toLocaleString("en")}
cases passed, ${failed} failed. Written by [\`tests/matrix/document.mjs\`](../tests/matrix/document.mjs) from [\`matrix.json\`](matrix.json).

A case that a host has not the means for is left out there and named below its table.
${tarballsOf(rows)}
${parts.join("\n\n")}
`;
}

/** Which tarball it was; rows from before it was written down have none. */
function tarballsOf(rows) {
  const sums = [...new Set(rows.map(({ sha256 }) => sha256))];
  if (sums.every((sum) => !sum)) return "";
  const count = (sum) => (sums.length === 1 ? "" : `, ${rows.filter(({ sha256 }) => sha256 === sum).length} rows`);
  const lines = sums.map((sum) => `* ${sum ? `\`${sum}\`` : "not written down"}${count(sum)}`);
  return `\nThe SHA-256 of the tarball:\n\n${lines.join("\n")}\n`;
}

function sectionOf({ title, import: how, needs, notes }, rows) {
  const lines = rows.map(({ host, version, passed, failed, leftOut }) => `| ${host} | ${version} | ${passed} of ${passed + failed} | ${leftOut.length || ""} |`);
  const names = [...new Set(rows.flatMap(({ leftOut }) => leftOut))];
  const left = names.map((name) => `* ${name} (${REASONS[name]})`);
  return [
    `## ${title}`,
    `### How to import it\n\n${how}`,
    `### What it needs\n\n${needs}`,
    `### What was run\n\n| host | version | cases passed | left out |\n| --- | --- | --- | --- |\n${lines.join("\n")}${left.length ? `\n\nLeft out:\n\n${left.join("\n")}` : ""}`,
    `### To know\n\n${notes}`,
  ].join("\n\n");
}

/** Rows of no section, and sections without a row: the document would not say what was run. */
export function strangers(rows) {
  const unplaced = rows.filter(({ host }) => !SECTIONS.some(({ rows }) => rows.test(host)));
  const empty = SECTIONS.filter(({ rows: pattern }) => !rows.some(({ host }) => pattern.test(host)));
  const unexplained = rows.flatMap(({ leftOut }) => leftOut).filter((name) => !REASONS[name]);
  return [...unplaced.map(({ host }) => host), ...empty.map(({ title }) => title), ...unexplained];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const last = join(top, "target/matrix.json");
  if (existsSync(last)) copyFileSync(last, table);
  writeFileSync(text, documentOf(JSON.parse(readFileSync(table, "utf8"))));
}
