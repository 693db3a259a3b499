// The example applications in the browsers of televisions and kiosks, opened from the disk as their shells do it, against a real
// authorization server; pictures of what they show are left in target/screens. Not what looks good: a person looks at them.

import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { assemble } from "../../examples/assemble.mjs";
import { top } from "../runtime/project.mjs";
import { startScriptedServer } from "../runtime/scripted-server.mjs";
import { drive, startTestServer } from "../support/authorization-server.mjs";
import { browsers } from "./browsers.mjs";
import { openDevtools } from "./devtools.mjs";

const server = await startTestServer();
const scripted = await startScriptedServer();
const folder = assemble(mkdtempSync(join(tmpdir(), "device-code-flow-examples-")));
const pictures = join(top, "target/screens");
mkdirSync(pictures, { recursive: true });
after(async () => {
  await server.stop();
  scripted.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What examples/README.md says for engines of before 2018. */
function lower(folder) {
  const missing = readFileSync(join(top, "tests/matrix/runners/es2017-objects.js"), "utf8");
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".js"))) {
    const file = join(folder, name);
    const { code } = transformSync(readFileSync(file, "utf8"), { target: "es2015" });
    writeFileSync(file, name === "device-code-flow.js" ? missing + code : code);
  }
}

/** The page of `application` for the issuer, in the browser; what goes wrong in it is in `errors`. */
async function opened(browser, application, auth, { width = 1280, height = 720 } = {}) {
  const isAncient = Number(browser.split(" ")[1]) < 64;
  assert.ok(browsers[browser], `${browser} is not on this machine`);
  const page = await openDevtools(browser);
  const errors = [];
  page.on("Runtime.exceptionThrown", ({ exceptionDetails }) => errors.push(exceptionDetails.text + (exceptionDetails.exception?.description ?? "")));
  assemble(folder);
  const settings = readFileSync(join(top, "examples", application === "kiosk" ? "kiosk" : "tv", "settings.js"), "utf8");
  const own = settings.replace("YOUR-CLIENT-ID", auth.clientId).replace("https://login.example.com", auth.issuer);
  writeFileSync(join(folder, application, "settings.js"), own);
  if (isAncient) lower(join(folder, application));
  await page.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false, fitWindow: false });
  await page.send("Page.navigate", { url: pathToFileURL(join(folder, application, "index.html")).href });
  const view = (name) => page.until(`document.getElementById("screen") && document.getElementById("screen").dataset.view === ${JSON.stringify(name)}`, `the view ${name}`);
  const text = (id) => page.evaluate(`document.getElementById(${JSON.stringify(id)}).textContent`);
  const picture = async (name) => {
    const file = join(pictures, `${application}-${browser.replace(/\W+/g, "-").toLowerCase()}-${name}.png`);
    // Those before 2018 are Qt's, whose DevTools take no pictures; their window does (webengine/view.py).
    if (isAncient) return copyFileSync(await windowOf(page.profile), file);
    const { data } = await page.send("Page.captureScreenshot", { format: "png" });
    writeFileSync(file, Buffer.from(data, "base64"));
  };
  const press = (key, keyCode) => page.evaluate(`document.activeElement.dispatchEvent(Object.defineProperty(new KeyboardEvent("keydown", { key: ${JSON.stringify(key)}, bubbles: true, cancelable: true }), "keyCode", { value: ${keyCode} }))`);
  return { ...page, view, text, picture, press, errors };
}

async function windowOf(profile) {
  const file = join(profile, "picture.png");
  rmSync(file, { force: true });
  writeFileSync(join(profile, "picture.wanted"), "");
  while (!existsSync(file)) await new Promise((next) => setTimeout(next, 50));
  return file;
}

/** Nothing is cut off, nothing overlaps the edge that televisions hide, and letters are large enough for three metres. */
const LAYOUT = `(() => {
  const problems = [];
  for (const element of document.querySelectorAll("h1, #lead, li, strong, #code, #qr, figcaption, #state, #left, button")) {
    const { left, top, right, bottom, width } = element.getBoundingClientRect();
    if (!width || !element.textContent && element.id !== "qr") continue;
    if (left < innerWidth * .045 || right > innerWidth * .955 || top < innerHeight * .045 || bottom > innerHeight * .955) problems.push(element.id || element.tagName + " is at the edge");
    if (parseFloat(getComputedStyle(element).fontSize) < innerHeight * .024) problems.push((element.id || element.tagName) + " is too small");
    if (element.scrollWidth > element.clientWidth + 1 && element.id === "code") problems.push("the code is cut off");
  }
  if (document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth) problems.push("it scrolls");
  return problems;
})()`;

const televisions = { webos: ["Chromium 53 in QtWebEngine", "Chromium 68", "Chromium 79", "Chromium 87", "Chromium 108"], tizen: ["Chromium 56 in QtWebEngine", "Chromium 61 in QtWebEngine", "Chromium 64", "Chromium 76", "Chromium 85", "Chromium 92"], kiosk: ["Chromium 108", "Chromium 140 in QtWebEngine", "Chromium, newest"] };

for (const [application, names] of Object.entries(televisions)) {
  for (const browser of names) {
    test(`${application} signs in on ${browser}`, async () => {
      const page = await opened(browser, application, server);
      try {
        await page.view("code");
        const shown = await page.text("code");
        assert.match(await page.text("left"), /^\d+:\d\d$/);
        assert.ok(await page.until(`document.getElementById("qr").naturalWidth > 100`));
        assert.deepEqual(await page.evaluate(LAYOUT), []);
        await page.picture("code");
        assert.equal(await page.evaluate("document.activeElement.id"), "again", "where the remote control is");
        await page.press("ArrowRight", 39);
        if (application !== "kiosk") assert.equal(await page.evaluate("document.activeElement.id"), "leave");
        await drive(server, { userCode: shown.replace(" ", ""), login: "alice" });
        await page.view("done");
        assert.match(await page.text("title"), /Alice Ardent/);
        await page.picture("done");
        assert.deepEqual(page.errors, []);
      } finally {
        await page.stop();
      }
    });
  }
}

async function scriptedIssuer(script) {
  const { issuer } = await (await fetch(`${scripted.scripted}/script`, { method: "POST", body: JSON.stringify(script) })).json();
  return { issuer, clientId: "client" };
}
const pending = { status: 400, body: { error: "authorization_pending" } };
const codes = (userCode, more) => ({ body: { device_code: userCode, user_code: userCode, verification_uri: "https://login.example.com/device", expires_in: 300, interval: 1, ...more } });
const oldest = "Chromium 64";

test("a code that expires is replaced; after some that nobody entered the screen waits for a button", async () => {
  const page = await opened(oldest, "webos", await scriptedIssuer({ token: pending, device: [codes("FIRSTONE", { expires_in: 3 }), codes("SECONDON", { expires_in: 3 }), codes("THIRDONE", { expires_in: 3 }), codes("LASTONES", { expires_in: 3 })] }));
  try {
    for (const code of ["FIRS TONE", "SECO NDON", "THIR DONE", "LAST ONES"]) await page.until(`document.getElementById("code").textContent === ${JSON.stringify(code)}`);
    await page.view("problem");
    assert.equal(await page.text("title"), "Nobody there?");
    assert.deepEqual(await page.evaluate(LAYOUT), []);
    await page.picture("expired");
    await page.evaluate(`document.getElementById("again").click()`);
    await page.view("code");
  } finally {
    await page.stop();
  }
});

test("a refusal is told with what to do, and a new code is one press away", async () => {
  const page = await opened(oldest, "webos", await scriptedIssuer({ token: { status: 400, body: { error: "access_denied" } } }));
  try {
    await page.view("problem");
    assert.equal(await page.text("title"), "Not signed in");
    assert.equal(await page.evaluate("document.activeElement.id"), "again");
    await page.picture("refused");
  } finally {
    await page.stop();
  }
});

test("without a connection the screen counts down to its next try, and goes on when the service is back", async () => {
  const down = { status: 503, body: "" };
  const page = await opened(oldest, "webos", await scriptedIssuer({ token: pending, device: [down, down, down, codes("BACKAGAI")] }));
  try {
    await page.view("problem");
    assert.equal(await page.text("title"), "No connection");
    await page.until(`/Next try in \\d+ s/.test(document.getElementById("state-text").textContent)`);
    await page.picture("offline");
    await page.view("code");
    await page.evaluate(`window.dispatchEvent(new Event("offline"))`);
    assert.match(await page.text("state-text"), /No network/);
    await page.evaluate(`window.dispatchEvent(new Event("online"))`);
    assert.match(await page.text("state-text"), /Waiting/);
  } finally {
    await page.stop();
  }
});

test("on 1920 x 1080 it looks the same, with a long address and a long code", async () => {
  const page = await opened(oldest, "webos", await scriptedIssuer({ token: pending, device: codes("ABCD-EFGH-JKLM", { verification_uri: "https://login.microsoftonline.com/common/oauth2/deviceauth" }) }), { width: 1920, height: 1080 });
  try {
    await page.view("code");
    await page.until(`document.getElementById("qr").naturalWidth > 100`);
    assert.deepEqual(await page.evaluate(LAYOUT), []);
    await page.picture("long-1080");
  } finally {
    await page.stop();
  }
});
