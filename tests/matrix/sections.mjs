// The text of docs/runtimes.md beside its tables: a section for each kind of host, and the reasons for cases that are left out. A section
// must not claim more than its rows have run. document.mjs writes the document from this text and the table.

const noAbort = "the host's fetch cannot abort a request, or the host has no AbortController";
const noStreams = "node-fetch has no Web streams, so a body is checked after it has arrived";

/** Name of a case → why some hosts leave it out. */
export const REASONS = {
  "a server that never answers is given up after system.requestTimeout, and asked again": `${noAbort}; the sign-in continues without it`,
  "abort during a request rejects within 100 ms, and ends the request": `${noAbort}; the call still aborts at once`,
  "a body over 1 MiB is refused as it streams: the server cannot send it all": noStreams,
  "a body over 1 MiB while polling is not read, and waited out": noStreams,
  "no rejection is left unhandled, and one would be seen": "the browser does not report unhandled rejections to pages from the disk",
  "without fetch every call says so at once and names system.fetch": "every application of that run has a system.fetch",
};

/** The sections: `rows` selects the hosts of a section by name; the other fields are its text. */
export const SECTIONS = [
  {
    title: "Node",
    rows: /^Node/,
    import: '`import … from "device-code-flow"` or `require("device-code-flow")`. Both give the same instance. The same holds for `./js` and `./slim`.',
    needs:
      "Node 18 or newer. Node 12, 14 and 16 need a fetch function, in `system.fetch` or as the global `fetch`. The runs use node-fetch 2. The " +
      'runs "only system.fetch" have no global `fetch`.',
    notes: "Nothing is compiled before the first call. A trap in the module makes the call reject. It does not end the process.",
  },
  {
    title: "Deno",
    rows: /^Deno/,
    import: "`npm:device-code-flow`, or the bare name after `deno add`.",
    needs: "`--allow-net` and no other permission. The module is inside the JavaScript, so no file is read.",
    notes: "The runs use `--no-prompt --allow-net=127.0.0.1`. `npm:` and `deno add` used a registry on the test machine.",
  },
  {
    title: "Bun",
    rows: /^Bun/,
    import: '`import … from "device-code-flow"`.',
    needs: "Nothing. `bun build --compile` makes a single binary of a program that uses the package.",
    notes: "In Bun 1.4, importing a .wasm file gives its path. The entry for Bun does not import a .wasm file.",
  },
  {
    title: "Cloudflare Workers",
    rows: /^(workerd|wrangler)/,
    import:
      '`import … from "device-code-flow"`. The export condition `workerd` selects the file that imports `device_code_flow.wasm`. The ' +
      "platform compiles it. `./js` needs no .wasm file.",
    needs: "No compatibility flag and no rule in wrangler's configuration.",
    notes:
      "The suite runs in a request and in a scheduled event (`waitUntil`). The bundle is the output of `wrangler deploy --dry-run`. It also " +
      "runs in `wrangler dev`.",
  },
  {
    title: "Edge functions",
    rows: /^edge-runtime/,
    import:
      '`import … from "device-code-flow"`. On a platform that does not compile bytes, use `./slim` with the module that the platform has ' +
      "compiled (`init(module)`), or `./js`.",
    needs: "Nothing.",
    notes: "edge-runtime is the sandbox of Vercel's local tools. The platform itself was not available.",
  },
  {
    title: "Chromium, televisions and kiosks",
    rows: /^Chromium(?!.*bundle)/,
    import:
      "Module script: `index.mjs`. Classic script: `iife/index.js`, with the global `deviceCodeFlow`. A page from `file://` needs the " +
      "classic script. A page whose policy has no `'wasm-unsafe-eval'`, or an engine without WebAssembly, needs `iife/js.js` or `./js`.",
    needs:
      "Chromium 64 or newer (webOS 5 has 68, Tizen 5.5 has 69). Chromium 53 to 63 (webOS 4 has 53, Tizen 4 and 5.0 have 56 and 63) need " +
      "`./js` or `iife/js.js`, lowered by `esbuild --target=es2015`. Chromium 53 also needs a polyfill of " +
      "`Object.getOwnPropertyDescriptors`, a few lines. A policy needs `'wasm-unsafe-eval'` (run in 108 and the newest). Chromium before 97 " +
      "does not know it and needs `'unsafe-eval'` (run in 64 and 92). `./js` needs neither.",
    notes:
      "`examples/tv` and `examples/kiosk` run from the disk in these browsers. For the Chromium versions of televisions before 2020, the " +
      "runs use QtWebEngine, whose wheels PyPI still has. In the newest QtWebEngine the kiosk's page has run in a shell of Qt. No real " +
      "television and no Electron was available: Electron's binary is in no package of npm, PyPI or Debian. Electron's page is one of these " +
      "browsers. Its shell has run in Node with a replacement for Electron.",
  },
  {
    title: "Firefox",
    rows: /^Firefox/,
    import: "As in Chromium.",
    needs: "The policy's `'wasm-unsafe-eval'`, or `./js`.",
    notes: "The version of Debian stable (ESR). Older versions were not run.",
  },
  {
    title: "WebKit",
    rows: /^WebKitGTK/,
    import: "As in Chromium.",
    needs: "The policy's `'wasm-unsafe-eval'`, or `./js`.",
    notes: "WebKitGTK's MiniBrowser on a virtual screen. Safari itself was not available.",
  },
  {
    title: "Bundlers",
    rows: /^Chromium.*bundle/,
    import:
      '`import … from "device-code-flow"` with esbuild, Vite and webpack. Rollup alone does not resolve package names; import ' +
      "`./node_modules/device-code-flow/index.mjs`.",
    needs: "No plugin, no loader, no rule for .wasm.",
    notes: "The bundles are built for Chromium 64. They run in Chromium 64 and in the newest.",
  },
];
