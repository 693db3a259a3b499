// The example applications in the browsers of televisions and kiosks, opened from the disk as their shells do it, with a real authorization
// server. Pictures of the screens go to target/screens. The test does not judge how they look; a person does.

import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { transformSync } from "esbuild";
import { top } from "../runtime/project.mjs";
import { LAYOUT, showScreen, usedByAPerson } from "../runtime/screens.mjs";
import { startScriptedServer } from "../runtime/scripted-server.mjs";
import { startTestServer } from "../support/authorization-server.mjs";
import { browsers } from "./browsers.mjs";
import { openDevtools } from "./devtools.mjs";

const server = await startTestServer();
const scripted = await startScriptedServer();
const pictures = join(top, "target/screens");
mkdirSync(pictures, { recursive: true });
after(async () => {
  await server.stop();
  scripted.stop();
});

/** What examples/README.md tells for engines from before 2018. */
function lower(folder) {
  const missing = readFileSync(join(top, "tests/matrix/runners/es2017-objects.js"), "utf8");
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".js"))) {
    const file = join(folder, name);
    const { code } = transformSync(readFileSync(file, "utf8"), { target: "es2015" });
    writeFileSync(file, name === "device-code-flow.js" ? missing + code : code);
  }
}

/** The page of `application` for the issuer, in the browser. */
async function opened(browser, application, auth, size) {
  assert.ok(browsers[browser], `${browser} is not on this machine`);
  const isAncient = Number(browser.split(" ")[1]) < 64;
  const page = await openDevtools(browser);
  const picture = async (name) => {
    const file = join(pictures, `${application}-${browser.replace(/\W+/g, "-").toLowerCase()}-${name}.png`);
    // The browsers from before 2018 are Qt's. Their DevTools take no pictures, but their window does (webengine/view.py).
    if (isAncient) return copyFileSync(await windowOf(page.profile), file);
    const { data } = await page.send("Page.captureScreenshot", { format: "png" });
    writeFileSync(file, Buffer.from(data, "base64"));
  };
  const screen = await showScreen(page, application, auth, { ...size, prepare: isAncient ? lower : undefined }).catch(async (error) => {
    await page.stop();
    throw error;
  });
  return { ...screen, picture, ...(browser === deaf && { press: inThePage(page) }) };
}

// The DevTools of this one report that they sent a key, but no page receives it. There a script sends the key to the page.
const deaf = "Chromium 61 in QtWebEngine";

const inThePage = (page) => (key, keyCode) =>
  page.evaluate(`(() => {
    const event = new KeyboardEvent("keydown", { key: ${JSON.stringify(key)}, bubbles: true, cancelable: true });
    Object.defineProperty(event, "keyCode", { value: ${keyCode} });
    if (document.activeElement.dispatchEvent(event) && event.key === "Enter") document.activeElement.click();
  })()`);

async function windowOf(profile) {
  const file = join(profile, "picture.png");
  rmSync(file, { force: true });
  writeFileSync(join(profile, "picture.wanted"), "");
  while (!existsSync(file)) await new Promise((next) => setTimeout(next, 50));
  return file;
}

const televisions = {
  webos: ["Chromium 53 in QtWebEngine", "Chromium 68", "Chromium 79", "Chromium 87", "Chromium 108"],
  tizen: ["Chromium 56 in QtWebEngine", "Chromium 61 in QtWebEngine", "Chromium 64", "Chromium 76", "Chromium 85", "Chromium 92"],
  kiosk: ["Chromium 108", "Chromium 140 in QtWebEngine", "Chromium, newest"],
};

for (const [application, names] of Object.entries(televisions)) {
  for (const browser of names) {
    test(`${application} signs in on ${browser}, and its keys work`, async () => {
      const screen = await opened(browser, application, server);
      try {
        await usedByAPerson(screen, server, screen.picture);
      } finally {
        await screen.stop();
      }
    });
  }
}

async function scriptedIssuer(script) {
  const answer = await fetch(`${scripted.scripted}/script`, { method: "POST", body: JSON.stringify(script) });
  return { ...(await answer.json()), clientId: "client" };
}
const pending = { status: 400, body: { error: "authorization_pending" } };
const codes = (userCode, more) => {
  const verification_uri = "https://login.example.com/device";
  return { body: { device_code: userCode, user_code: userCode, verification_uri, expires_in: 300, interval: 1, ...more } };
};
const oldest = "Chromium 64";

test("a code that expires is replaced; after some codes that nobody entered the screen waits for a button", async () => {
  const device = ["FIRSTONE", "SECONDON", "THIRDONE", "LASTONES"].map((code) => codes(code, { expires_in: 3 }));
  const page = await opened(oldest, "webos", await scriptedIssuer({ token: pending, device }));
  try {
    for (const code of ["FIRS TONE", "SECO NDON", "THIR DONE", "LAST ONES"]) {
      await page.until(`document.getElementById("code").textContent === ${JSON.stringify(code)}`);
    }
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

test("a refusal is shown with what to do, and one press gives a new code", async () => {
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

test("without a connection the screen counts down to its next try, and continues when the service is back", async () => {
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
  const device = codes("ABCD-EFGH-JKLM", { verification_uri: "https://login.microsoftonline.com/common/oauth2/deviceauth" });
  const page = await opened(oldest, "webos", await scriptedIssuer({ token: pending, device }), { width: 1920, height: 1080 });
  try {
    await page.view("code");
    await page.until(`document.getElementById("qr").naturalWidth > 20`);
    assert.deepEqual(await page.evaluate(LAYOUT), []);
    await page.picture("long-1080");
  } finally {
    await page.stop();
  }
});
