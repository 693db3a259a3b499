// What docs/runtimes.md says beside its tables: a section for each kind of host, and why a case is left out there. It claims no more
// than what the rows of the section have run; document.mjs puts the two together.

const noAbort = "its fetch cannot end a request, or it has no AbortController";
const noStreams = "node-fetch has no Web streams: a body is judged when it is there";

/** Case → why hosts are without it. */
export const REASONS = {
  "a server that never answers is given up after system.requestTimeout, and asked again": `${noAbort}: the sign-in goes on without it`,
  "abort during a request rejects within 100 ms, and ends the request": `${noAbort}: the call is aborted all the same`,
  "a body over 1 MiB is refused as it streams: the server cannot send it all": noStreams,
  "a body over 1 MiB while polling is not read, and waited out": noStreams,
  "no rejection is left unhandled, and one would be seen": "the browser tells pages from the disk of none",
  "without fetch every call says so at once and names system.fetch": "every application of that run is given its fetch",
};

/** Which rows are a section's, and what a person there has to know. */
export const SECTIONS = [
  {
    title: "Node",
    rows: /^Node/,
    import: '`import … from "device-code-flow"` or `require("device-code-flow")`: the same instance. `./js` and `./slim` likewise.',
    needs:
      "Node 18 or newer; Node 12, 14 and 16 with a fetch of your own, in `system.fetch` or as the global. The runs use node-fetch 2, and " +
      "those with only `system.fetch` put no global there.",
    notes: "Nothing is compiled before the first call. A trap in the module is an error of the call and does not end the process.",
  },
  {
    title: "Deno",
    rows: /^Deno/,
    import: "`npm:device-code-flow`, or the bare name through `deno add`.",
    needs: "`--allow-net` and nothing else: the module is inside the JavaScript, so no file is read.",
    notes: "Run with `--no-prompt --allow-net=127.0.0.1`. What `npm:` and `deno add` asked was a registry on this machine.",
  },
  {
    title: "Bun",
    rows: /^Bun/,
    import: '`import … from "device-code-flow"`.',
    needs: "Nothing. `bun build --compile` makes one binary of a program with it, which needs nothing beside it.",
    notes: "Bun 1.4 gives a path for an imported .wasm; the entry does not import one.",
  },
  {
    title: "Cloudflare Workers",
    rows: /^(workerd|wrangler)/,
    import:
      '`import … from "device-code-flow"`: the condition `workerd` chooses the file that imports `device_code_flow.wasm`, which the ' +
      "platform compiles. `./js` does without a .wasm.",
    needs: "No compatibility flag and no rule in wrangler's configuration.",
    notes:
      "The suite runs in a request and in a scheduled event (`waitUntil`); the bundle is what `wrangler deploy --dry-run` writes, and " +
      "`wrangler dev` serves it as on a desk.",
  },
  {
    title: "Edge functions",
    rows: /^edge-runtime/,
    import:
      '`import … from "device-code-flow"`. Where a platform refuses to compile bytes: `./slim` with the module it has compiled ' +
      "(`init(module)`), or `./js`.",
    needs: "Nothing.",
    notes: "edge-runtime is the sandbox that Vercel's tools use on a person's machine; the platform itself was not at hand.",
  },
  {
    title: "Chromium, televisions and kiosks",
    rows: /^Chromium(?!.*bundle)/,
    import:
      "Module script: `index.mjs`. Classic script: `iife/index.js`, the global `deviceCodeFlow`. Page from `file://`: the classic " +
      "script. Policy without `'wasm-unsafe-eval'`, or no WebAssembly: `iife/js.js` or `./js`.",
    needs:
      "Chromium 64 (webOS 5 is 68, Tizen 5.5 is 69). Chromium 53 to 63 (webOS 4 is 53, Tizen 4 and 5.0 are 56 and 63): `./js` or " +
      "`iife/js.js`, lowered by `esbuild --target=es2015`; Chromium 53 also lacks `Object.getOwnPropertyDescriptors`, which a few lines " +
      "bring. A policy needs `'wasm-unsafe-eval'` (run in 108 and the newest; Chromium before 97 does not know it), there " +
      "`'unsafe-eval'` (run in 64 and 92), or `./js`, which needs neither.",
    notes:
      "`examples/tv` and `examples/kiosk` are opened from the disk in these browsers. The Chromiums of televisions before 2020 are those " +
      "of QtWebEngine, whose wheels PyPI still has; in the newest of them the kiosk's page has run in a shell of Qt. No real television " +
      "and no Electron was at hand: Electron's binary is in no package of npm, PyPI or Debian. Its page is one of these browsers; its " +
      "shell has run in Node with a stand-in for Electron.",
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
    import:
      '`import … from "device-code-flow"` with esbuild, Vite and webpack; Rollup by itself follows no package names, so it is given ' +
      "`./node_modules/device-code-flow/index.mjs`.",
    needs: "No plug-in, no loader, no rule for .wasm.",
    notes: "Built for Chromium 64 and run there and in the newest.",
  },
];
