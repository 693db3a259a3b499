// The hosts that a whole run of the matrix must have. The list is written by hand, because a host can disappear from a machine unnoticed: a
// package that npm could not install, a browser that the system no longer has.
//
// `make test-matrix` counts a missing row as failed. A test in tests/pack compares docs/matrix.json with the list. More rows than these
// are allowed. hosts.mjs starts each one.

const across = (names, ways) => names.flatMap((name) => ways.map((way) => `${name}, ${way}`));

/** The oldest of `engines` in package.json, and the newest. */
const nodes = ["Node 12", "Node 14", "Node 16", "Node 18", "Node 20", "Node 22", "Node 24", "Node 26", "Node"];

/** Televisions and kiosks since 2020, and browsers on computers. */
const chromiums = [64, 68, 76, 79, 85, 87, 92, 108].map((version) => `Chromium ${version}`);
const browsers = [...chromiums, "Chromium 140 in QtWebEngine", "Chromium, newest", "Firefox", "WebKitGTK"];

/** Engines that read neither module scripts nor the package's syntax, so the ways above do not apply. */
const ancient = [53, 56, 61].map((version) => `Chromium ${version} in QtWebEngine`);

/** The names of the rows. */
export const required = [
  ...across(nodes, ["import", "require"]),
  ...across(["Node 12", "Node 14", "Node 16"], ["only system.fetch"]),
  ...across(["Node"], ["js", "slim"]),
  ...["Deno", "Deno, js", "Deno, npm: specifier", "Deno, deno add", "Bun", "Bun, js", "Bun, single-file binary"],
  "workerd",
  ...across(["wrangler's bundle in miniflare"], ["request", "scheduled event", "js"]),
  ...across(["wrangler dev"], ["request", "scheduled event"]),
  "edge-runtime",
  ...["Chromium, module script", "Chromium, bundle"],
  ...across(browsers, ["module script", "classic script", "file:// page", "strict CSP", "slim, module fetched"]),
  ...across(["Chromium 64", "Chromium 92"], ["CSP with 'unsafe-eval'"]),
  ...across(["Chromium 108", "Chromium, newest", "Firefox", "WebKitGTK"], ["CSP with 'wasm-unsafe-eval'"]),
  ...across(ancient, ["js for ES2015", "js for ES2015, file:// page"]),
  ...across(["Chromium 64", "Chromium, newest"], ["bundle by esbuild", "bundle by vite", "bundle by webpack", "bundle by rollup"]),
];

/** The names of the list that are not in `names`. */
export function missingFrom(names) {
  return required.filter((name) => !names.includes(name));
}
