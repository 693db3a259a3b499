// The example applications as their shells read them: every file that is named exists, the manifests have the values that the README
// names, and the kiosk's shell makes the page's requests. screens.test.mjs uses the pages.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import vm from "node:vm";
import { openBrowser } from "../../www-demo/browser.mjs";
import { startElectron } from "../support/electron.mjs";
import { assembled } from "./screens.mjs";
import { startScriptedServer } from "./scripted-server.mjs";
import { until } from "./tools.mjs";

const scripted = await startScriptedServer();
const folder = assembled();
after(() => scripted.stop());

for (const application of ["kiosk", "webos", "tizen"]) {
  test(`every file that the page of ${application} names exists beside it`, () => {
    const page = readFileSync(join(folder, application, "index.html"), "utf8");
    const named = [...page.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="([^"]*)"/g)].map(([, name]) => name);
    assert.ok(named.length > 5, `only ${named} is named`);
    assert.deepEqual(named.filter((name) => !existsSync(join(folder, application, name))), []);
  });
}

test("webOS's appinfo.json starts the page, shows an icon that exists, and leaves the Back key to the page", () => {
  const info = JSON.parse(readFileSync(join(folder, "webos/appinfo.json"), "utf8"));
  for (const name of [info.main, info.icon]) assert.ok(existsSync(join(folder, "webos", name)), `${name} is missing`);
  assert.deepEqual([info.type, info.main, info.disableBackHistoryAPI], ["web", "index.html", true]);
  assert.match(info.id, /^[a-z0-9.-]+$/);
  assert.match(info.version, /^\d+\.\d+\.\d+$/);
});

test("Tizen's config.xml starts the page on Tizen 4, allows the authority of settings.js, and requests no other privilege", async () => {
  const config = await parsed(readFileSync(join(folder, "tizen/config.xml"), "utf8"));
  const [content, icon, access, application] = ["content", "icon", "access", "tizen:application"].map((name) => only(config, name));
  for (const name of [content.src, icon.src]) assert.ok(existsSync(join(folder, "tizen", name)), `${name} is missing`);
  const settings = vm.runInNewContext(`${readFileSync(join(folder, "tizen/settings.js"), "utf8")}; settings`);
  assert.deepEqual([content.src, access.origin], ["index.html", new URL(settings.auth.authority).origin]);
  assert.ok(application.id.startsWith(`${application.package}.`), application.id);
  // examples/README.md explains how the scripts are lowered for it.
  assert.equal(application.required_version, "4.0");
  const privileges = config.filter(({ tag }) => tag === "tizen:privilege").map(({ name }) => name);
  assert.deepEqual(privileges, ["http://tizen.org/privilege/internet"]);
});

/** The elements of an XML text, as objects of their attributes. Node has no XML parser; the test's browser has one, and reports errors. */
async function parsed(xml) {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    return await page.evaluate((xml) => {
      const { documentElement } = new DOMParser().parseFromString(xml, "application/xml");
      const wrong = documentElement.querySelector("parsererror");
      if (wrong) throw new Error(wrong.textContent);
      const attributes = (element) => Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
      return [...documentElement.querySelectorAll("*")].map((element) => ({ tag: element.tagName, ...attributes(element) }));
    }, xml);
  } finally {
    await browser.close();
  }
}

function only(elements, name) {
  const found = elements.filter(({ tag }) => tag === name);
  assert.equal(found.length, 1, name);
  return found[0];
}

test("`electron .` starts in the kiosk's folder, and opens one window with the page and the preload script", async () => {
  const { windows } = await startElectron(join(folder, "kiosk"));
  assert.equal(windows.length, 1);
  const [{ file, options }] = windows;
  const { preload, sandbox, contextIsolation } = options.webPreferences;
  assert.deepEqual([basename(file), basename(preload)], ["index.html", "preload.cjs"]);
  assert.deepEqual([options.kiosk, sandbox, contextIsolation], [true, true, true]);
  for (const named of [file, preload]) assert.ok(dirname(named) === join(folder, "kiosk") && existsSync(named), named);
});

test("in the kiosk's shell the page's requests are answered, and an aborted one is ended", async () => {
  const { page } = await startElectron(join(folder, "kiosk"));
  vm.runInContext(readFileSync(join(folder, "kiosk/settings.js"), "utf8"), page);
  const shellFetch = vm.runInContext("settings.system.fetch", page);
  const script = { device: { headers: { "retry-after": "7" }, body: { user_code: "CODE" } }, token: { hang: true } };
  const { issuer } = await (await fetch(`${scripted.scripted}/script`, { method: "POST", body: JSON.stringify(script) })).json();
  const hits = async () => (await fetch(`${issuer}/hits`)).json();

  const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "client_id=a" };
  const answer = await shellFetch(`${issuer}/device`, { ...form, signal: new AbortController().signal });
  assert.deepEqual([answer.status, answer.headers.get("Retry-After"), answer.headers.get("x-none")], [200, "7", null]);
  assert.equal(JSON.parse(await answer.text()).user_code, "CODE");

  const controller = new AbortController();
  const failure = assert.rejects(shellFetch(`${issuer}/token`, { ...form, signal: controller.signal }), /abort/);
  await until(async () => (await hits()).length === 2, "the second request");
  assert.deepEqual((await hits()).map(({ method, body, hungUp }) => [method, body, hungUp]), Array(2).fill(["POST", "client_id=a", false]));
  controller.abort();
  await until(async () => (await hits())[1].hungUp, "the end of the request");
  await failure;
});
