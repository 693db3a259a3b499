// The token cache from JavaScript: when a cache plugin loads and stores, what happens when it fails, and that no tokens are lost.
// tests/core/cache tests the content of the text, tests/interop its use by other libraries.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { cachedPerson, run } from "./program.mjs";

const { AuthError, ClientAuthError, ClientConfigurationError, PublicClientApplication } = await import(
  pathToFileURL(join(installedProject(), "node_modules/device-code-flow/node.mjs"))
);
const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
const bob = { ...ada, oid: "bob", uid: "bob", sub: "bob", name: "Bob" };
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A store in memory behind a slow plugin, which first does what `trouble` says. */
function storage({ text = "", delay = 0, trouble = {} } = {}) {
  const stored = { text, trouble, calls: [], changed: [] };
  const hook = (name, work) => async (context) => {
    stored.calls.push(name);
    await sleep(delay);
    await stored.trouble[name]?.(context);
    await work(context);
  };
  stored.plugin = {
    beforeCacheAccess: hook("before", ({ tokenCache }) => tokenCache.deserialize(stored.text)),
    afterCacheAccess: hook("after", (context) => {
      stored.changed.push(context.cacheHasChanged);
      if (context.cacheHasChanged) stored.text = context.tokenCache.serialize();
    }),
  };
  return stored;
}

function appOn(stored, entra = standIn({ interval: 1 })) {
  const app = new PublicClientApplication({ auth, system: { fetch: entra.fetch }, cache: { cachePlugin: stored?.plugin } });
  const signIn = (person = ada, scopes = ["User.Read"]) =>
    app.acquireTokenByDeviceCode({ scopes, deviceCodeCallback: ({ userCode }) => entra.approve(userCode, { person }) });
  return { app, entra, signIn };
}

const names = async (app) => (await app.getAllAccounts()).map(({ name }) => name).sort();
const failureOf = (promise) => promise.then(() => assert.fail("no failure"), (error) => error);
const refreshTokens = (text) => Object.values(JSON.parse(text).RefreshToken).map(({ secret }) => secret).sort();

describe("a cache plugin", { concurrency: true }, () => {
  test("has stored the tokens before the promise resolves", async () => {
    const stored = storage({ delay: 50 });
    const { signIn } = appOn(stored);
    const { account } = await signIn();
    assert.deepEqual(refreshTokens(stored.text), ["refresh-token-of-ABCDEFG01"]);
    assert.deepEqual([account.name, stored.calls, stored.changed], ["Ada Lovelace", ["before", "after"], [true]]);
  });

  test("is called for one access at a time, and people who sign in at the same time are all stored", async () => {
    let inside = 0;
    const stored = storage({ delay: 30, trouble: { before: () => assert.equal((inside += 1), 1), after: () => void (inside -= 1) } });
    const { app, signIn } = appOn(stored);
    const people = ["a", "b", "c", "d"].map((name) => ({ ...ada, oid: name, uid: name, name }));
    const lists = [app.getAllAccounts(), ...people.map((person) => signIn(person)), app.getAllAccounts()];
    await Promise.all(lists);
    assert.deepEqual(await names(app), ["a", "b", "c", "d"]);
    assert.equal(refreshTokens(stored.text).length, 4);
    assert.deepEqual(await names(appOn(stored).app), ["a", "b", "c", "d"], "another process");
  });

  test("is told to store only when there is something to store", async () => {
    const stored = storage();
    const { app, signIn } = appOn(stored);
    await signIn();
    await app.getAllAccounts();
    await app.getTokenCache().getAccountByHomeId("nobody");
    assert.deepEqual(stored.changed, [true, false, false]);
  });

  test("sees what another process has stored meanwhile", async () => {
    const stored = storage();
    const [one, other] = [appOn(stored), appOn(stored)];
    await one.signIn();
    await other.signIn(bob);
    assert.deepEqual(await names(one.app), ["Ada Lovelace", "Bob"]);
    const account = await one.app.getTokenCache().getAccountByLocalId("bob");
    await one.app.signOut({ account });
    assert.deepEqual([await names(other.app), refreshTokens(stored.text).length], [["Ada Lovelace"], 1]);
  });

  test("that cannot store: the error says so, and the next call stores the tokens", async () => {
    const full = () => Promise.reject(new Error("disk full"));
    const stored = storage({ trouble: { after: full } });
    const { app, signIn } = appOn(stored);
    const error = await failureOf(signIn());
    assert.ok(error instanceof ClientAuthError);
    assert.deepEqual([error.errorCode, error.cause.message], ["cache_plugin_error", "disk full"]);
    assert.match(error.message, /cache\.cachePlugin\.afterCacheAccess failed/);
    assert.match(error.hint, /next call stores them/);
    assert.doesNotMatch(inspect(error), /-token-of-/);
    assert.deepEqual([stored.text, app.getTokenCache().hasChanged()], ["", true]);
    stored.trouble = {};
    assert.deepEqual(await names(app), ["Ada Lovelace"]);
    assert.deepEqual([refreshTokens(stored.text).length, app.getTokenCache().hasChanged()], [1, false]);
  });

  test("that cannot store what another process has changed meanwhile loses neither", async () => {
    const stored = storage({ trouble: { after: () => Promise.reject(new Error("locked")) } });
    const { app, signIn } = appOn(stored);
    await failureOf(signIn());
    stored.trouble = {};
    await appOn(stored).signIn(bob);
    assert.deepEqual(await names(app), ["Ada Lovelace", "Bob"]);
    assert.equal(refreshTokens(stored.text).length, 2);
  });

  test("that cannot load: the tokens stay in memory, and the unread text is not overwritten", async () => {
    const stored = storage({ text: "", trouble: { before: () => Promise.reject(new Error("no connection")) } });
    const { app, signIn } = appOn(stored);
    const error = await failureOf(signIn());
    assert.deepEqual([error.errorCode, error.cause.message, stored.text], ["cache_plugin_error", "no connection", ""]);
    assert.match(error.message, /beforeCacheAccess/);
    assert.deepEqual(stored.calls, ["before", "after"], "a lock is given back");
    stored.trouble = {};
    assert.deepEqual(await names(app), ["Ada Lovelace"]);
  });

  test("a flow whose tokens were not stored returns them at the next call", async () => {
    const stored = storage({ trouble: { after: () => Promise.reject(new Error("disk full")) } });
    const { app, entra } = appOn(stored);
    const flow = await app.startDeviceCode({ scopes: ["User.Read"], correlationId: "99999999-0000-4000-8000-000000000000" });
    entra.approve(flow.userCode);
    const error = await failureOf(flow.wait());
    assert.deepEqual([error.errorCode, error.correlationId], ["cache_plugin_error", "99999999-0000-4000-8000-000000000000"]);
    stored.trouble = {};
    const [{ accessToken }, step] = await Promise.all([flow.wait(), flow.poll()]);
    assert.deepEqual([accessToken, step.result.accessToken], ["access-token-of-ABCDEFG01", "access-token-of-ABCDEFG01"]);
    assert.equal(stored.calls.length, 4, "stored once, however many ask");
    assert.equal(refreshTokens(stored.text).length, 1);
  });

  for (const [name, plugin] of Object.entries({
    "tells of it": ({ tokenCache }, text) => tokenCache.deserialize(text),
    "keeps it to itself": ({ tokenCache }, text) => {
      try {
        tokenCache.deserialize(text);
      } catch {
        // Some plugins do this.
      }
    },
  })) {
    test(`on a damaged store, and ${name}: it is reported, and the store is not overwritten`, async () => {
      const stored = storage();
      stored.text = '{"Account":{"cut of';
      const cachePlugin = { ...stored.plugin, beforeCacheAccess: async (context) => plugin(context, stored.text) };
      const { app, signIn } = appOn({ plugin: cachePlugin });
      for (const call of [app.getAllAccounts(), signIn()]) {
        const error = await failureOf(call);
        assert.deepEqual([error instanceof AuthError, error.errorCode], [true, "token_cache_invalid"]);
      }
      assert.equal(stored.text, '{"Account":{"cut of');
      stored.text = "";
      assert.deepEqual(await names(app), ["Ada Lovelace"], "the tokens that came meanwhile");
    });
  }

  test("that is not a plugin is refused by the constructor", () => {
    for (const cachePlugin of [{}, null, 7, { beforeCacheAccess() {} }]) {
      assert.throws(() => appOn({ plugin: cachePlugin }), (error) => error instanceof ClientConfigurationError && /cache\.cachePlugin/.test(error.message));
    }
  });

  test("that never answers does not block other calls for ever", () => {
    const seen = run(`
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (work, milliseconds) => setTimeout(work, milliseconds / 100);
      let hangs = true;
      const cachePlugin = {
        beforeCacheAccess: () => (hangs ? ((hangs = false), new Promise(() => {})) : undefined),
        afterCacheAccess() {},
      };
      const application = new PublicClientApplication({ auth, cache: { cachePlugin } });
      const first = failureOf(application.getAllAccounts());
      const start = Date.now();
      const accounts = await application.getAllAccounts();
      const took = Date.now() - start;
      console.log(JSON.stringify({ accounts, took, code: (await first).errorCode }));`);
    assert.deepEqual([seen.accounts, seen.code], [[], "cache_plugin_error"]);
    assert.ok(seen.took > 250 && seen.took < 3000, `${seen.took} ms`);
  });
});

describe("without a plugin", { concurrency: true }, () => {
  test("the tokens are in memory, and in the text of serialize", async () => {
    const { app, signIn } = appOn();
    const cache = app.getTokenCache();
    assert.equal(cache.hasChanged(), false);
    const result = await signIn();
    assert.equal(cache.hasChanged(), true);
    assert.deepEqual(await names(app), ["Ada Lovelace"]);
    const text = cache.serialize();
    assert.deepEqual([refreshTokens(text), cache.hasChanged()], [["refresh-token-of-ABCDEFG01"], false]);
    assert.doesNotMatch(inspect([app, cache, result], { depth: 9 }), /refresh-token-of/, "nowhere else");
    const other = appOn().app;
    other.getTokenCache().deserialize(text);
    assert.deepEqual(await other.getAllAccounts(), await app.getAllAccounts());
    assert.equal(other.getTokenCache().serialize(), text);
    app.clearCache();
    assert.deepEqual([await names(app), Object.keys(JSON.parse(cache.serialize()).RefreshToken)], [[], []]);
    assert.deepEqual(await names(other), ["Ada Lovelace"]);
  });

  test("entries that were not serialized are merged into the next text", async () => {
    const [one, other] = [appOn(), appOn()];
    await Promise.all([one.signIn(), other.signIn(bob)]);
    other.app.getTokenCache().deserialize(one.app.getTokenCache().serialize());
    assert.deepEqual(await names(other.app), ["Ada Lovelace", "Bob"]);
  });

  test("the account of a result, of the list and by either id is the same", async () => {
    const { app, signIn } = appOn();
    const { account } = await signIn();
    const cache = app.getTokenCache();
    assert.deepEqual(await app.getAllAccounts(), [account]);
    assert.deepEqual(await cache.getAccountByHomeId(account.homeAccountId), account);
    assert.deepEqual(await cache.getAccountByLocalId(account.localAccountId), account);
    for (const nobody of ["", "nobody", undefined]) {
      assert.deepEqual([await cache.getAccountByHomeId(nobody), await cache.getAccountByLocalId(nobody)], [null, null]);
    }
    await cache.removeAccount(account);
    assert.deepEqual(await app.getAllAccounts(), []);
    for (const wrong of [undefined, {}, { homeAccountId: "a" }]) await assert.rejects(cache.removeAccount(wrong), ClientConfigurationError);
  });

  test("a text that is not a cache is refused, and the cache stays unchanged", async () => {
    const { app, signIn } = appOn();
    await signIn();
    const cache = app.getTokenCache();
    for (const text of ["{", "[]", '{"Account":[]}', "null"]) {
      assert.throws(() => cache.deserialize(text), (error) => error instanceof AuthError && error.errorCode === "token_cache_invalid", text);
    }
    assert.throws(() => cache.deserialize({}), ClientConfigurationError);
    assert.deepEqual(await names(app), ["Ada Lovelace"]);
    cache.serialize();
    for (const nothing of ["", null, undefined]) cache.deserialize(nothing);
    assert.deepEqual(await names(app), []);
  });

  test("a text is held until the module is loaded, and read at the first call", () => {
    const text = JSON.stringify({ ...cachedPerson("ada@example.org"), Unknown: [1] });
    const seen = run(`
      let compiled = 0;
      const { instantiate } = WebAssembly;
      WebAssembly.instantiate = (...all) => (compiled++, instantiate(...all));
      const application = app();
      const cache = application.getTokenCache();
      const empty = cache.serialize();
      const refused = [];
      for (const text of ["{", "[]", "null"]) try { cache.deserialize(text); } catch (error) { refused.push(error.errorCode); }
      cache.deserialize(${JSON.stringify(text)});
      const atFirst = { text: cache.serialize(), changed: cache.hasChanged(), compiled };
      const [{ username }] = await application.getAllAccounts();
      console.log(JSON.stringify({ empty, refused, atFirst, username, text: cache.serialize() }));`);
    assert.deepEqual(Object.keys(JSON.parse(seen.empty)).length, 5);
    assert.deepEqual(seen.refused, ["token_cache_invalid", "token_cache_invalid", "token_cache_invalid"]);
    assert.deepEqual([seen.atFirst, seen.text], [{ text, changed: false, compiled: 0 }, text]);
    assert.equal(seen.username, "ada@example.org");
  });
});
