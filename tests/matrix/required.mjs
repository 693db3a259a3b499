// Which hosts a whole run of the matrix must have: written out by hand, because what is found on a machine can go missing without a
// word: a package that npm could not install, a browser that the system has no more.
//
// `make test-matrix` counts a row that is missing as failed, and a test of tests/pack holds docs/matrix.json to the list. More rows
// than these may be there. How each is started, hosts.mjs says.

const across = (names, ways) => names.flatMap((name) => ways.map((way) => `${name}, ${way}`));

/** As old as package.json's `engines` says, and the newest. */
const nodes = ["Node 12", "Node 14", "Node 16", "Node 18", "Node 20", "Node 22", "Node 24", "Node 26", "Node"];

/** Televisions and kiosks since 2020, and what stands on a desk. */
const chromiums = [64, 68, 76, 79, 85, 87, 92, 108].map((version) => `Chromium ${version}`);
const browsers = [...chromiums, "Chromium 140 in QtWebEngine", "Chromium, newest", "Firefox", "WebKitGTK"];

/** Engines that read neither module scripts nor the package's syntax: the ways above are none of theirs. */
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

/** Those of the list that are not among `names`. */
export function missingFrom(names) {
  return required.filter((name) => !names.includes(name));
}
