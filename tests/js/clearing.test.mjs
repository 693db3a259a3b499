// clearCache() at every moment: the memory is emptied, the store stays unchanged, and calls under way get what they asked for.

import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { cachedPerson, run } from "./program.mjs";

const folder = join(installedProject(), "node_modules/device-code-flow");
const { PublicClientApplication } = await import(pathToFileURL(join(folder, "node.mjs")));
const { kvCache, webStorageCache } = await import(pathToFileURL(join(folder, "storage-node.mjs")));
const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
const people = ["ada", "bob", "eve"].map((name) => ({ ...ada, oid: name, uid: name, sub: name, name }));
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const failureOf = (promise) => promise.then(() => assert.fail("no failure"), (error) => error);
const names = async (app) => (await app.getAllAccounts()).map(({ name }) => name).sort();
const stored = (text) => Object.values(JSON.parse(text || "{}").Account || {}).map(({ name }) => name).sort();
const adaIn = async (app) => (await app.getAllAccounts()).find(({ name }) => name === "ada");

function appOn(cachePlugin, more = {}) {
  const entra = standIn({ interval: 1 });
  const app = new PublicClientApplication({ auth, cache: { cachePlugin }, ...more, system: { fetch: entra.fetch, ...more.system } });
  const signIn = (person) =>
    app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback: ({ userCode }) => entra.approve(userCode, { person }) });
  return { app, signIn };
}

/** Stores that msal-node's examples and other libraries use: a text by its key. */
const storages = {
  webStorageCache(text) {
    const items = new Map([["tokens", text]]);
    const storage = { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => void items.set(key, value), removeItem() {} };
    return { plugin: webStorageCache(storage, "tokens"), text: () => items.get("tokens") };
  },
  kvCache(text) {
    const items = new Map([["tokens", text]]);
    const namespace = {
      get: async (key) => items.get(key) ?? null,
      getWithMetadata: async (key) => ({ value: items.get(key) ?? null, metadata: null }),
      put: async (key, value) => void items.set(key, value),
    };
    return { plugin: kvCache(namespace, "tokens"), text: () => items.get("tokens") };
  },
  /** As in msal-node's examples, with time before and after the call of the cache. */
  "a plugin that takes its time"(text) {
    const store = { text };
    const plugin = {
      async beforeCacheAccess({ tokenCache }) {
        await sleep(1);
        tokenCache.deserialize(store.text);
        await sleep(1);
      },
      async afterCacheAccess({ cacheHasChanged, tokenCache }) {
        await sleep(1);
        if (cacheHasChanged) store.text = tokenCache.serialize();
      },
    };
    return { plugin, text: () => store.text };
  },
};

/** The text of a cache with which all of them have signed in. */
let three;
before(async () => {
  const { app, signIn } = appOn();
  await Promise.all(people.map(signIn));
  three = app.getTokenCache().serialize();
});

describe("clearCache() during an access", { concurrency: true }, () => {
  for (const [name, storage] of Object.entries(storages)) {
    test(`to ${name}, at any moment: the store has the expected text`, async () => {
      for (let moment = 0; moment < 60; moment++) {
        const { plugin, text } = storage(three);
        const { app } = appOn(plugin);
        const account = await adaIn(app);
        const call = app.signOut({ account });
        for (let tick = 0; tick < moment; tick++) await (tick % 20 === 19 ? sleep(0) : null);
        app.clearCache();
        await call;
        assert.deepEqual(stored(text()), ["bob", "eve"], `after ${moment} turns`);
        assert.deepEqual(await names(app), ["bob", "eve"]);
      }
    });
  }

  test("by a sign-in: its tokens are stored beside those of the others", async () => {
    for (const moment of ["beforeCacheAccess", "afterCacheAccess"]) {
      const { plugin, text } = storages["a plugin that takes its time"]("");
      let during;
      const hook = plugin[moment];
      plugin[moment] = (context) => (setTimeout(() => during?.(), 1), hook(context));
      const { app, signIn } = appOn(plugin);
      await signIn(people[0]);
      during = () => app.clearCache();
      const { account } = await signIn(people[1]);
      assert.deepEqual([account.name, stored(text())], ["bob", ["ada", "bob"]], moment);
    }
  });

  test("that fails: its tokens are in memory, and the next call stores them", async () => {
    const { plugin, text } = storages.kvCache("");
    let { afterCacheAccess } = plugin;
    const { app, signIn } = appOn({ ...plugin, afterCacheAccess: (context) => afterCacheAccess(context) });
    afterCacheAccess = async () => (app.clearCache(), Promise.reject(new Error("no connection")));
    assert.equal((await failureOf(signIn(people[0]))).errorCode, "cache_plugin_error");
    ({ afterCacheAccess } = plugin);
    assert.deepEqual([await names(app), stored(text())], [["ada"], ["ada"]]);
  });

  test("takes effect for the program at once, and the store stays unchanged", async () => {
    const { plugin, text } = storages["a plugin that takes its time"](three);
    const { app } = appOn(plugin);
    const cache = app.getTokenCache();
    const account = await adaIn(app);
    const call = app.signOut({ account });
    await sleep(0);
    app.clearCache();
    assert.deepEqual([stored(cache.serialize()), cache.hasChanged()], [[], false]);
    await call;
    assert.deepEqual([stored(cache.serialize()), stored(text())], [[], ["bob", "eve"]]);
  });
});

test("a plugin that stores after its promise has resolved does not overwrite its store with an emptied cache", async () => {
  const store = { text: three };
  let late;
  const { app } = appOn({
    beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(store.text),
    afterCacheAccess: async ({ tokenCache }) => void (late = () => (store.text = tokenCache.serialize())),
  });
  await app.getAllAccounts();
  late();
  assert.deepEqual(stored(store.text), ["ada", "bob", "eve"]);
  app.clearCache();
  await sleep(0);
  assert.throws(late, ({ errorCode, hint }) => errorCode === "cache_plugin_error" && /before the promise of afterCacheAccess/.test(hint));
  assert.deepEqual(stored(store.text), ["ada", "bob", "eve"]);
});

describe("a logger that is called while a text is read", { concurrency: true }, () => {
  const odd = JSON.stringify({ AccessToken: { a: 7 }, ...cachedPerson("u") });
  const prelude = `
    const odd = ${JSON.stringify(odd)};
    let heard = () => {};
    let lines = 0;
    const loggerOptions = { logLevel: 1, loggerCallback: () => (lines++, heard()) };
    const withLogger = (cachePlugin) => new PublicClientApplication({ auth, system: { fetch: answer, loggerOptions }, cache: { cachePlugin } });
    const names = async () => (await application.getAllAccounts()).map(({ username }) => username);
  `;

  test("and calls clearCache() leaves a cache that works", () => {
    const seen = run(`${prelude}
      const application = withLogger();
      const cache = application.getTokenCache();
      // The text is held and read at the first call; then it replaces the existing cache.
      cache.deserialize(odd);
      heard = () => application.clearCache();
      const lists = [await names(), await names()];
      cache.deserialize(odd);
      lists.push(await names());
      heard = () => {};
      cache.deserialize(odd);
      lists.push(await names());
      console.log(JSON.stringify({ lists, lines }));`);
    assert.deepEqual(seen, { lists: [["u"], [], [], ["u"]], lines: 3 });
  });

  test("and calls it during an access leaves the plugin's text unchanged", () => {
    const seen = run(`${prelude}
      let store = odd;
      const application = withLogger({
        beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(store),
        afterCacheAccess: async ({ tokenCache }) => void (store = tokenCache.serialize()),
      });
      heard = () => application.clearCache();
      const lists = [await names(), await names()];
      console.log(JSON.stringify({ lists, same: store === odd }));`);
    assert.deepEqual(seen, { lists: [["u"], ["u"]], same: true });
  });

  test("and asks the cache finds the text read, and may pass another one", () => {
    const seen = run(`${prelude}
      const application = withLogger();
      const cache = application.getTokenCache();
      cache.deserialize(odd);
      const texts = [];
      heard = () => texts.push(cache.serialize(), cache.hasChanged());
      const first = await names();
      heard = () => cache.deserialize("{}");
      cache.deserialize(" " + odd);
      console.log(JSON.stringify({ texts, first, then: await names(), text: cache.serialize() }));`);
    assert.deepEqual(seen, { texts: [odd, false], first: ["u"], then: [], text: "{}" });
  });
});
