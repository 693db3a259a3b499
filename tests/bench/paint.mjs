// How long a television waits for its code: the page of examples/tv on Chromium 68, its processor slowed down six times, from the
// navigation to the frame that shows the code. The page and the authorization server are on loopback.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assemble } from "../../examples/assemble.mjs";
import { openDevtools } from "../matrix/devtools.mjs";
import { serve } from "../support/serve.mjs";
import { startScriptedServer } from "../runtime/scripted-server.mjs";
import { middle } from "./table.mjs";

const LOADS = 11;
const SLOWER = 6;
const BROWSER = "Chromium 68";
const examples = join(dirname(fileURLToPath(import.meta.url)), "../../examples");

// The frame after the one in which the text is there has painted it.
const WATCH = `(function look() {
  requestAnimationFrame(function () {
    var code = document.getElementById("code");
    if (!code || !code.textContent || !document.getElementById("qr").naturalWidth) return look();
    requestAnimationFrame(function () { window.painted = performance.now(); });
  });
})();`;

/** Milliseconds, slowed down and not. */
export async function paintTimes() {
  const provider = await startScriptedServer();
  const folder = assemble(mkdtempSync(join(tmpdir(), "device-code-flow-paint-")));
  try {
    const { issuer } = await (await fetch(`${provider.scripted}/script`, { method: "POST", body: JSON.stringify({ token: { status: 400, body: { error: "authorization_pending" } } }) })).json();
    const settings = readFileSync(join(examples, "tv/settings.js"), "utf8");
    writeFileSync(join(folder, "webos/settings.js"), settings.replace("https://login.example.com", issuer));
    const server = await serve(join(folder, "webos"));
    const loads = { slower: SLOWER, browser: BROWSER };
    for (const slower of [SLOWER, 1]) loads[slower === 1 ? "unthrottled" : "throttled"] = middle(await load(`${server.origin}/index.html`, slower));
    server.stop();
    return loads;
  } finally {
    provider.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function load(url, rate) {
  const times = [];
  for (let round = 0; round <= LOADS; round++) {
    // A browser of its own each time: nothing is in its cache.
    const page = await openDevtools(BROWSER);
    try {
      await page.send("Page.addScriptToEvaluateOnNewDocument", { source: WATCH });
      await page.send("Emulation.setDeviceMetricsOverride", { width: 1280, height: 720, deviceScaleFactor: 1, mobile: false });
      await page.send("Emulation.setCPUThrottlingRate", { rate });
      await page.send("Page.navigate", { url });
      const painted = await page.until("window.painted", "the code");
      if (round > 0) times.push(painted);
    } finally {
      await page.stop();
    }
  }
  return times;
}
