// Kept sign-ins beside each other: of several keys, and at an issuer that the request names. And what a store that fails does not bring back.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { memoryStore } from "./memory-store.mjs";
import { ada, CLIENT, grace, standIn } from "../support/entra.mjs";

const folder = join(installedProject(), "node_modules/device-code-flow");
const library = (name) => import(pathToFileURL(join(folder, name)));
const [{ AzureCloudInstance, PublicClientApplication }, { SignIn }] = await Promise.all(["node.mjs", "workers.mjs"].map(library));

const [HOME, OTHER] = ["https://home.example", "https://other.example/realm"];
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const failureOf = (promise) => promise.then(() => assert.fail("no failure"), (error) => error);

/** A store of tokens that can be made to refuse them. */
function tokenStore() {
  const stored = { text: "", refuses: false };
  stored.plugin = {
    beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(stored.text),
    afterCacheAccess: async (context) => {
      if (!context.cacheHasChanged) return;
      if (stored.refuses) throw new Error("disk full");
      stored.text = context.tokenCache.serialize();
    },
  };
  return stored;
}

/** Two issuers, an application of the first, and kept sign-ins with it. */
function scene({ idTokens = true, cachePlugin } = {}) {
  const entra = standIn({ interval: 1, issuers: [{ issuer: HOME }, { issuer: OTHER }] });
  const fetch = async (...request) => {
    const answer = await entra.fetch(...request);
    if (idTokens) return answer;
    const body = JSON.parse(await answer.text());
    delete body.id_token;
    return new Response(JSON.stringify(body), { status: answer.status });
  };
  const app = new PublicClientApplication({ auth: { clientId: CLIENT, authority: HOME }, cache: { cachePlugin }, system: { fetch } });
  const store = memoryStore();
  const signInOf = (key, request) => new SignIn({ app, store, key, request: { scopes: ["files"], ...request } });
  async function completed(signIn, person = ada) {
    const { userCode } = await signIn.step();
    entra.approve(userCode, { person });
    await sleep(1100);
    const status = await signIn.step();
    assert.equal(status.status, "completed");
    return status;
  }
  return { app, completed, entra, signInOf, store };
}

describe("where the provider sends no ID token", { concurrency: true }, () => {
  test("the people of two keys have two accounts, and each key gets its own token", async () => {
    const { app, completed, signInOf } = scene({ idTokens: false });
    const results = {};
    for (const key of ["user1", "user2"]) results[key] = await completed(signInOf(key));
    assert.notEqual(results.user1.result.accessToken, results.user2.result.accessToken);
    for (const [key, { account, result }] of Object.entries(results)) {
      assert.equal(account.homeAccountId, `local::${key}`);
      assert.equal((await signInOf(key).token()).accessToken, result.accessToken);
    }
    assert.equal((await app.getAllAccounts()).length, 2);
  });

  test("a key that is no name gives its hash to the account, and accountHint of the request is used as it is", async () => {
    const { completed, signInOf } = scene({ idTokens: false });
    const hash = (key) => createHash("sha256").update(JSON.stringify(key)).digest("hex");
    const names = new Map([["Ключ 1", "Ключ 1"], ["x".repeat(256), "x".repeat(256)]]);
    for (const key of ["", " ", "a\nb", "\u202eb", "x".repeat(257), "é".repeat(129), "\ud800", "\udfff"]) names.set(key, hash(key));
    await Promise.all(Array.from(names, async ([key, name]) => {
      const { account } = await completed(signInOf(key));
      assert.equal(account.homeAccountId, `local::${name}`, JSON.stringify(key));
    }));
    assert.equal(new Set(names.values()).size, names.size);
    const { account } = await completed(signInOf("user1", { accountHint: "lobby" }));
    assert.equal(account.homeAccountId, "local::lobby");
  });
});

for (const [who, person] of [["another person", grace], ["a person with the same subject", ada]]) {
  test(`a kept sign-in at the issuer that its request names: ${who} has signed in at the configured one`, async () => {
    const { app, completed, entra, signInOf, store } = scene({ cachePlugin: tokenStore().plugin });
    const home = await completed(signInOf("home"), person);
    const other = await completed(signInOf("other", { authority: OTHER }));
    assert.deepEqual([home.account.issuer, other.account.issuer], [HOME, OTHER]);
    const again = signInOf("other", { authority: OTHER });
    assert.deepEqual((await again.status()).account.issuer, OTHER);
    assert.deepEqual((await again.step()).account.issuer, OTHER);
    assert.equal((await again.token()).accessToken, other.result.accessToken);
    assert.equal((await signInOf("home").token()).accessToken, home.result.accessToken);
    assert.equal(JSON.parse(store.texts.get("other")).issuer, OTHER);
    // With another issuer in the request, nobody has signed in.
    assert.equal((await signInOf("other").status()).status, "none");
    // Signed out here, and still signed in there.
    await app.signOut({ account: other.account });
    assert.equal((await again.status()).status, "none");
    assert.equal((await signInOf("home").status()).status, "completed");
    assert.equal(entra.requests.filter(({ form }) => form?.grant_type === "refresh_token").length, 0);
  });
}

test("the outcome of a release that kept no issuer is read", async () => {
  const { completed, signInOf, store } = scene();
  const { account } = await completed(signInOf("lobby"));
  const body = `{"kind":"device-code-flow ending","version":1,"status":"completed","homeAccountId":${JSON.stringify(account.homeAccountId)}`;
  let hash = 0x811c9dc5;
  for (const letter of body) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  store.texts.set("lobby", `${body},"check":"${(hash >>> 0).toString(16)}"}`);
  assert.deepEqual((await signInOf("lobby").status()).account, account);
});

describe("a list of accounts with a filter", { concurrency: true }, () => {
  test("has the accounts of the authority that the filter names, and without one those of the configured authority", async () => {
    const { app, completed, signInOf } = scene();
    const [home, other] = [await completed(signInOf("home")), await completed(signInOf("other", { authority: OTHER }))];
    const cache = app.getTokenCache();
    const azureCloudOptions = { azureCloudInstance: AzureCloudInstance.AzurePublic };
    const rows = [
      [undefined, home], [{}, home], [{ authority: "" }, home], [{ authority: HOME }, home], [{ authority: OTHER }, other],
      [{ authority: OTHER, azureCloudOptions }, undefined], [{ authority: "https://login.microsoftonline.com/common" }, undefined],
    ];
    for (const [filter, found] of rows) {
      const expected = found ? [found.account] : [];
      assert.deepEqual(await app.getAllAccounts(filter), expected, JSON.stringify(filter));
      assert.deepEqual(await cache.getAllAccounts(filter), expected, JSON.stringify(filter));
      // Both people have the same home account id.
      assert.deepEqual(await cache.getAccountByHomeId(home.account.homeAccountId, filter), expected[0] || null, JSON.stringify(filter));
    }
    assert.deepEqual(await cache.getAllAccounts("a correlation id of msal-node"), [home.account]);
  });

  test("is refused by the name of what is wrong", async () => {
    const { app } = scene();
    const cache = app.getTokenCache();
    const calls = [(filter) => app.getAllAccounts(filter), (filter) => cache.getAllAccounts(filter), (filter) => cache.getAccountByHomeId("ada", filter)];
    const rows = [
      [7, /filter must be an object/], [null, /filter must be an object/], [{ authority: 7 }, /filter\.authority must be a string/],
      [{ autority: OTHER }, /is filter\.authority meant/], [{ authority: "id.example" }, /filter\.authority/],
      [{ azureCloudOptions: 7 }, /filter\.azureCloudOptions must be an object/],
      [{ azureCloudOptions: { tenant: 7 } }, /filter\.azureCloudOptions\.tenant must be a string/],
    ];
    for (const [filter, message] of rows) for (const call of calls) assert.match((await failureOf(call(filter))).message, message);
    assert.match((await failureOf(app.getAllAccounts(OTHER))).message, /filter must be an object/);
  });
});

describe("tokens that could not be stored at first", { concurrency: true }, () => {
  test("are stored by the next call, and do not come back by another wait() once the person was signed out", async () => {
    const stored = tokenStore();
    const { app, entra } = scene({ cachePlugin: stored.plugin });
    const flow = await app.startDeviceCode({ scopes: ["files"] });
    entra.approve(flow.userCode, { person: ada });
    stored.refuses = true;
    assert.equal((await failureOf(flow.wait())).cause.message, "disk full");
    stored.refuses = false;
    const [account] = await app.getAllAccounts();
    assert.equal(Object.keys(JSON.parse(stored.text).RefreshToken).length, 1);
    await app.signOut({ account });
    const { account: result } = await flow.wait();
    assert.equal(result.homeAccountId, account.homeAccountId, "the caller has what it asked for");
    assert.deepEqual([await app.getAllAccounts(), Object.keys(JSON.parse(stored.text).RefreshToken)], [[], []]);
  });

  test("are stored by another wait(), whose result names the person", async () => {
    const stored = tokenStore();
    const { app, entra } = scene({ cachePlugin: stored.plugin });
    const flow = await app.startDeviceCode({ scopes: ["files"] });
    entra.approve(flow.userCode, { person: ada });
    stored.refuses = true;
    for (let time = 0; time < 2; time++) assert.equal((await failureOf(flow.wait())).cause.message, "disk full");
    stored.refuses = false;
    const { account } = await flow.wait();
    assert.equal(Object.keys(JSON.parse(stored.text).RefreshToken).length, 1);
    assert.deepEqual(await app.getAllAccounts(), [account]);
  });

  test("are stored by another wait() after clearCache() has forgotten them", async () => {
    const stored = tokenStore();
    const { app, entra } = scene({ cachePlugin: stored.plugin });
    const flow = await app.startDeviceCode({ scopes: ["files"] });
    entra.approve(flow.userCode, { person: ada });
    stored.refuses = true;
    await failureOf(flow.wait());
    stored.refuses = false;
    app.clearCache();
    await flow.wait();
    assert.equal((await app.getAllAccounts()).length, 1);
  });

  test("do not come back by a later step of a kept sign-in", async () => {
    const stored = tokenStore();
    const { app, entra, signInOf } = scene({ cachePlugin: stored.plugin });
    const signIn = signInOf("lobby");
    const { userCode } = await signIn.step();
    entra.approve(userCode, { person: ada });
    await sleep(1100);
    stored.refuses = true;
    assert.equal((await failureOf(signIn.step())).cause.message, "disk full");
    stored.refuses = false;
    const [account] = await app.getAllAccounts();
    await app.signOut({ account });
    await signIn.step().catch(() => {});
    assert.deepEqual([await app.getAllAccounts(), Object.keys(JSON.parse(stored.text).RefreshToken)], [[], []]);
  });
});
