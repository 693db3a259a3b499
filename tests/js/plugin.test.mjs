// Cache plugins with bugs: they do not call `work`, do not wait for it, or never end.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { run } from "./program.mjs";

const { ClientAuthError, PublicClientApplication } = await import(
  pathToFileURL(join(installedProject(), "node_modules/device-code-flow/node.mjs"))
);
const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const failureOf = (promise) => promise.then(() => assert.fail("no failure"), (error) => error);
const names = async (app) => (await app.getAllAccounts()).map(({ name }) => name);

/** A store in memory whose plugin locks by `exclusively`. */
function appWith(exclusively, settings) {
  const entra = standIn({ interval: 1, ...settings });
  const stored = { text: "" };
  const plugin = {
    beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(stored.text),
    afterCacheAccess: async (context) => {
      await sleep(5);
      if (context.cacheHasChanged) stored.text = context.tokenCache.serialize();
    },
    exclusively,
  };
  const app = new PublicClientApplication({ auth, cache: { cachePlugin: plugin }, system: { fetch: entra.fetch } });
  const signIn = () =>
    app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback: ({ userCode }) => entra.approve(userCode, { person: ada }) });
  return { app, entra, plugin, signIn, stored };
}

const passing = (name, work) => work();

describe("a plugin whose exclusively", { concurrency: true }, () => {
  // Web Locks do this with ifAvailable.
  test("does not call work gets an error; the tokens are in memory, and the next call stores them", async () => {
    const { app, plugin, signIn, stored } = appWith(async () => {});
    const error = await failureOf(signIn());
    assert.ok(error instanceof ClientAuthError, error.stack);
    assert.deepEqual([error.errorCode, stored.text], ["cache_plugin_error", ""]);
    assert.match(error.message, /cache\.cachePlugin\.exclusively did not call work/);
    assert.match(error.hint, /must call work, await it/);
    plugin.exclusively = passing;
    assert.deepEqual([await names(app), Object.keys(JSON.parse(stored.text).RefreshToken).length], [[ada.name], 1]);
  });

  test("does not call it for a refresh gets the same error, and the next call renews", async () => {
    const { app, plugin, signIn } = appWith(passing);
    const { account } = await signIn();
    plugin.exclusively = async (name, work) => (name === "store" ? work() : undefined);
    const request = { scopes: ["Mail.Read"], account };
    const error = await failureOf(app.acquireTokenSilent(request));
    assert.deepEqual([error.errorCode, /did not call work/.test(error.message)], ["cache_plugin_error", true]);
    plugin.exclusively = passing;
    assert.equal((await app.acquireTokenSilent(request)).accessToken, "access-token-of-ABCDEFG01-2");
  });

  test("calls it when no caller waits any more does nothing", async () => {
    const late = [];
    const { plugin, app, signIn, stored } = appWith(async (name, work) => void late.push(work));
    await failureOf(signIn());
    plugin.exclusively = passing;
    await names(app);
    app.clearCache();
    const { text } = stored;
    for (const work of late) assert.equal(await work(), undefined);
    assert.equal(stored.text, text);
  });

  test("does not await it gets an error when it has ended, and its text is stored", async () => {
    const { app, plugin, signIn, stored } = appWith(async (name, work) => void work());
    const error = await failureOf(signIn());
    assert.deepEqual([error.errorCode, /did not await work/.test(error.message)], ["cache_plugin_error", true]);
    assert.equal(Object.keys(JSON.parse(stored.text).RefreshToken).length, 1);
    plugin.exclusively = passing;
    assert.deepEqual(await names(app), [ada.name]);
  });

  test("calls work again gets the same promise, and the work is done once", async () => {
    const { app, entra, plugin, signIn, stored } = appWith(passing);
    const { account } = await signIn();
    let same;
    plugin.exclusively = async (name, work) => {
      const promises = [work(), work()];
      same = promises[0] === promises[1];
      await Promise.all(promises);
      await work();
    };
    const { accessToken } = await app.acquireTokenSilent({ scopes: ["Mail.Read"], account });
    assert.deepEqual([accessToken, same], ["access-token-of-ABCDEFG01-2", true]);
    assert.equal(entra.requests.filter(({ form }) => form?.grant_type === "refresh_token").length, 1);
    assert.equal(Object.keys(JSON.parse(stored.text).RefreshToken).length, 1);
  });

  test("does not pass on what work returns, or swallows what it throws, changes neither", async () => {
    const quiet = async (name, work) => {
      try {
        await work();
      } catch {
        // It gets the value or the error all the same.
      }
    };
    const { app, plugin, signIn, stored } = appWith(quiet);
    const { account } = await signIn();
    assert.equal((await app.acquireTokenSilent({ scopes: ["Mail.Read"], account })).accessToken, "access-token-of-ABCDEFG01-2");
    const { text } = stored;
    plugin.afterCacheAccess = () => Promise.reject(new Error("disk full"));
    const error = await failureOf(app.acquireTokenSilent({ scopes: ["Files.Read"], account }));
    assert.deepEqual([error.errorCode, error.cause.message, stored.text], ["cache_plugin_error", "disk full", text]);
  });
});

describe("a plugin that never ends", { concurrency: true }, () => {
  // The clock runs four hundred times as fast: 100 s become a quarter of a second.
  const prelude = `
    const { setTimeout } = globalThis;
    globalThis.setTimeout = (work, milliseconds) => setTimeout(work, milliseconds / 400);
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { iss: auth.authority, aud: "c", sub: "ada", name: "ada", preferred_username: "ada" };
    const idToken = [part({ alg: "RS256" }), part(claims), ""].join(".");
    Object.assign(answers.token, { refresh_token: "r", expires_in: 3600, scope: "a", id_token: idToken });
    let store = "";
    const calls = [];
    const working = {
      async beforeCacheAccess({ tokenCache }) { calls.push("before"); tokenCache.deserialize(store); },
      async afterCacheAccess({ cacheHasChanged, tokenCache }) { calls.push("after"); if (cacheHasChanged) store = tokenCache.serialize(); },
    };
    const cachePlugin = { ...working };
    let latency = 0;
    const fetch = async (url) => (await sleep(latency), answer(url));
    const system = { fetch, requestTimeout: 4_000_000 };
    const application = new PublicClientApplication({ auth, system, cache: { cachePlugin } });
    const signIn = () => application.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    const names = async () => (await application.getAllAccounts()).map(({ name }) => name);
    const mended = async () => (Object.assign(cachePlugin, working), [await names(), store.length > 0]);
    const said = ({ errorCode, message, hint, cause }) => ({ errorCode, message, isHelpful: /stay in memory/.test(hint), cause });
  `;

  for (const method of ["beforeCacheAccess", "afterCacheAccess"]) {
    test(`with its ${method} gets an error that says so; the tokens are in memory, and the next call stores them`, () => {
      const seen = run(`${prelude}
        cachePlugin.${method} = () => new Promise(() => {});
        const error = said(await failureOf(signIn()));
        console.log(JSON.stringify({ error, stored: store, mended: await mended() }));`);
      assert.equal(seen.error.message, `cache_plugin_error: cache.cachePlugin.${method} did not end within 100 s.`);
      assert.deepEqual([seen.error.isHelpful, seen.stored, seen.mended], [true, "", [["ada"], true]]);
    });
  }

  test("to wait for a lock, or to release it, gets the error too", () => {
    const seen = run(`${prelude}
      cachePlugin.exclusively = () => new Promise(() => {});
      const errors = [said(await failureOf(signIn()))];
      const [stored] = [store];
      cachePlugin.exclusively = async (name, work) => (await work(), new Promise(() => {}));
      errors.push(said(await failureOf(signIn())));
      cachePlugin.exclusively = (name, work) => work();
      console.log(JSON.stringify({ messages: errors.map(({ message }) => message), stored, mended: await mended() }));`);
    const message = (seconds) => `cache_plugin_error: cache.cachePlugin.exclusively did not end within ${seconds} s.`;
    assert.deepEqual(seen, { messages: [message(150), message(100)], stored: "", mended: [["ada"], true] });
  });

  test("but for a lock that is held as long as a slow request gets none", () => {
    const seen = run(`${prelude}
      cachePlugin.exclusively = (name, work) => work();
      const { account } = await signIn();
      // Longer than the limit for a lock.
      latency = 500;
      const { fromCache } = await application.acquireTokenSilent({ scopes: ["a"], account, forceRefresh: true });
      console.log(JSON.stringify(fromCache));`);
    assert.equal(seen, false);
  });

  test("and then ends late changes nothing, and may release its lock", () => {
    const seen = run(`${prelude}
      let end;
      cachePlugin.beforeCacheAccess = async ({ tokenCache }) => {
        await new Promise((resolve) => (end = resolve));
        tokenCache.deserialize("{}");
      };
      let late;
      cachePlugin.afterCacheAccess = async ({ tokenCache }) => {
        calls.push("late after");
        try { tokenCache.serialize(); } catch ({ errorCode }) { late = errorCode; }
      };
      await failureOf(signIn());
      const before = [...calls];
      end();
      await sleep(100);
      const seen = { before, calls: [...calls], late, stored: store };
      console.log(JSON.stringify({ ...seen, mended: await mended() }));`);
    assert.deepEqual(seen, { before: [], calls: ["late after"], late: "cache_plugin_error", stored: "", mended: [["ada"], true] });
  });

  test("does not delay a silent call that was aborted", () => {
    const seen = run(`${prelude}
      const { account } = await signIn();
      cachePlugin.beforeCacheAccess = () => new Promise(() => {});
      const controller = new AbortController();
      const call = failureOf(application.acquireTokenSilent({ scopes: ["a"], account, signal: controller.signal }));
      const start = Date.now();
      setTimeout(() => controller.abort("enough"), 50);
      console.log(JSON.stringify([await call, Date.now() - start < 500]));`);
    assert.deepEqual(seen, ["enough", true]);
  });
});
