// The sign-in page of the examples in windows of the sizes that kiosks have: wide, nearly square and upright. Everything that it shows is
// inside the window. Pictures go to target/screens. Also: what the page does with names, addresses and answers of any kind when nobody
// is there to help it.

import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { openBrowser } from "../../www-demo/browser.mjs";
import { devtoolsPage } from "../support/devtools.mjs";
import { top } from "./project.mjs";
import { LAYOUT, showScreen } from "./screens.mjs";
import { startScriptedServer } from "./scripted-server.mjs";

const WIDE = [[1920, 1080], [1280, 720], [800, 480], [1280, 800], [1080, 720]];
const SIZES = [...WIDE, [1024, 768], [1280, 1024], [1000, 1000], [768, 1024], [800, 1280], [1080, 1920]];
const LONG_ADDRESS = "https://login.microsoftonline.com/common/oauth2/deviceauth/of/a-provider-that-is-fond-of-words";

const scripted = await startScriptedServer();
const pictures = join(top, "target/screens");
mkdirSync(pictures, { recursive: true });
const browser = await openBrowser();
const tab = await browser.newPage();
const session = await tab.context().newCDPSession(tab);
const page = await devtoolsPage({ send: (...command) => session.send(...command), on: (...event) => session.on(...event) });
// The page counts seconds down. Some tests make the seconds shorter.
await page.send("Page.addScriptToEvaluateOnNewDocument", {
  source: `{
    const real = window.setTimeout;
    window.setTimeout = (what, after) => real(what, after === 1000 ? window.second || 1000 : after);
  }`,
});
after(async () => {
  await browser.close();
  scripted.stop();
});
let screen;

const pending = { status: 400, body: { error: "authorization_pending" } };
const down = { status: 503, body: "" };
const portal = { headers: { "content-type": "text/html" }, body: "<!doctype html><title>Welcome to our network</title>" };
const metadata = { body: { issuer: "{issuer}", device_authorization_endpoint: "{issuer}/device", token_endpoint: "{issuer}/token" } };
const code = (userCode, verification_uri = "https://login.example.com/device", more = {}) => ({
  body: { device_code: userCode, user_code: userCode, verification_uri, expires_in: 300, interval: 1, ...more },
});

/** Tokens of a person with this name and `more` claims. The signature is not checked, because the tokens come from the provider itself. */
function tokensOf(name, more) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { aud: "client", sub: name, name, iat: seconds, exp: seconds + 3600, ...more };
  const tokens = { access_token: `of ${name}`, refresh_token: `refreshes ${name}`, token_type: "Bearer", expires_in: 3600 };
  return (issuer) => ({ body: { ...tokens, id_token: `${part({ alg: "RS256" })}.${part({ ...claims, iss: issuer })}.` } });
}

/** The kiosk's page, with an issuer that answers as in `script`. `more` is appended to its settings. */
async function open(script, more = "") {
  // An ID token names the issuer, whose address is known only here: it is the next number.
  const { issuer } = await post({});
  const next = issuer.replace(/\d+$/, (number) => Number(number) + 1);
  const answered = (answers) => [answers].flat().map((answer) => (typeof answer === "function" ? answer(next) : answer));
  const entries = Object.entries(script).map(([endpoint, answers]) => [endpoint, answered(answers)]);
  assert.equal((await post(Object.fromEntries(entries))).issuer, next);
  const prepare = (folder) => appendFileSync(join(folder, "settings.js"), `\n${more}\n`);
  screen = await showScreen(page, "kiosk", { issuer: next, clientId: "client" }, { prepare });
  await page.until("document.readyState === 'complete'");
  return next;
}

async function post(script) {
  return (await fetch(`${scripted.scripted}/script`, { method: "POST", body: JSON.stringify(script) })).json();
}

const view = (name) => screen.view(name);
const text = (id) => screen.text(id);
const says = (id, words) => page.until(`document.getElementById("${id}").textContent.includes(${JSON.stringify(words)})`);
const press = (id) => page.evaluate(`document.getElementById(${JSON.stringify(id)}).click()`);

/** What is not wholly inside the window or covers something else, and whether anything must be scrolled. */
const OUTSIDE = `(() => {
  const problems = [];
  const name = (element) => element.id || element.tagName;
  const parts = "h1, #lead, #hint, #address, #code, #qr, figcaption, #spinner, #initial, #state, #clock, button";
  const shown = [...document.querySelectorAll(parts)]
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([{ textContent, id }, { width }]) => width && (textContent.trim() || ["qr", "spinner", "initial"].includes(id)));
  for (const [element, { left, top, right, bottom }] of shown) {
    if (left < 0 || right > innerWidth || top < 0 || bottom > innerHeight) problems.push(name(element) + " is outside");
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth) problems.push(name(element) + " is wider than its place");
    for (const [other, box] of shown) {
      if (other === element) break;
      const isBeside = left >= box.right - 1 || right <= box.left + 1 || top >= box.bottom - 1 || bottom <= box.top + 1;
      if (!isBeside) problems.push(name(element) + " lies on " + name(other));
    }
  }
  const qr = document.getElementById("qr");
  if (qr.clientWidth && Math.abs(qr.clientWidth - qr.clientHeight) > 1) problems.push("the QR code is no square");
  const { scrollHeight, scrollWidth } = document.documentElement;
  if (scrollHeight > innerHeight || scrollWidth > innerWidth) problems.push("it scrolls");
  return problems;
})()`;

async function screenshot() {
  return Buffer.from((await page.send("Page.captureScreenshot", { format: "png" })).data, "base64");
}

async function picture(name) {
  writeFileSync(join(pictures, `${name}.png`), await screenshot());
}

/** What a phone reads from the screen, if it is held upright. */
async function scanned() {
  const { data, width, height } = PNG.sync.read(await screenshot());
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

async function resized(width, height) {
  await page.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  await page.until(`innerWidth === ${width} && innerHeight === ${height}`);
}

async function fitsEverywhere(name) {
  const problems = {};
  for (const [width, height] of SIZES) {
    await resized(width, height);
    const found = await page.evaluate(OUTSIDE);
    if (found.length) problems[`${width} x ${height}`] = found;
    await picture(`size-${width}x${height}-${name}`);
  }
  assert.deepEqual(problems, {});
  assert.deepEqual(screen.errors, []);
}

const hurry = () => page.evaluate("window.second = 30");
const isLoaded = () => page.until(`document.getElementById("qr").naturalWidth > 20`);

test("a code, its QR code and the buttons are inside of windows of every shape", async () => {
  await open({ device: code("ABCDEFGH"), token: pending });
  await view("code");
  await isLoaded();
  await fitsEverywhere("code");
});

test("so are a code of twenty characters and an address of a hundred", async () => {
  await open({ device: code("ABCD-EFGH-JKLM-NPQRS", LONG_ADDRESS), token: pending });
  await view("code");
  await isLoaded();
  await page.evaluate(`window.dispatchEvent(new Event("offline"))`);
  await fitsEverywhere("long");
});

test("so are codes that need several lines, and they are no smaller than the text around them", async () => {
  const alphabet = "0123456789abcdefghijABCDEFGHIJ";
  for (const userCode of ["WDJB-MJHT-QXPL-RRTB-ZZKV-MMNA-PLOK", `${alphabet}${alphabet}012345678`]) {
    await open({ device: code(userCode), token: pending });
    await view("code");
    assert.equal(await text("code"), userCode);
    await isLoaded();
    await fitsEverywhere(`code-of-${userCode.length}`);
    for (const [width, height] of WIDE) {
      await resized(width, height);
      assert.deepEqual(await page.evaluate(LAYOUT), [], `${userCode.length} characters on ${width} x ${height}`);
    }
  }
});

test("so is the text while a code is requested", async () => {
  await open({ device: { hang: true } });
  await view("asking");
  await fitsEverywhere("asking");
});

test("so is a person with a long name", async () => {
  await open({ token: tokensOf("Wolfeschlegelsteinhausenbergerdorff.of.the.northern.branch@subsidiary.example.com") });
  await view("done");
  await fitsEverywhere("done");
});

test("so is a person with a name of six long words, of which a wide window shows two lines", async () => {
  await open({ token: tokensOf("Wolfeschlegelsteinhausenbergerdorff ".repeat(6).trim()) });
  await view("done");
  await fitsEverywhere("six-words");
  await resized(1280, 720);
  assert.deepEqual(await page.evaluate(LAYOUT), []);
  const lines = `(() => {
    const { clientHeight } = document.getElementById("title");
    document.getElementById("title").textContent = "Hello";
    return clientHeight / document.getElementById("title").clientHeight;
  })()`;
  assert.equal(await page.evaluate(lines), 2);
});

test("so are a failure, its hint and its code", async () => {
  await open({ device: { status: 401, body: { error: "invalid_client" } } });
  await view("problem");
  assert.equal(await text("title"), "This screen cannot sign in");
  assert.notEqual(await text("hint"), "");
  assert.equal(await text("state-text"), "invalid_client");
  await fitsEverywhere("failed");
});

test("the QR code can be scanned in windows of every shape, with a short address and with one that contains the code", async () => {
  const complete = `${LONG_ADDRESS}?user_code=ABCD-EFGH-JKLM-NPQRS`;
  for (const [shown, more, address] of [["ABCDEFGH", {}, "https://login.example.com/device"], ["ABCD-EFGH", { verification_uri_complete: complete }, complete]]) {
    await open({ device: code(shown, undefined, more), token: pending });
    await view("code");
    await isLoaded();
    for (const [width, height] of SIZES) {
      await resized(width, height);
      assert.equal(await scanned(), address, `${width} x ${height}`);
    }
  }
});

test("the page waits for a captive portal: longer each time, with advice, and then there is a code", async () => {
  const issuer = await open({ openid: [portal, portal, metadata], token: pending });
  await view("problem");
  assert.equal(await text("title"), "No sign-in for now");
  assert.match(await text("lead"), /^Something else than the sign-in service answers/);
  assert.match(await text("hint"), /^Check auth\.authority/);
  assert.match(await text("state-text"), /^Next try in (1:00|5\d s) \(endpoints_resolution_error\)$/);
  await fitsEverywhere("portal");
  await hurry();
  await says("state-text", "Next try in 2:00");
  await view("code");
  const hits = await (await fetch(`${issuer}/hits`)).json();
  assert.equal(hits.filter(({ endpoint }) => endpoint === "openid").length, 3);
});

test("it waits for a portal that redirects, too, and the button retries at once", async () => {
  await open({ device: [{ status: 302, headers: { location: "{issuer}/welcome" } }, code("ABCDEFGH")], welcome: portal, token: pending });
  await says("state-text", "Next try in");
  assert.match(await text("lead"), /^Something else than the sign-in service answers/);
  await press("again");
  await view("code");
});

test("a refusal with an unknown error is shown in the provider's text, and is no captive portal", async () => {
  const refusal = (error_description, error = "some_new_error") => ({ status: 400, body: { error, error_description } });
  const refused = async (answer, words) => {
    await open({ token: answer });
    await says("state-text", "Next try in");
    assert.equal(await text("title"), "No sign-in for now");
    assert.equal(await text("lead"), `The sign-in service refuses: “${words}”. This screen tries again by itself.`);
  };
  await refused(refusal(undefined), "some_new_error");
  await refused(refusal("Not on Sundays."), "Not on Sundays");
  await picture("refused-sundays");
  const lengthy = "Not on Sundays, nor on any other day. ".repeat(60);
  await refused(refusal(lengthy, "some_new_error_".repeat(20)), `${lengthy.slice(0, 119)}…`);
  await fitsEverywhere("refused");
});

test("a provider whose metadata cannot be used is no captive portal either", async () => {
  await open({ openid: { body: { issuer: "{issuer}", token_endpoint: "{issuer}/token" } } });
  await says("state-text", "(openid_config_error)");
  assert.match(await text("lead"), /^The sign-in service answers what this screen cannot use\./);
  assert.notEqual(await text("hint"), "");
});

test("without an answer it tries again soon, and shows advice", async () => {
  await open({ device: [down, down, down, code("ABCDEFGH")], token: pending });
  await view("problem");
  assert.equal(await text("title"), "No connection");
  assert.match(await text("hint"), /^Try again in a while/);
  await hurry();
  await view("code");
});

// The page's application, to read its memory.
const LENT = `window.deviceCodeFlow = Object.assign({}, deviceCodeFlow, {
  PublicClientApplication: class extends deviceCodeFlow.PublicClientApplication {
    constructor(...given) {
      super(...given);
      window.app = this;
    }
  },
});`;
const people = async () => {
  await page.evaluate(`delete window.people; app.getAllAccounts().then((all) => (window.people = all.map(({ name }) => name))); 0`);
  await page.until("window.people");
  return page.evaluate("window.people");
};

test("a second person who signs in finds nothing of the first", async () => {
  await open({ device: [code("ABCDEFGH"), code("JKLMNPQR")], token: [tokensOf("Alice Ardent"), tokensOf("Bob Bold")] }, LENT);
  await says("title", "Hello, Alice Ardent");
  assert.deepEqual(await people(), ["Alice Ardent"]);
  await press("again");
  await says("title", "Hello, Bob Bold");
  assert.deepEqual(await people(), ["Bob Bold"]);
});

test("a code that is no longer shown signs nobody in", async () => {
  const late = (issuer) => ({ ...tokensOf("Alice Ardent")(issuer), delay: 1000 });
  const issuer = await open({ device: [code("ABCDEFGH"), code("JKLMNPQR")], token: [late, pending] }, LENT);
  await says("code", "ABCD EFGH");
  for (let hits = []; !hits.some(({ endpoint }) => endpoint === "token"); ) hits = await (await fetch(`${issuer}/hits`)).json();
  await press("again");
  await says("code", "JKLM NPQR");
  await page.send("Runtime.evaluate", { expression: "new Promise((next) => setInterval(next, 1500))", awaitPromise: true });
  assert.deepEqual(await people(), []);
  assert.deepEqual(screen.errors, []);
});

test("the initial of a name is a whole letter, in any script", async () => {
  for (const [name, initial] of [["😀 Zoë", "😀"], ["𠮷野家 太郎", "𠮷"], ["élodie", "É"]]) {
    await open({ token: tokensOf(name) });
    await says("title", `Hello, ${name}`);
    assert.equal(await text("initial"), initial);
    await picture(`initial-${initial.codePointAt(0).toString(16)}`);
  }
});

test("a person with a blank name is greeted by the user name, and without one as you", async () => {
  await open({ token: tokensOf("  ", { preferred_username: " alice@example.com" }) });
  await says("title", "Hello, alice@example.com");
  assert.equal(await text("initial"), "A");
  await open({ token: tokensOf("  ", { sub: "1" }) });
  await view("done");
  assert.equal(await text("title"), "Hello, you");
  assert.equal(await text("initial"), "Y");
});

test("the code is shown even if no QR code can hold the address", async () => {
  const short = "https://login.example.com/device";
  const long = `${short}?user_code=${"A".repeat(3000)}`;
  await open({ device: code("ABCDEFGH", short), token: pending });
  await view("code");
  const plain = await page.evaluate(`document.getElementById("qr").src`);

  await open({ device: code("ABCDEFGH", short, { verification_uri_complete: long }), token: pending });
  await view("code");
  assert.equal(await text("code"), "ABCD EFGH");
  await isLoaded();
  assert.equal(await page.evaluate(`document.getElementById("qr").src`), plain, "the QR code of the shorter address");

  await open({ device: [code("ABCDEFGH", long), code("JKLMNPQR", short)], token: pending });
  await view("code");
  assert.equal(await page.evaluate(`document.getElementById("scan").offsetWidth`), 0);
  assert.equal(await text("state-text"), "Waiting for you");
  await picture("no-qr");
  await press("again");
  await says("code", "JKLM NPQR");
  assert.notEqual(await page.evaluate(`document.getElementById("scan").offsetWidth`), 0, "the next code has one again");
  assert.deepEqual(await page.evaluate(LAYOUT), []);
});

test("every error that is thrown is shown to the person who looks after the screen", async () => {
  const told = { '"the door"': "the door", undefined: "undefined", 'new TypeError("no door")': "TypeError: no door" };
  for (const [thrown, words] of Object.entries(told)) {
    await open({ token: tokensOf("Alice Ardent") }, `settings.signedIn = () => { throw ${thrown} };`);
    await view("problem");
    assert.equal(await text("title"), "This screen cannot sign in");
    assert.equal(await text("state-text"), words);
  }
  await open({ token: tokensOf("Alice Ardent") }, `settings.signedIn = () => { throw "a lengthy explanation ".repeat(99) };`);
  await view("problem");
  await fitsEverywhere("thrown");
});
