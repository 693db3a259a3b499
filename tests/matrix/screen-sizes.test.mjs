// The sign-in page of the examples in windows of the sizes that kiosks have, wide, nearly square and upright: whatever it shows, all of it
// is inside of the window. What it does on televisions, and how it looks there: screens.test.mjs.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { assemble } from "../../examples/assemble.mjs";
import { top } from "../runtime/project.mjs";
import { startScriptedServer } from "../runtime/scripted-server.mjs";
import { openDevtools } from "./devtools.mjs";

const SIZES = [[1920, 1080], [1280, 720], [800, 480], [1280, 800], [1080, 720], [1024, 768], [1280, 1024], [1000, 1000], [768, 1024], [800, 1280], [1080, 1920]];
const LONG_ADDRESS = "https://login.microsoftonline.com/common/oauth2/deviceauth/of/a-provider-that-is-fond-of-words";

const scripted = await startScriptedServer();
const folder = assemble(mkdtempSync(join(tmpdir(), "device-code-flow-examples-")));
const pictures = join(top, "target/screens");
mkdirSync(pictures, { recursive: true });
const page = await openDevtools("Chromium, newest");
const errors = [];
page.on("Runtime.exceptionThrown", ({ exceptionDetails }) => errors.push(exceptionDetails.text + (exceptionDetails.exception?.description ?? "")));
// The page counts seconds down; where a test says so they are over sooner.
await page.send("Page.addScriptToEvaluateOnNewDocument", {
  source: `(() => { const real = window.setTimeout; window.setTimeout = (what, after) => real(what, after === 1000 ? window.second || 1000 : after); })()`,
});
after(async () => {
  await page.stop();
  scripted.stop();
  rmSync(folder, { recursive: true, force: true });
});

const pending = { status: 400, body: { error: "authorization_pending" } };
const code = (userCode, more) => ({ body: { device_code: userCode, user_code: userCode, verification_uri: "https://login.example.com/device", expires_in: 300, interval: 1, ...more } });

/** Tokens of a person with this name. Nobody looks at the signature: the tokens come from the provider itself. */
function tokensOf(name) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: "{issuer}", aud: "client", sub: name, name, iat: seconds, exp: seconds + 3600 };
  return (issuer) => ({ body: { access_token: `of ${name}`, refresh_token: `refreshes ${name}`, token_type: "Bearer", expires_in: 3600, id_token: `${part({ alg: "none" })}.${part({ ...claims, iss: issuer })}.` } });
}

/** The kiosk's page, against an issuer that answers as in `script`; `more` is put into its settings. */
async function open(script, more = "") {
  errors.length = 0;
  // An ID token names the issuer, whose address is known only now: it is the next number.
  const { issuer } = await post({});
  const next = issuer.replace(/\d+$/, (number) => Number(number) + 1);
  const entries = Object.entries(script).map(([endpoint, answers]) => [endpoint, [answers].flat().map((answer) => (typeof answer === "function" ? answer(next) : answer))]);
  assert.equal((await post(Object.fromEntries(entries))).issuer, next);
  const settings = readFileSync(join(top, "examples/kiosk/settings.js"), "utf8");
  const own = settings.replace("YOUR-CLIENT-ID", "client").replace("https://login.example.com", next);
  writeFileSync(join(folder, "kiosk/settings.js"), `${own}\n${more}\n`);
  await page.send("Page.navigate", { url: pathToFileURL(join(folder, "kiosk/index.html")).href });
  return next;
}

async function post(script) {
  return (await fetch(`${scripted.scripted}/script`, { method: "POST", body: JSON.stringify(script) })).json();
}

const view = (name) => page.until(`document.getElementById("screen") && document.getElementById("screen").dataset.view === ${JSON.stringify(name)}`, `the view ${name}`);

/** What is not wholly inside of the window, or lies on something else; and whether anything has to be scrolled. */
const OUTSIDE = `(() => {
  const problems = [];
  const name = (element) => element.id || element.tagName;
  const shown = [...document.querySelectorAll("h1, #lead, #hint, #address, #code, #qr, figcaption, #spinner, #initial, #state, #clock, button")]
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([{ textContent, id }, { width }]) => width && (textContent.trim() || ["qr", "spinner", "initial"].includes(id)));
  for (const [element, { left, top, right, bottom }] of shown) {
    if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) problems.push(name(element) + " is outside");
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth) problems.push(name(element) + " is wider than its place");
    for (const [other, box] of shown) {
      if (other === element) break;
      if (left < box.right - 1 && right > box.left + 1 && top < box.bottom - 1 && bottom > box.top + 1) problems.push(name(element) + " lies on " + name(other));
    }
  }
  const qr = document.getElementById("qr");
  if (qr.clientWidth && Math.abs(qr.clientWidth - qr.clientHeight) > 1) problems.push("the QR code is no square");
  const { scrollHeight, scrollWidth } = document.documentElement;
  if (scrollHeight > innerHeight || scrollWidth > innerWidth) problems.push("it scrolls");
  return problems;
})()`;

async function fitsEverywhere(name) {
  const problems = {};
  for (const [width, height] of SIZES) {
    await page.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    await page.until(`innerWidth === ${width} && innerHeight === ${height}`);
    const found = await page.evaluate(OUTSIDE);
    if (found.length) problems[`${width} x ${height}`] = found;
    const { data } = await page.send("Page.captureScreenshot", { format: "png" });
    writeFileSync(join(pictures, `size-${width}x${height}-${name}.png`), Buffer.from(data, "base64"));
  }
  assert.deepEqual(problems, {});
  assert.deepEqual(errors, []);
}

const isLoaded = () => page.until(`document.getElementById("qr").naturalWidth > 100`);

test("a code, its QR code and the buttons are inside of windows of every shape", async () => {
  await open({ device: code("ABCDEFGH"), token: pending });
  await view("code");
  await isLoaded();
  await fitsEverywhere("code");
});

test("so are a code of twenty characters and an address of a hundred", async () => {
  await open({ device: code("ABCD-EFGH-JKLM-NPQRS", { verification_uri: LONG_ADDRESS }), token: pending });
  await view("code");
  await isLoaded();
  await page.evaluate(`window.dispatchEvent(new Event("offline"))`);
  await fitsEverywhere("long");
});

test("so are the words while a code is on its way", async () => {
  await open({ device: { hang: true } });
  await view("asking");
  await fitsEverywhere("asking");
});

test("so is a person with a long name", async () => {
  await open({ token: tokensOf("Wolfeschlegelsteinhausenbergerdorff.of.the.northern.branch@subsidiary.example.com") });
  await view("done");
  await fitsEverywhere("done");
});
