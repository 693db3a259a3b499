// The example applications as their shells find them: every file that is named is there, what the README says of the manifests is
// what they say, and the kiosk's shell makes the page's requests. What a person does with the pages: screens.test.mjs.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import vm from "node:vm";
import { startElectron } from "../support/electron.mjs";
import { assembled } from "./screens.mjs";
import { startScriptedServer } from "./scripted-server.mjs";
import { until } from "./tools.mjs";

const scripted = await startScriptedServer();
const folder = assembled();
after(() => scripted.stop());

for (const application of ["kiosk", "webos", "tizen"]) {
  test(`every file that the page of ${application} names stands beside it`, () => {
    const page = readFileSync(join(folder, application, "index.html"), "utf8");
    const named = [...page.matchAll(/<(?:script|link)\b[^>]*\b(?:src|href)="([^"]*)"/g)].map(([, name]) => name);
    assert.ok(named.length > 5, `only ${named} is named`);
    assert.deepEqual(named.filter((name) => !existsSync(join(folder, application, name))), []);
  });
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

test("in the kiosk's shell the page's requests are answered, and one that is given up is ended", async () => {
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
