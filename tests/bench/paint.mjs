// The time until a television shows its first code: the page of examples/tv on Chromium 68, its processor slowed down six times,
// from the navigation to the frame that shows the code and the QR code. Page and authorization server are on loopback.
//
// The same page is measured with two libraries: with device-code-flow as `make examples` puts it together, and with
// paint/oauth4webapi.mjs in the place of the library's script. The two take turns.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { assemble } from "../../examples/assemble.mjs";
import { openDevtools } from "../matrix/devtools.mjs";
import { startScriptedServer } from "../runtime/scripted-server.mjs";
import { serve } from "../support/serve.mjs";
import { formatQuartiles, quartiles, ratioQuartiles, table } from "./table.mjs";

const LOADS = 11;
const SLOWDOWNS = { throttled: 6, unthrottled: 1 };
const BROWSER = "Chromium 68";
const OURS = "device-code-flow";
const PEER = "oauth4webapi";

// The code is painted in the frame after the one in which the page has it.
const WATCH = `(function look() {
  requestAnimationFrame(function () {
    var code = document.getElementById("code");
    if (!code || !code.textContent || !document.getElementById("qr").naturalWidth) return look();
    requestAnimationFrame(function () { window.painted = performance.now(); });
  });
})();`;

/**
 * `{ throttled, unthrottled }`: milliseconds for each library, and `ratio`, ours divided by oauth4webapi's in the same round; all
 * as medians and quartiles.
 */
export async function measure(here) {
  const provider = await startScriptedServer();
  const folder = mkdtempSync(join(tmpdir(), "device-code-flow-paint-"));
  const servers = {};
  try {
    const issuer = await pendingIssuer(provider);
    const pages = { [OURS]: ourPage(here, folder, issuer), [PEER]: await peerPage(here, folder) };
    for (const name of Object.keys(pages)) servers[name] = await serve(pages[name]);
    const figures = { browser: BROWSER };
    for (const [mode, rate] of Object.entries(SLOWDOWNS)) figures[mode] = await loadInTurns(servers, rate);
    return figures;
  } finally {
    for (const server of Object.values(servers)) server.stop();
    provider.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function tables({ browser, throttled, unthrottled }) {
  const rows = [OURS, PEER].map((name) => [name, formatQuartiles(throttled[name], 0), formatQuartiles(unthrottled[name], 0)]);
  rows.push([`${OURS} / ${PEER}`, formatQuartiles(throttled.ratio, 2), formatQuartiles(unthrottled.ratio, 2)]);
  const title = `From the navigation to the code on ${browser}, milliseconds: medians (quartiles) of ${LOADS} loads`;
  return [`${title}\n${table(["", `${SLOWDOWNS.throttled} times slower`, "as it is"], rows)}`];
}

export function targets({ throttled }) {
  const what = `a television's first code (${BROWSER}, ${SLOWDOWNS.throttled} times slower), against oauth4webapi's`;
  return [{ what, figure: throttled.ratio.median, limit: 1.5 }];
}

/** An issuer at which nobody signs in. */
async function pendingIssuer(provider) {
  const script = { token: { status: 400, body: { error: "authorization_pending" } } };
  const { issuer } = await (await fetch(`${provider.scripted}/script`, { method: "POST", body: JSON.stringify(script) })).json();
  return issuer;
}

/** The folder of the page with device-code-flow. */
function ourPage(here, folder, issuer) {
  const page = join(assemble(folder), "webos");
  const settings = readFileSync(join(here, "../../examples/tv/settings.js"), "utf8");
  writeFileSync(join(page, "settings.js"), settings.replace("https://login.example.com", issuer));
  return page;
}

/** The folder of the same page, whose library is a bundle of paint/oauth4webapi.mjs. */
async function peerPage(here, folder) {
  const page = join(folder, PEER);
  cpSync(join(folder, "webos"), page, { recursive: true });
  await build({
    entryPoints: [join(here, "paint/oauth4webapi.mjs")],
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "deviceCodeFlow",
    target: "chrome64",
    legalComments: "none",
    outfile: join(page, "device-code-flow.js"),
    allowOverwrite: true,
    logLevel: "error",
  });
  return page;
}

/** Loads the pages in turns. The first round only fills the file cache. */
async function loadInTurns(servers, rate) {
  const names = Object.keys(servers);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= LOADS; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length];
      const time = await load(`${servers[name].origin}/index.html`, rate);
      if (round > 0) times[name].push(time);
    }
  }
  const each = Object.fromEntries(names.map((name) => [name, quartiles(times[name])]));
  return { ...each, ratio: ratioQuartiles(times[OURS], times[PEER]) };
}

/** Milliseconds of one load in a new browser, whose cache is empty. */
async function load(url, rate) {
  const page = await openDevtools(BROWSER);
  try {
    await page.send("Page.addScriptToEvaluateOnNewDocument", { source: WATCH });
    await page.send("Emulation.setDeviceMetricsOverride", { width: 1280, height: 720, deviceScaleFactor: 1, mobile: false });
    await page.send("Emulation.setCPUThrottlingRate", { rate });
    await page.send("Page.navigate", { url });
    return await page.until("window.painted", "the code");
  } finally {
    await page.stop();
  }
}
