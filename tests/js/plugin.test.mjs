// Cache plugins that do less than they should: that do not call what they are given, do not wait for it, or never end.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";

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
  return { app, plugin, signIn, stored };
}

const passing = (name, work) => work();

describe("a plugin whose exclusively", { concurrency: true }, () => {
  // As Web Locks do with ifAvailable.
  test("does not call work is told so; the tokens are in memory, and the next call stores them", async () => {
    const { app, plugin, signIn, stored } = appWith(async () => {});
    const error = await failureOf(signIn());
    assert.ok(error instanceof ClientAuthError, error.stack);
    assert.deepEqual([error.errorCode, stored.text], ["cache_plugin_error", ""]);
    assert.match(error.message, /cache\.cachePlugin\.exclusively did not call work/);
    assert.match(error.hint, /must call work, await it/);
    plugin.exclusively = passing;
    assert.deepEqual([await names(app), Object.keys(JSON.parse(stored.text).RefreshToken).length], [[ada.name], 1]);
  });

  test("does not call it for a refresh is told the same, and the next call renews", async () => {
    const { app, plugin, signIn } = appWith(passing);
    const { account } = await signIn();
    plugin.exclusively = async (name, work) => (name === "store" ? work() : undefined);
    const request = { scopes: ["Mail.Read"], account };
    const error = await failureOf(app.acquireTokenSilent(request));
    assert.deepEqual([error.errorCode, /did not call work/.test(error.message)], ["cache_plugin_error", true]);
    plugin.exclusively = passing;
    assert.equal((await app.acquireTokenSilent(request)).accessToken, "access-token-of-ABCDEFG01-2");
  });

  test("calls it when nobody waits any more has it do nothing", async () => {
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

  test("does not await it is told so when it has ended, and what it stored is stored", async () => {
    const { app, plugin, signIn, stored } = appWith(async (name, work) => void work());
    const error = await failureOf(signIn());
    assert.deepEqual([error.errorCode, /did not await work/.test(error.message)], ["cache_plugin_error", true]);
    assert.equal(Object.keys(JSON.parse(stored.text).RefreshToken).length, 1);
    plugin.exclusively = passing;
    assert.deepEqual(await names(app), [ada.name]);
  });

  test("hands on nothing of what it gives, or swallows what it throws, changes neither", async () => {
    const quiet = async (name, work) => {
      try {
        await work();
      } catch {
        // It is told all the same.
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
