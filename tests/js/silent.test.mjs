// Tokens without a person, from JavaScript: which calls share an answer, what continues after a call, and what a cache plugin sees.
// tests/core/flow/refreshing.rs tests the requests and the meaning of each answer.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";

const library = await import(pathToFileURL(join(installedProject(), "node_modules/device-code-flow/node.mjs")));
const { ClientAuthError, InteractionRequiredAuthError, PublicClientApplication, ServerError } = library;
const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
const bob = { ...ada, oid: "bob", uid: "bob", sub: "bob", name: "Bob" };
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const failureOf = (promise) => promise.then(() => assert.fail("no failure"), (error) => error);

/** A store in memory behind a slow plugin, with or without a lock. */
function storage({ delay = 0, lock = false, trouble = {} } = {}) {
  const stored = { text: "", trouble, stores: 0, loads: 0, held: [] };
  const queues = new Map();
  stored.plugin = {
    async beforeCacheAccess({ tokenCache }) {
      stored.loads += 1;
      await sleep(delay);
      await stored.trouble.before?.();
      tokenCache.deserialize(stored.text);
    },
    async afterCacheAccess(context) {
      await sleep(delay);
      if (!context.cacheHasChanged) return;
      await stored.trouble.after?.();
      stored.text = context.tokenCache.serialize();
      stored.stores += 1;
    },
  };
  if (lock) {
    stored.plugin.exclusively = async (name, work) => {
      const before = queues.get(name) ?? Promise.resolve();
      let release;
      queues.set(name, before.then(() => new Promise((resolve) => (release = resolve))));
      await before;
      stored.held.push(name);
      try {
        return await work();
      } finally {
        stored.held.push(`${name} free`);
        release();
      }
    };
  }
  return stored;
}

function appOn(stored, entra, more = {}) {
  return new PublicClientApplication({ auth, cache: { cachePlugin: stored?.plugin }, ...more, system: { fetch: entra.fetch, ...more.system } });
}

/** An application with people who have signed in, and the number of refreshes that its server has seen. */
async function signedIn({ people = [ada], settings = {}, stored, ...more } = {}) {
  const entra = standIn({ interval: 1, ...settings });
  const app = appOn(stored, entra, more);
  const accounts = [];
  for (const person of people) {
    const deviceCodeCallback = ({ userCode }) => entra.approve(userCode, { person });
    accounts.push((await app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback })).account);
  }
  const refreshes = () => entra.requests.filter(({ form }) => form?.grant_type === "refresh_token");
  return { entra, app, account: accounts[0], accounts, refreshes };
}

const refreshTokens = (text) => Object.values(JSON.parse(text).RefreshToken).map(({ secret }) => secret).sort();

describe("a silent call", { concurrency: true }, () => {
  test("returns the valid token of the cache, with every field of a sign-in's result, and sends nothing", async () => {
    const { app, account, entra } = await signedIn();
    const sent = entra.requests.length;
    const result = await app.acquireTokenSilent({ scopes: ["user.read"], account });
    assert.deepEqual([result.fromCache, result.accessToken, result.tokenType], [true, "access-token-of-ABCDEFG01", "Bearer"]);
    assert.deepEqual([result.account.username, result.tenantId, result.idTokenClaims.oid], [ada.preferred_username, TENANT, ada.oid]);
    assert.ok(result.expiresOn instanceof Date && result.expiresOn > Date.now() + 3_000_000);
    assert.equal(result.account.tenantProfiles.get(TENANT).name, ada.name);
    assert.match(result.correlationId, /^[0-9a-f-]{36}$/);
    assert.equal(entra.requests.length, sent);
  });

  test("renews for other scopes by the same refresh token, and each token is found again", async () => {
    const { app, account, refreshes } = await signedIn();
    const mail = await app.acquireTokenSilent({ scopes: ["Mail.Read"], account });
    assert.deepEqual([mail.fromCache, mail.account.name], [false, ada.name]);
    for (const scopes of [["Mail.Read"], ["User.Read"]]) assert.equal((await app.acquireTokenSilent({ scopes, account })).fromCache, true);
    assert.equal(refreshes().length, 1);
  });

  test("with a listed account works like one with the account of a result", async () => {
    const { app } = await signedIn();
    const [account] = await app.getAllAccounts();
    assert.equal((await app.acquireTokenSilent({ scopes: ["User.Read"], account })).fromCache, true);
  });

  test("without an account, or with an unknown one, says what is missing", async () => {
    const { app, account, entra } = await signedIn();
    const sent = entra.requests.length;
    for (const wrong of [undefined, null, {}, { homeAccountId: "a.b" }]) {
      const error = await failureOf(app.acquireTokenSilent({ scopes: ["User.Read"], account: wrong }));
      assert.ok(error instanceof ClientAuthError, error.stack);
      assert.deepEqual([error.errorCode, error.fault], ["no_account_in_silent_request", "caller"]);
      assert.match(error.hint, /getAllAccounts/);
    }
    const error = await failureOf(app.acquireTokenSilent({ scopes: ["User.Read"], account: { ...account, homeAccountId: "x.y" } }));
    assert.ok(error instanceof InteractionRequiredAuthError);
    assert.deepEqual([error.errorCode, error.fault], ["no_tokens_found", "person"]);
    assert.match(error.hint, /acquireTokenByDeviceCode/);
    assert.equal(entra.requests.length, sent);
  });

  test("with a wrong field is refused by name", async () => {
    const { app, account } = await signedIn();
    for (const [wrong, place] of [
      [{ scopes: "User.Read" }, /request\.scopes/],
      [{ signal: {} }, /request\.signal/],
      [{ waitUntil: true }, /request\.waitUntil/],
      [{ forceRefresh: "yes" }, /request\.forceRefresh/],
      [{ claims: "{" }, /claims/],
    ]) {
      const error = await failureOf(app.acquireTokenSilent({ scopes: ["User.Read"], account, ...wrong }));
      assert.equal(error.name, "ClientConfigurationError", error.stack);
      assert.match(error.errorMessage, place);
    }
  });

  test("says whether a person is needed, and for what", async () => {
    const { app, account, entra } = await signedIn();
    entra.disturb("refresh", "consent_required");
    const error = await failureOf(app.acquireTokenSilent({ scopes: ["Mail.Read"], account }));
    assert.ok(error instanceof InteractionRequiredAuthError);
    assert.deepEqual([error.classification, error.subError, error.fault], ["ConsentRequired", "consent_required", "person"]);
    assert.doesNotMatch(inspect(error), /-token-of-/);
  });

  test("returns the token that is still valid while the server is down, and logs it", async () => {
    const lines = [];
    const loggerOptions = { logLevel: 1, loggerCallback: (level, line) => lines.push(line) };
    // Three minutes of its hour are left. That is too few to return it if another token could be had.
    const { app, account, entra, refreshes } = await signedIn({ settings: { accessTokenLifetime: 180 }, system: { loggerOptions } });
    entra.disturb("refresh", "unavailable", "unavailable", "unavailable");
    const result = await app.acquireTokenSilent({ scopes: ["User.Read"], account });
    assert.deepEqual([result.fromCache, result.accessToken, refreshes().length], [true, "access-token-of-ABCDEFG01", 3]);
    assert.ok(lines.some((line) => /is good for another 17\d s/.test(line)), lines.join("\n"));
    // It does not ask the server again for some time.
    assert.equal((await app.acquireTokenSilent({ scopes: ["User.Read"], account })).fromCache, true);
    assert.equal(refreshes().length, 3);
  });

  test("that was refused for a limited time is refused without a request, with everything that the server sent", async () => {
    const { app, account, entra, refreshes } = await signedIn();
    entra.disturb("refresh", "interaction_required");
    const request = { scopes: ["Mail.Read"], account };
    const [first, second] = [await failureOf(app.acquireTokenSilent(request)), await failureOf(app.acquireTokenSilent(request))];
    for (const field of ["name", "errorCode", "errorDescription", "traceId", "claims", "status", "hint"]) assert.deepEqual(second[field], first[field], field);
    assert.match(second.errorMessage, /Not asked again for another/);
    assert.equal(refreshes().length, 1);
  });
});

describe("calls at the same time", { concurrency: true }, () => {
  test("that are equal share one refresh, each with its own signal", async () => {
    const { app, account, refreshes } = await signedIn({ settings: { latency: 200 } });
    const controller = new AbortController();
    const request = { scopes: ["Mail.Read"], account };
    const calls = [app.acquireTokenSilent(request), app.acquireTokenSilent({ ...request, signal: controller.signal }), app.acquireTokenSilent(request)];
    setTimeout(() => controller.abort("enough"), 50);
    const [one, gone, other] = await Promise.allSettled(calls);
    assert.deepEqual([one.value.accessToken, gone.reason, refreshes().length], [other.value.accessToken, "enough", 1]);
  });

  test("for different scopes renew one after the other, so that no refresh token is used twice", async () => {
    const { app, account, refreshes } = await signedIn({ settings: { rotation: true, latency: 50 } });
    const scopes = ["Mail.Read", "Files.Read", "Calendars.Read", "Tasks.Read"];
    const results = await Promise.all(scopes.map((scope) => app.acquireTokenSilent({ scopes: [scope], account })));
    assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 4);
    assert.equal(new Set(refreshes().map(({ form }) => form.refresh_token)).size, 4);
    assert.equal((await app.acquireTokenSilent({ scopes: ["Notes.Read"], account })).fromCache, false, "nobody is signed out");
  });

  test("of two applications over one plugin do the same", async () => {
    const stored = storage({ delay: 10 });
    const { app, account, entra, refreshes } = await signedIn({ stored, settings: { rotation: true, latency: 50 } });
    const apps = [app, appOn(stored, entra), appOn(stored, entra)];
    const results = await Promise.all(apps.map((one) => one.acquireTokenSilent({ scopes: ["Mail.Read"], account })));
    assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 1, "the first one's, found by the others");
    assert.equal(refreshes().length, 1);
  });

  test("never see an emptied cache, even if the plugin is slow", async () => {
    const stored = storage({ delay: 20 });
    const { app, accounts } = await signedIn({ stored, people: [ada, bob] });
    const scopes = ["User.Read", "Mail.Read", "Files.Read"];
    const calls = accounts.flatMap((account) => scopes.map((scope) => app.acquireTokenSilent({ scopes: [scope], account })));
    const lists = [app.getAllAccounts(), app.getAllAccounts()];
    assert.deepEqual((await Promise.all(calls)).map(({ account }) => account.name).sort(), ["Ada Lovelace", "Ada Lovelace", "Ada Lovelace", "Bob", "Bob", "Bob"]);
    for (const list of await Promise.all(lists)) assert.equal(list.length, 2);
    assert.equal(refreshTokens(stored.text).length, 2);
  });
});

describe("in the background", { concurrency: true }, () => {
  test("a token that is due is returned at once and renewed; waitUntil gets the work", async () => {
    const { app, account, refreshes } = await signedIn({ settings: { accessTokenLifetime: 10_000, refreshIn: 1, latency: 300 } });
    await sleep(1000);
    const work = [];
    let isRenewed = false;
    const waitUntil = (promise) => work.push(promise.then(() => (isRenewed = true)));
    const result = await app.acquireTokenSilent({ scopes: ["User.Read"], account, waitUntil });
    assert.deepEqual([result.fromCache, result.accessToken, isRenewed], [true, "access-token-of-ABCDEFG01", false], "it did not wait");
    assert.ok(!("isDue" in result));
    await Promise.all(work);
    assert.deepEqual([work.length, refreshes().length], [1, 1]);
    assert.equal((await app.acquireTokenSilent({ scopes: ["User.Read"], account })).accessToken, "access-token-of-ABCDEFG01-2");
  });

  test("one renewal runs at a time, and a failed one is no unhandled rejection", async () => {
    const { app, account, entra, refreshes } = await signedIn({ settings: { accessTokenLifetime: 10_000, refreshIn: 1, latency: 100 } });
    await sleep(1000);
    entra.disturb("refresh", "interaction_required");
    const calls = Array.from({ length: 5 }, () => app.acquireTokenSilent({ scopes: ["User.Read"], account }));
    for (const { fromCache } of await Promise.all(calls)) assert.equal(fromCache, true);
    await sleep(400);
    assert.equal(refreshes().length, 1);
    assert.equal((await app.acquireTokenSilent({ scopes: ["User.Read"], account })).fromCache, true, "the good one is still handed out");
  });

  test("a refresh continues when its caller aborts, and its tokens are stored", async () => {
    const stored = storage();
    const { app, account, refreshes } = await signedIn({ stored, settings: { rotation: true, latency: 200 } });
    const call = app.acquireTokenSilent({ scopes: ["Mail.Read"], account, signal: AbortSignal.timeout(80) });
    assert.equal((await failureOf(call)).name, "TimeoutError");
    await sleep(400);
    assert.deepEqual([refreshTokens(stored.text), refreshes().length], [["refresh-token-of-ABCDEFG01-2"], 1]);
    assert.equal((await app.acquireTokenSilent({ scopes: ["Mail.Read"], account })).fromCache, true);
  });

  test("a call that is already aborted does nothing", async () => {
    const { app, account, refreshes } = await signedIn();
    const error = await failureOf(app.acquireTokenSilent({ scopes: ["Mail.Read"], account, signal: AbortSignal.abort("no") }));
    assert.deepEqual([error, refreshes().length], ["no", 0]);
  });
});

describe("a store", { concurrency: true }, () => {
  test("has the new tokens before the promise resolves", async () => {
    const stored = storage({ delay: 30 });
    const { app, account } = await signedIn({ stored });
    await app.acquireTokenSilent({ scopes: ["Mail.Read"], account });
    assert.deepEqual(refreshTokens(stored.text), ["refresh-token-of-ABCDEFG01-2"]);
  });

  test("is not written when a valid token is looked up", async () => {
    const stored = storage();
    const { app, account } = await signedIn({ stored });
    const { stores } = stored;
    await app.acquireTokenSilent({ scopes: ["User.Read"], account });
    assert.equal(stored.stores, stores);
  });

  test("loses a bad refresh token for good, and no other", async () => {
    const stored = storage();
    const { app, accounts, entra } = await signedIn({ stored, people: [ada, bob] });
    entra.disturb("refresh", "bad_token");
    const error = await failureOf(app.acquireTokenSilent({ scopes: ["Mail.Read"], account: accounts[0] }));
    assert.ok(error instanceof InteractionRequiredAuthError);
    assert.deepEqual([error.subError, refreshTokens(stored.text)], ["bad_token", ["refresh-token-of-ABCDEFG02"]]);
    const other = appOn(stored, entra);
    assert.equal((await failureOf(other.acquireTokenSilent({ scopes: ["Mail.Read"], account: accounts[0] }))).errorCode, "no_tokens_found");
    assert.equal((await other.acquireTokenSilent({ scopes: ["Mail.Read"], account: accounts[1] })).fromCache, false);
  });

  test("that cannot be written: the error says so, and the next call stores the rotated token", async () => {
    const stored = storage();
    const { app, account } = await signedIn({ stored, settings: { rotation: true } });
    stored.trouble.after = () => Promise.reject(new Error("disk full"));
    const error = await failureOf(app.acquireTokenSilent({ scopes: ["Mail.Read"], account }));
    assert.deepEqual([error.errorCode, error.cause.message], ["cache_plugin_error", "disk full"]);
    assert.deepEqual(refreshTokens(stored.text), ["refresh-token-of-ABCDEFG01"]);
    stored.trouble = {};
    await app.getAllAccounts();
    assert.deepEqual(refreshTokens(stored.text), ["refresh-token-of-ABCDEFG01-2"]);
  });

  test("without a lock, in which another process has renewed meanwhile: its new refresh token is tried once", async () => {
    const stored = storage();
    const { account, entra, refreshes } = await signedIn({ stored, settings: { rotation: true } });
    const other = appOn({ plugin: { ...stored.plugin } }, entra);
    let late = true;
    // Between the lookup of this application and its request the other one renews. The server answers that the token is spent.
    const fetch = async (url, init) => {
      if (!late) return entra.fetch(url, init);
      late = false;
      await other.acquireTokenSilent({ scopes: ["Files.Read"], account });
      return Response.json({ error: "invalid_grant", error_description: "The refresh token was used before." }, { status: 400 });
    };
    const result = await appOn(stored, entra, { system: { fetch } }).acquireTokenSilent({ scopes: ["Mail.Read"], account });
    assert.equal(result.accessToken, "access-token-of-ABCDEFG01-3");
    assert.deepEqual(refreshes().map(({ form }) => form.refresh_token), ["refresh-token-of-ABCDEFG01", "refresh-token-of-ABCDEFG01-2"]);
    assert.deepEqual(refreshTokens(stored.text), ["refresh-token-of-ABCDEFG01-3"]);
  });

  test("that can lock is locked for a whole refresh and, inside it, for each change", async () => {
    const stored = storage({ lock: true });
    const { app, account } = await signedIn({ stored });
    stored.held.length = 0;
    await app.acquireTokenSilent({ scopes: ["Mail.Read"], account });
    const [lock] = stored.held;
    assert.match(lock, /^refresh-[0-9a-f]{8}$/);
    assert.deepEqual(stored.held, [lock, "store", "store free", `${lock} free`]);
    stored.held.length = 0;
    await app.acquireTokenSilent({ scopes: ["Mail.Read"], account });
    await app.getAllAccounts();
    assert.deepEqual(stored.held, [], "reading needs no lock");
  });

  test("whose lock fails does not keep tokens from memory", async () => {
    const stored = storage({ lock: true });
    const { app, account } = await signedIn({ stored });
    const { exclusively } = stored.plugin;
    stored.plugin.exclusively = (name, work) => (name === "store" ? Promise.reject(new Error("no lock")) : work());
    const error = await failureOf(app.acquireTokenSilent({ scopes: ["Mail.Read"], account }));
    assert.deepEqual([error.errorCode, error.cause.message], ["cache_plugin_error", "no lock"]);
    assert.match(error.message, /exclusively/);
    stored.plugin.exclusively = exclusively;
    await app.getAllAccounts();
    assert.deepEqual(refreshTokens(stored.text), ["refresh-token-of-ABCDEFG01-2"]);
  });

  test("a person who is signed out during the request stays signed out", async () => {
    const stored = storage();
    const { app, account } = await signedIn({ stored, settings: { latency: 200 } });
    const call = app.acquireTokenSilent({ scopes: ["Mail.Read"], account });
    await sleep(80);
    await app.signOut({ account });
    assert.equal((await call).account.name, ada.name, "the caller has what it asked for");
    assert.deepEqual([refreshTokens(stored.text), await app.getAllAccounts()], [[], []]);
  });
});

describe("signing out with revoke", { concurrency: true }, () => {
  const issuer = "https://id.example";
  const atIssuer = (more) => signedIn({ settings: { issuers: [{ issuer }] }, ...more, auth: { clientId: CLIENT, authority: issuer } });

  test("asks the provider to revoke, and removes the tokens here", async () => {
    const { app, account, entra } = await atIssuer();
    await app.signOut({ account, revoke: true });
    assert.deepEqual(entra.revoked.map(({ hint, client }) => [hint, client]), [["refresh_token", CLIENT]]);
    assert.deepEqual(await app.getAllAccounts(), []);
  });

  test("removes the tokens here even if the provider cannot be asked, and then rejects", async () => {
    const { app, account, entra } = await atIssuer();
    entra.disturb("revocation", "unavailable", "unavailable", "unavailable");
    const error = await failureOf(app.signOut({ account, revoke: true }));
    assert.ok(error instanceof ServerError);
    assert.deepEqual([error.errorCode, error.retryable, await app.getAllAccounts()], ["server_unavailable", true, []]);
  });

  test("takes an issuer that is empty or null for none: the tokens are revoked and removed", async () => {
    await Promise.all(["", null].flatMap((none) => [true, false].map(async (revoke) => {
      const { app, account, entra } = await atIssuer();
      await app.signOut({ account: { ...account, issuer: none }, revoke });
      assert.deepEqual([entra.revoked.length, await app.getAllAccounts()], [revoke ? 1 : 0, []], JSON.stringify([none, revoke]));
    })));
  });

  test("removes the tokens here even if the provider cannot be asked for a field that is wrong, and then rejects", async () => {
    const { app, account, entra } = await atIssuer();
    const sent = entra.requests.length;
    const error = await failureOf(app.signOut({ account: { ...account, tenantId: 7 }, revoke: true }));
    assert.deepEqual([error.errorCode, entra.requests.length, await app.getAllAccounts()], ["invalid_argument", sent, []]);
  });

  test("removes the tokens here even if the lock of the renewal cannot be had, and then rejects", async () => {
    const stored = storage();
    const { app, account, entra } = await atIssuer({ stored });
    stored.plugin.exclusively = async (name, work) => {
      if (name !== "store") throw new Error("no lock");
      return work();
    };
    const error = await failureOf(app.signOut({ account, revoke: true }));
    assert.deepEqual([error.errorCode, error.cause.message, entra.revoked.length], ["cache_plugin_error", "no lock", 0]);
    assert.deepEqual([refreshTokens(stored.text), await app.getAllAccounts()], [[], []]);
  });

  test("sends Entra nothing, which has no such endpoint", async () => {
    const { app, account, entra } = await signedIn();
    const sent = entra.requests.length;
    await app.signOut({ account, revoke: true });
    assert.deepEqual([entra.requests.length, await app.getAllAccounts()], [sent, []]);
  });
});
