// webStorageCache among real tabs of one origin in Chromium, also in processes of their own.
//
// cases.mjs tests one tab.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { openPage } from "../runtime/hosts.mjs";
import { storageProject } from "./project.mjs";

const project = storageProject();
writeFileSync(
  join(project, "tab.html"),
  `<!doctype html><meta charset="utf-8" /><title>tab</title>
   <script type="importmap">{ "imports": { "device-code-flow": "./node_modules/device-code-flow/index.mjs", "device-code-flow/storage": "./node_modules/device-code-flow/storage.mjs" } }</script>
   <script type="module">
     import { webStorageCache } from "device-code-flow/storage";
     import { access } from "./cases.mjs";
     Object.assign(window, { webStorageCache, access, ready: true });
   </script>`,
);
const { tab: page, stop } = await openPage(project, "tab.html");
after(stop);
// Tabs share a storage only within one context. The context of the page takes no second page.
const context = await page.context().browser().newContext();
const first = await newTab();

async function newTab() {
  const tab = await context.newPage();
  await tab.goto(page.url());
  await tab.waitForFunction(() => window.ready);
  return tab;
}

/** Adds one, this many times, and returns the numbers. */
const count = (tab, rounds) =>
  tab.evaluate(async (rounds) => {
    const plugin = webStorageCache();
    const numbers = [];
    for (let round = 0; round < rounds; round++) {
      numbers.push(Number(await plugin.exclusively("store", () => access(plugin, (text) => String(Number(text || 0) + 1)))));
    }
    return numbers;
  }, rounds);

/** Takes the lock and never releases it. */
const hold = (tab) => tab.evaluate(() => new Promise((held) => void webStorageCache().exclusively("store", () => (held(), new Promise(() => {})))));

test("two tabs that write at the same time lose nothing", async () => {
  await first.evaluate(() => localStorage.clear());
  const tabs = [await newTab(), await newTab()];
  const numbers = (await Promise.all(tabs.map((tab) => count(tab, 100)))).flat().sort((one, other) => one - other);
  assert.deepEqual(numbers, numbers.map((_, at) => at + 1));
  assert.equal(await first.evaluate(() => localStorage.getItem("device-code-flow")), "200");
  await Promise.all(tabs.map((tab) => tab.close()));
});

test("a tab that is closed releases its lock", async () => {
  await first.evaluate(() => localStorage.clear());
  const [holder, waiting] = [await newTab(), await newTab()];
  await hold(holder);
  const told = await waiting.evaluate(() => access(webStorageCache(undefined, undefined, { patience: 300 }), () => "x").catch(({ errorCode }) => errorCode));
  assert.equal(told, "storage_locked");
  const counting = count(waiting, 1);
  await holder.close();
  assert.deepEqual(await counting, [1]);
  await waiting.close();
});

test("a full quota is reported with a hint, and the stored text stays", async () => {
  const told = await first.evaluate(async () => {
    localStorage.clear();
    const plugin = webStorageCache();
    await access(plugin, () => "before");
    const error = await access(plugin, () => "x".repeat(6_000_000)).catch((error) => error);
    return { code: error.errorCode, hint: error.hint, message: error.message, cause: error.cause.name, stored: localStorage.getItem("device-code-flow") };
  });
  assert.deepEqual([told.code, told.cause, told.stored], ["storage_full", "QuotaExceededError", "before"]);
  assert.ok(told.hint.includes("Make room") && told.message.includes("webStorageCache (device-code-flow)"), told.message);
});
