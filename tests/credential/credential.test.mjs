// What a DeviceCodeCredential does with one person, one store and many calls. Beside @azure/identity's: identity.test.mjs;
// under Azure's clients: clients.test.mjs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PublicClientApplication } from "@azure/msal-node";
import { ada, CLIENT, DOMAIN, standIn, TENANT } from "../support/entra.mjs";
import { asked, end, GRAPH, main, MANAGEMENT, ours, played } from "./libraries.mjs";

const OTHER_TENANT = "99990000-1111-2222-3333-444455556666";
const NBF = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}';

const grants = (entra) => asked(entra).map(({ endpoint, grant }) => grant ?? endpoint);
const later = (milliseconds) => new Promise((next) => setTimeout(next, milliseconds));

/** A store of one text, as an ICachePlugin. */
function stored(store = { text: "" }) {
  const plugin = {
    async beforeCacheAccess({ tokenCache }) {
      await later(5);
      tokenCache.deserialize(store.text);
    },
    async afterCacheAccess({ cacheHasChanged, tokenCache }) {
      await later(5);
      if (cacheHasChanged) store.text = tokenCache.serialize();
    },
  };
  return { store, plugin, sections: () => JSON.parse(store.text) };
}

/** It names these, and no field of the main entry's that a credential has not. */
function saysOnly({ message, errorMessage, hint, stack }, named, advised) {
  assert.ok(message.includes(named) && errorMessage.includes(named) && hint.includes(advised), `${message}\n${hint}`);
  assert.ok(stack.includes(message), stack);
  const said = [message, errorMessage, hint, stack.split("\n")[0]].join("\n");
  assert.doesNotMatch(said, /(^|[^.\w])(auth|cache|system|request)\.[a-z]/);
  return true;
}

/** What of an AbortSignal Azure's contract promises, and nothing else. */
function signalLike() {
  const listeners = new Set();
  const signal = {
    aborted: false,
    addEventListener: (type, listener) => void listeners.add(listener),
    removeEventListener: (type, listener) => void listeners.delete(listener),
  };
  const abort = () => {
    signal.aborted = true;
    for (const listener of listeners) listener({ type: "abort" });
  };
  return { signal, abort, listeners };
}

describe("one person", { concurrency: 4 }, () => {
  test("is asked once: the second token comes from the cache, the third by the refresh token", async () => {
    const { credential, entra, prompts } = played("ours");
    const first = await credential.getToken(GRAPH);
    assert.equal((await credential.getToken([GRAPH])).token, first.token);
    assert.deepEqual(grants(entra), ["devicecode", "device_code"]);
    const other = await credential.getToken(MANAGEMENT);
    assert.notEqual(other.token, first.token);
    assert.deepEqual(grants(entra), ["devicecode", "device_code", "refresh_token"]);
    assert.equal(prompts.length, 1);
  });

  test("is shown one code by calls at the same time, whatever they ask for", async () => {
    const { credential, entra, prompts } = played("ours");
    const calls = [GRAPH, [GRAPH], MANAGEMENT, "https://vault.azure.net/.default"].map((scopes) => credential.getToken(scopes));
    const tokens = await Promise.all([...calls, credential.getToken(GRAPH, { enableCae: true }), credential.authenticate(GRAPH)]);
    assert.equal(prompts.length, 1);
    assert.deepEqual(tokens[0], tokens[1]);
    assert.equal(new Set(tokens.slice(1, 5).map(({ token }) => token)).size, 4);
    assert.equal(grants(entra).filter((grant) => grant === "device_code").length, 1);
  });

  test("is not asked by a call that looked into the store just before another call's sign-in was stored there", async () => {
    const { plugin } = stored();
    let slow;
    const cachePlugin = {
      ...plugin,
      async beforeCacheAccess(context) {
        const wait = slow;
        slow = undefined;
        await plugin.beforeCacheAccess(context);
        await wait;
      },
    };
    const { credential, entra, prompts } = played("ours", { options: { cachePlugin }, shown() {} });
    const first = credential.getToken(GRAPH);
    while (!prompts.length) await later(5);
    let go;
    slow = new Promise((resolve) => (go = resolve));
    const second = credential.getToken(GRAPH, { enableCae: true });
    entra.approve(prompts[0].userCode);
    await first;
    go();
    await Promise.race([second, later(2000)]);
    assert.equal(prompts.length, 1);
    assert.ok((await second).token);
  });

  test("who declined is not asked again by the calls that waited with it", async () => {
    const { credential, prompts } = played("ours", { shown: (entra, { userCode }) => entra.decline(userCode) });
    const ends = await Promise.all([end(credential.getToken(GRAPH)), end(credential.getToken(MANAGEMENT))]);
    assert.deepEqual(ends.map(({ error }) => error.name), ["AuthenticationRequiredError", "AuthenticationRequiredError"]);
    // Each says what it was itself about.
    assert.deepEqual(ends.map(({ error }) => error.scopes), [[GRAPH], [MANAGEMENT]]);
    assert.equal(prompts.length, 1);
  });

  test("a mistake in one call is not the others'", async () => {
    const { credential, prompts } = played("ours");
    const ends = await Promise.all([end(credential.getToken([GRAPH, MANAGEMENT])), end(credential.getToken(MANAGEMENT))]);
    assert.match(ends[0].error.message, /AADSTS70011/);
    assert.equal(ends[1].value.token, "access-token-of-ABCDEFG01");
    assert.equal(prompts.length, 1);
  });

  test("is asked again when the refresh token is no good any more, and by getToken alone if that is allowed", async () => {
    const { credential, another, entra, prompts } = played("ours");
    await credential.getToken(GRAPH);
    entra.disturb("refresh", "interaction_required");
    await credential.getToken(MANAGEMENT);
    assert.equal(prompts.length, 2);
    const { plugin } = stored();
    const careful = another({ cachePlugin: plugin, disableAutomaticAuthentication: true });
    await careful.authenticate(GRAPH);
    entra.disturb("refresh", "interaction_required");
    const { error } = await end(careful.getToken(MANAGEMENT));
    assert.equal(error.name, "AuthenticationRequiredError");
    assert.equal(error.message, "Automatic authentication has been disabled. You may call the authentication() method.");
    assert.equal(prompts.length, 3);
  });

  test("is not asked because the provider is out of reach, out of order or too busy", async () => {
    for (const [kind, errorCode] of [
      ["reset", "network_error"],
      ["unavailable", "server_unavailable"],
      ["throttled", undefined],
      ["refused", "temporarily_unavailable"],
    ]) {
      const { credential, entra, prompts } = played("ours", { settings: { retryAfter: 600 } });
      await credential.getToken(GRAPH);
      entra.disturb("refresh", ...Array(9).fill(kind));
      const error = await credential.getToken(MANAGEMENT).catch((error) => error);
      assert.equal(error.name, "CredentialUnavailableError", kind);
      assert.equal(error.retryable, true, kind);
      if (errorCode) assert.equal(error.errorCode, errorCode);
      assert.equal(prompts.length, 1);
    }
  });

  test("whom the provider does not name is asked once, too, while the token is good", async () => {
    const issuer = "https://idp.example.com";
    const { another, entra, prompts } = played("ours", { settings: { issuers: [{ issuer, published: { scopes_supported: ["repo", "gist"] } }] } });
    const credential = another({ tenantId: undefined, configuration: { auth: { authority: issuer } } });
    const [first] = await Promise.all([credential.getToken("repo"), credential.getToken("repo")]);
    assert.deepEqual(await credential.getToken("repo"), first);
    assert.equal(prompts.length, 1);
    await credential.getToken("gist");
    assert.equal(prompts.length, 2);
    assert.ok(entra.requests.every(({ url }) => url.startsWith(issuer)));
  });
});

describe("aborts", { concurrency: 4 }, () => {
  test("one call's ends that call and no other; the sign-in goes on", async () => {
    const { credential, entra, prompts } = played("ours", { shown() {} });
    const { signal, abort, listeners } = signalLike();
    const [gone, same, other] = [credential.getToken(GRAPH, { abortSignal: signal }), credential.getToken(GRAPH), credential.getToken(MANAGEMENT)];
    while (!prompts.length) await later(5);
    abort();
    await assert.rejects(gone, { name: "AbortError", message: "The authentication has been aborted by the caller." });
    entra.approve(prompts[0].userCode);
    assert.ok((await same).token && (await other).token);
    assert.equal(prompts.length, 1);
    assert.equal(listeners.size, 0);
  });

  test("of everybody end the sign-in: no request follows, and the next call shows a new code", async () => {
    const { credential, entra, prompts } = played("ours", { shown() {} });
    const controllers = [new AbortController(), new AbortController()];
    const calls = controllers.map(({ signal }) => end(credential.getToken(GRAPH, { abortSignal: signal })));
    while (!prompts.length) await later(5);
    const why = new Error("the window was closed");
    for (const controller of controllers) controller.abort(why);
    assert.deepEqual((await Promise.all(calls)).map(({ error }) => error.name), ["AbortError", "AbortError"]);
    const sent = entra.requests.length;
    await later(1500);
    assert.equal(entra.requests.length, sent);
    const next = credential.getToken(GRAPH);
    while (prompts.length < 2) await later(5);
    entra.approve(prompts[1].userCode);
    assert.equal((await next).token, "access-token-of-ABCDEFG02");
  });

  test("one while a refresh is under way ends the call; nobody is asked, and the refresh goes on and is kept", async () => {
    const { another, entra, prompts } = played("ours");
    let answer;
    const answered = new Promise((resolve) => (answer = resolve));
    const slow = async (url, init) => {
      if (String(init.body).includes("refresh_token")) await answered;
      return entra.fetch(url, init);
    };
    const patient = another({ fetch: slow });
    await patient.getToken(GRAPH);
    await assert.rejects(patient.getToken(MANAGEMENT, { abortSignal: AbortSignal.timeout(100) }), { name: "AbortError" });
    answer();
    await later(300);
    assert.equal((await patient.getToken(MANAGEMENT)).token, "access-token-of-ABCDEFG01-2");
    assert.equal(prompts.length, 1);
  });

  test("the reason is the cause", async () => {
    const { credential } = played("ours", { shown() {} });
    const why = new Error("the window was closed");
    const error = await credential.getToken(GRAPH, { abortSignal: AbortSignal.abort(why) }).catch((error) => error);
    assert.equal(error.cause, why);
  });

  test("a signal that does not abort is let go of", async () => {
    const { credential } = played("ours");
    const { signal, listeners } = signalLike();
    await credential.getToken(GRAPH, { abortSignal: signal });
    await credential.getToken(GRAPH, { abortSignal: signal });
    assert.equal(listeners.size, 0);
  });
});

describe("Continuous Access Evaluation", { concurrency: 4 }, () => {
  test("one sign-in serves both kinds of tokens, which are kept apart in memory", async () => {
    const { credential, entra, prompts } = played("ours");
    const plain = await credential.getToken(GRAPH);
    const cae = await credential.getToken(GRAPH, { enableCae: true });
    assert.notEqual(cae.token, plain.token);
    assert.equal((await credential.getToken(GRAPH, { enableCae: true })).token, cae.token);
    assert.equal((await credential.getToken(GRAPH)).token, plain.token);
    assert.equal(prompts.length, 1);
    const requests = asked(entra);
    assert.deepEqual(requests.map(({ accessTokenClaims }) => accessTokenClaims?.xms_cc?.values), [undefined, undefined, ["cp1"]]);
  });

  test("msal-node uses the same store and leaves those tokens there", async () => {
    const { plugin, sections, store } = stored();
    const { another, entra, prompts } = played("ours");
    const first = another({ cachePlugin: plugin });
    const [plain, cae] = [await first.getToken(GRAPH), await first.getToken(GRAPH, { enableCae: true })];
    const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
    const msal = new PublicClientApplication({ auth, cache: { cachePlugin: stored(store).plugin }, system: { networkClient: entra.networkClient } });
    const [account] = await msal.getAllAccounts();
    assert.equal((await msal.acquireTokenSilent({ account, scopes: [GRAPH] })).accessToken, plain.token);
    const other = await msal.acquireTokenSilent({ account, scopes: [MANAGEMENT] });
    assert.deepEqual(Object.values(sections().AccessTokenCae).map(({ secret }) => secret), [cae.token]);
    const second = another({ cachePlugin: stored(store).plugin });
    assert.equal((await second.getToken(GRAPH, { enableCae: true })).token, cae.token);
    assert.equal((await second.getToken(MANAGEMENT)).token, other.accessToken);
    assert.equal(prompts.length, 1);
  });

  test("and in a store, where the two kinds stand apart", async () => {
    const { plugin, sections, store } = stored();
    const { another, prompts } = played("ours");
    const first = another({ cachePlugin: plugin });
    const [plain, cae] = [await first.getToken(GRAPH), await first.getToken(GRAPH, { enableCae: true })];
    const secrets = (section) => Object.values(section).map(({ secret }) => secret);
    assert.deepEqual(secrets(sections().AccessToken), [plain.token]);
    assert.deepEqual(secrets(sections().AccessTokenCae), [cae.token]);
    assert.equal(Object.keys(sections().RefreshToken).length, 1);
    const second = another({ cachePlugin: stored(store).plugin });
    assert.equal((await second.getToken(GRAPH, { enableCae: true })).token, cae.token);
    assert.equal((await second.getToken(GRAPH)).token, plain.token);
    assert.equal(prompts.length, 1);
  });

  test("whom another program has signed out of the store has no such tokens either", async () => {
    const { plugin, sections } = stored();
    const { another, entra, prompts } = played("ours");
    await another({ cachePlugin: plugin }).getToken(GRAPH, { enableCae: true });
    const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
    const app = new main.PublicClientApplication({ auth, cache: { cachePlugin: plugin }, system: { fetch: entra.fetch } });
    for (const account of await app.getAllAccounts()) await app.signOut({ account });
    await another({ cachePlugin: plugin }).getToken(MANAGEMENT, { enableCae: true });
    assert.equal(prompts.length, 2);
    assert.equal(Object.keys(sections().AccessTokenCae).length, 1);
  });

  test("claims of a challenge bring a new token, which later calls get from the cache", async () => {
    const { credential, entra, prompts } = played("ours");
    const first = await credential.getToken(GRAPH, { enableCae: true });
    const second = await credential.getToken(GRAPH, { enableCae: true, claims: NBF });
    assert.notEqual(second.token, first.token);
    assert.deepEqual(asked(entra).at(-1).accessTokenClaims, { ...JSON.parse(NBF).access_token, xms_cc: { values: ["cp1"] } });
    assert.equal((await credential.getToken(GRAPH, { enableCae: true })).token, second.token);
    assert.deepEqual(grants(entra), ["devicecode", "device_code", "refresh_token"]);
    assert.equal(prompts.length, 1);
  });

  test("many calls of both kinds at once over a slow store lose nothing", async () => {
    const { plugin, sections } = stored();
    const { another, prompts } = played("ours", { settings: { rotation: true } });
    const credential = another({ cachePlugin: plugin });
    await credential.getToken("User.Read");
    const scopes = ["a", "b", "c", "d"].map((name) => `https://${name}.example/.default`);
    const tokens = await Promise.all(scopes.flatMap((scope) => [credential.getToken(scope), credential.getToken(scope, { enableCae: true })]));
    assert.equal(new Set(tokens.map(({ token }) => token)).size, 8);
    assert.equal(Object.keys(sections().AccessToken).length, 5);
    assert.equal(Object.keys(sections().AccessTokenCae).length, 4);
    assert.equal(prompts.length, 1);
  });
});

describe("whose tokens", { concurrency: 4 }, () => {
  const wife = { ...ada, oid: "11111111-0000-0000-0000-000000000001", uid: "11111111-0000-0000-0000-000000000001", sub: "pairwise-of-bea", preferred_username: "bea@contoso.com", name: "Bea" };

  /** A store in which several people have signed in, and their records. */
  async function household(people) {
    const { plugin } = stored();
    const { another, entra, prompts } = played("ours");
    const records = [];
    for (const person of people) {
      const userPromptCallback = ({ userCode }) => entra.approve(userCode, { person });
      const authenticationRecord = { homeAccountId: "nobody", authority: "login.windows.net", tenantId: TENANT, username: "", clientId: CLIENT };
      records.push(await another({ cachePlugin: plugin, userPromptCallback, authenticationRecord }).authenticate("User.Read"));
    }
    return { records, entra, prompts, another: (options) => another({ cachePlugin: plugin, disableAutomaticAuthentication: true, ...options }) };
  }

  test("the only person of a store needs no record", async () => {
    const { another, records } = await household([ada]);
    assert.equal((await another().getToken("User.Read")).token, "access-token-of-ABCDEFG01");
    assert.deepEqual(await another().authenticate("User.Read"), records[0]);
  });

  test("of several the record says whose", async () => {
    const { another, records } = await household([ada, wife]);
    for (const [index, authenticationRecord] of records.entries()) {
      assert.equal((await another({ authenticationRecord }).getToken("User.Read")).token, `access-token-of-ABCDEFG0${index + 1}`);
    }
  });

  test("of several without a record nobody's are taken: the person is asked", async () => {
    const { another } = await household([ada, wife]);
    assert.equal((await end(another().getToken("User.Read"))).error.name, "AuthenticationRequiredError");
  });

  test("a record of somebody who is not in the store is nobody's token", async () => {
    const { another, records } = await household([ada]);
    const authenticationRecord = { ...records[0], homeAccountId: `11111111-0000-0000-0000-000000000009.${TENANT}` };
    const error = await another({ authenticationRecord }).getToken("User.Read").catch((error) => error);
    assert.equal(error.name, "AuthenticationRequiredError");
    assert.equal(error.errorCode, "no_tokens_found");
    assert.match(error.hint, /authenticate\(\)/);
  });

  test("whoever signed in last is who the next call is for, whatever else the store has", async () => {
    const { another, entra } = await household([ada]);
    const userPromptCallback = ({ userCode }) => entra.approve(userCode, { person: wife });
    const authenticationRecord = { homeAccountId: "nobody", authority: "login.windows.net", tenantId: TENANT, username: "", clientId: CLIENT };
    const credential = another({ authenticationRecord, userPromptCallback });
    await credential.authenticate("User.Read");
    assert.equal((await credential.getToken("User.Read")).token, "access-token-of-ABCDEFG02");
  });

  test("a tenant may be written in any letters", async () => {
    const { another, entra } = played("ours", { settings: { tenants: [TENANT, OTHER_TENANT] } });
    const credential = another({ tenantId: TENANT.toUpperCase(), additionallyAllowedTenants: ["AAAA-NOBODYS"] });
    const own = await credential.getToken(GRAPH, { tenantId: TENANT });
    assert.equal((await credential.getToken(GRAPH)).token, own.token);
    assert.equal(asked(entra).length, 2);
    assert.match((await end(credential.getToken(GRAPH, { tenantId: "aaaa-nobodys" }))).error.message, /AADSTS90002/);
  });

  test("a tenant may be called by its domain: what the cache has of another tenant is not taken for it", async () => {
    const { another, entra, prompts } = played("ours", { settings: { tenants: [TENANT, "common", DOMAIN] } });
    const credential = another({ tenantId: undefined, additionallyAllowedTenants: ["*"] });
    const first = await credential.getToken(GRAPH);
    const second = await credential.getToken(GRAPH, { tenantId: DOMAIN });
    assert.equal(asked(entra).at(-1).url, `https://login.microsoftonline.com/${DOMAIN}/oauth2/v2.0/token`);
    assert.notEqual(second.token, first.token);
    // From then on it is known which tenant that is.
    assert.equal((await credential.getToken(GRAPH, { tenantId: DOMAIN })).token, second.token);
    assert.equal((await credential.getToken(GRAPH, { tenantId: TENANT })).token, second.token);
    assert.equal(asked(entra).length, 3);
    assert.equal(prompts.length, 1);
  });

  test("a call for a tenant that is listed gets a token of that tenant, silently, and the next one its own again", async () => {
    const settings = { tenants: [TENANT, "common", OTHER_TENANT] };
    const person = { ...ada, elsewhere: { [OTHER_TENANT]: { oid: "22222222-0000-0000-0000-000000000001", sub: "pairwise-of-ada-as-guest" } } };
    for (const tenantId of [TENANT, undefined]) {
      const options = { tenantId, additionallyAllowedTenants: [OTHER_TENANT] };
      const { credential, entra, prompts } = played("ours", { settings, options, shown: (entra, { userCode }) => entra.approve(userCode, { person }) });
      const home = await credential.getToken(GRAPH);
      const guest = await credential.getToken(GRAPH, { tenantId: OTHER_TENANT });
      assert.notEqual(guest.token, home.token);
      assert.equal(asked(entra).at(-1).url, `https://login.microsoftonline.com/${OTHER_TENANT}/oauth2/v2.0/token`);
      assert.equal((await credential.getToken(GRAPH)).token, home.token);
      assert.equal((await credential.getToken(GRAPH, { tenantId: OTHER_TENANT })).token, guest.token);
      assert.equal(prompts.length, 1);
    }
  });
});

describe("options", { concurrency: 4 }, () => {
  test("a token that is due is handed out at once, and its renewal to waitUntil", async () => {
    const work = [];
    const { credential } = played("ours", { settings: { refreshIn: 1 }, options: { waitUntil: (promise) => work.push(promise) } });
    const first = await credential.getToken(GRAPH);
    assert.ok(first.refreshAfterTimestamp < first.expiresOnTimestamp);
    await later(1500);
    assert.equal((await credential.getToken(GRAPH)).token, first.token);
    assert.equal(work.length, 1);
    await work[0];
    assert.equal((await credential.getToken(GRAPH)).token, "access-token-of-ABCDEFG01-2");
  });

  test("an application of the caller's is used as it is", async () => {
    const entra = standIn({ interval: 1 });
    const app = new main.PublicClientApplication({
      auth: { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` },
      system: { fetch: entra.fetch },
    });
    await app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback: ({ userCode }) => entra.approve(userCode) });
    const credential = new ours.DeviceCodeCredential({ app, disableAutomaticAuthentication: true });
    assert.equal((await credential.getToken("User.Read")).token, "access-token-of-ABCDEFG01");
    assert.equal((await credential.authenticate("User.Read")).clientId, CLIENT);
    assert.throws(() => new ours.DeviceCodeCredential({ app, clientId: CLIENT }), { errorCode: "unsupported_option", message: /options\.clientId/ });
    assert.throws(() => new ours.DeviceCodeCredential({ app: {} }), { errorCode: "invalid_argument", message: /options\.app/ });
  });

  test("an application of the caller's goes where a call says, within what is allowed", async () => {
    const person = { ...ada, elsewhere: { [OTHER_TENANT]: { oid: "22222222-0000-0000-0000-000000000001", sub: "pairwise-of-ada-as-guest" } } };
    for (const auth of [
      { authority: `https://login.microsoftonline.us/${TENANT}` },
      { azureCloudOptions: { azureCloudInstance: "https://login.microsoftonline.us", tenant: TENANT } },
    ]) {
      const entra = standIn({ interval: 1, tenants: [TENANT, OTHER_TENANT] });
      const app = new main.PublicClientApplication({ auth: { clientId: CLIENT, ...auth }, system: { fetch: entra.fetch } });
      await app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback: ({ userCode }) => entra.approve(userCode, { person }) });
      const credential = new ours.DeviceCodeCredential({ app, tenantId: TENANT, additionallyAllowedTenants: [OTHER_TENANT], disableAutomaticAuthentication: true });
      assert.equal((await credential.getToken("User.Read")).token, "access-token-of-ABCDEFG01");
      await credential.getToken("User.Read", { tenantId: OTHER_TENANT });
      assert.equal(asked(entra).at(-1).url, `https://login.microsoftonline.us/${OTHER_TENANT}/oauth2/v2.0/token`);
      await assert.rejects(credential.getToken("User.Read", { tenantId: "somebody-elses" }), { name: "CredentialUnavailableError", hint: /additionallyAllowedTenants/ });
    }
  });

  test("what the configuration says holds, and an option beside it comes first", async () => {
    const { another, entra } = played("ours", { settings: { clients: [CLIENT, "another-client"] } });
    const configuration = { auth: { clientId: "another-client", authority: "https://login.microsoftonline.us/common" } };
    await another({ configuration, clientId: undefined, tenantId: undefined }).getToken(GRAPH);
    await another({ configuration }).getToken(GRAPH);
    const codes = asked(entra).filter(({ endpoint }) => endpoint === "devicecode");
    assert.deepEqual(codes.map(({ client, url }) => [client, url]), [
      ["another-client", "https://login.microsoftonline.us/common/oauth2/v2.0/devicecode"],
      [CLIENT, `https://login.microsoftonline.us/${TENANT}/oauth2/v2.0/devicecode`],
    ]);
  });

  test("an issuer that is not Microsoft's has no tenants to go to", async () => {
    const issuer = "https://idp.example.com";
    const { another, entra } = played("ours", { settings: { issuers: [{ issuer }] } });
    const configuration = { auth: { authority: issuer }, system: { protocolMode: "OIDC" } };
    const token = await another({ configuration, tenantId: undefined }).getToken("openid", { tenantId: OTHER_TENANT });
    assert.ok(token.token);
    assert.ok(entra.requests.every(({ url }) => url.startsWith(issuer)));
  });

  test("disableInstanceDiscovery vouches for a private cloud, which otherwise Entra is asked about", async () => {
    const authorityHost = "https://login.contoso.private";
    const script = async (disableInstanceDiscovery) => {
      const { credential, entra } = played("ours", { settings: { privateClouds: [] }, options: { authorityHost, disableInstanceDiscovery } });
      await end(credential.getToken(GRAPH));
      return entra.requests.map(({ endpoint }) => endpoint);
    };
    assert.equal((await script(false))[0], "instances");
    assert.ok(!(await script(true)).includes("instances"));
  });

  test("mistakes are told by the constructor, and by name", () => {
    for (const [options, code, named] of [
      [{ tenantId: 5 }, "invalid_argument", "options.tenantId"],
      [{ additionallyAllowedTenants: "x" }, "invalid_argument", "options.additionallyAllowedTenants"],
      [{ userPromptCallback: "x" }, "invalid_argument", "options.userPromptCallback"],
      [{ authenticationRecord: {} }, "invalid_argument", "options.authenticationRecord"],
      [{ authenticationRecord: "{}" }, "invalid_argument", "options.authenticationRecord"],
      [{ waitUntil: 1 }, "invalid_argument", "options.waitUntil"],
      [{ configuration: 1 }, "invalid_argument", "options.configuration"],
      [{ cachePlugin: {} }, "invalid_argument", "cachePlugin"],
      [{ fetch: 1 }, "invalid_argument", "fetch"],
      [{ authorityHost: "no address" }, "url_parse_error", "authority"],
      [{ authorityHost: "http://login.microsoftonline.com" }, "authority_uri_insecure", "authority"],
      [{ clientId: " " }, "invalid_client_id", "clientId"],
      [{ configuration: { auth: { azureCloudOptions: { azureCloudInstance: "none" } } } }, "unsupported_option", "azureCloudOptions"],
    ]) {
      assert.throws(() => new ours.DeviceCodeCredential(options), (error) => {
        assert.ok(error instanceof main.AuthError);
        assert.equal(error.errorCode, code);
        assert.ok(error.message.includes(named) && error.hint, error.message);
        return true;
      });
    }
    for (const options of [undefined, null, {}]) assert.ok(new ours.DeviceCodeCredential(options));
  });

  test("mistakes of a call reject, and by name", async () => {
    const { credential, entra } = played("ours");
    for (const [options, named] of [
      [5, "options"],
      [{ abortSignal: {} }, "options.abortSignal"],
      [{ proofOfPossessionOptions: { nonce: "n" } }, "options.proofOfPossessionOptions"],
    ]) {
      await assert.rejects(credential.getToken(GRAPH, options), (error) => error.name === "ClientConfigurationError" && error.message.includes(named));
    }
    await assert.rejects(credential.getToken(5), { errorCode: "invalid_argument" });
    await assert.rejects(credential.getToken(GRAPH, { claims: "no JSON" }), { errorCode: "invalid_claims" });
    assert.deepEqual(entra.requests, []);
  });

  test("mistakes are told by the names of the options that make them, in the message, the hint and on a console", async () => {
    const elsewhere = "https://login.elsewhere.example";
    for (const [options, named, advised = named] of [
      [{ clientId: "" }, "options.clientId"],
      [{ configuration: { auth: { clientId: "" } } }, "options.configuration.auth.clientId"],
      [{ authorityHost: "nowhere" }, "options.authorityHost"],
      [{ authorityHost: "http://login.microsoftonline.com" }, "options.authorityHost", ""],
      [{ configuration: { auth: { authority: "nowhere" } } }, "options.configuration.auth.authority"],
      [{ cachePlugin: {} }, "options.cachePlugin", ""],
      [{ configuration: { cache: { cachePlugin: {} } } }, "options.configuration.cache.cachePlugin", ""],
      [{ loggerOptions: { logLevel: "all" } }, "options.loggerOptions.logLevel", ""],
      [{ fetch: 1 }, "options.fetch", ""],
      [{ configuration: { system: { requestTimeout: -1 } } }, "options.configuration.system.requestTimeout", ""],
    ]) {
      assert.throws(() => new ours.DeviceCodeCredential(options), (error) => saysOnly(error, named, advised));
    }
    const { credential, another } = played("ours");
    const offline = another({ fetch: () => Promise.reject(new TypeError("offline")) });
    const adfs = another({ tenantId: undefined, configuration: { auth: { authority: `${elsewhere}/adfs` } } });
    for (const [call, named, advised] of [
      [() => credential.getToken(), "scopes[0]", ""],
      [() => credential.authenticate([5]), "scopes[0]", ""],
      [() => credential.getToken(GRAPH, { claims: "no JSON" }), "options.claims", ""],
      [() => offline.getToken(GRAPH), "", "options.fetch"],
      [() => adfs.getToken(GRAPH), "options.configuration.auth.knownAuthorities", "options.configuration.system.protocolMode"],
    ]) {
      await assert.rejects(call, (error) => saysOnly(error, named, advised));
    }
    const app = new main.PublicClientApplication({ auth: { clientId: CLIENT, authority: `${elsewhere}/adfs` } });
    await assert.rejects(new ours.DeviceCodeCredential({ app }).getToken(GRAPH), ({ hint }) => / auth\.knownAuthorities/.test(hint));
  });

  test("nothing that a console prints leads to the tokens", async () => {
    const { inspect } = await import("node:util");
    const { credential } = played("ours");
    await credential.getToken(GRAPH);
    assert.equal(inspect(credential, { depth: 9 }), "DeviceCodeCredential {}");
    const refused = await played("ours", { shown: (entra, { userCode }) => entra.decline(userCode) }).credential.getToken(GRAPH).catch((error) => error);
    assert.doesNotMatch(inspect(refused, { depth: 9, showHidden: true }), /device-code-0/);
  });

  test("the log goes where the options say", async () => {
    const lines = [];
    const loggerOptions = { loggerCallback: (level, line, containsPii) => lines.push([containsPii, line]), logLevel: main.LogLevel.Verbose };
    const { another } = played("ours");
    await another({ loggerOptions }).getToken(GRAPH);
    assert.ok(lines.length && lines.every(([containsPii]) => !containsPii));
    lines.length = 0;
    await another({ loggerOptions, loggingOptions: { enableUnsafeSupportLogging: true } }).getToken(GRAPH);
    assert.ok(lines.some(([containsPii]) => containsPii));
  });
});

// Alone: the globals are everybody's.
describe("a host of another kind", () => {
  test("without AbortController: who aborts has gone all the same, and the next call shows a new code", async (context) => {
    const { AbortController } = globalThis;
    context.after(() => (globalThis.AbortController = AbortController));
    delete globalThis.AbortController;
    const { credential, entra, prompts } = played("ours", { shown() {} });
    const { signal, abort } = signalLike();
    const gone = credential.getToken(GRAPH, { abortSignal: signal });
    while (!prompts.length) await later(5);
    abort();
    await assert.rejects(gone, { name: "AbortError" });
    const next = credential.getToken(GRAPH);
    while (prompts.length < 2) await later(5);
    for (const { userCode } of prompts) entra.approve(userCode);
    assert.equal((await next).token, "access-token-of-ABCDEFG02");
  });

  test("with a clock that goes on without the sign-in: who left one behind is not waited for when the code's life is over", async (context) => {
    const { credential, entra, prompts } = played("ours", { shown() {} });
    const first = end(credential.getToken(GRAPH));
    while (!prompts.length) await later(5);
    const now = Date.now;
    context.mock.method(Date, "now", () => now() + 16.5 * 60_000);
    const second = credential.getToken(GRAPH);
    while (prompts.length < 2) await later(5);
    entra.approve(prompts[1].userCode);
    assert.equal((await second).token, "access-token-of-ABCDEFG02");
    assert.equal((await first).error.name, "AuthenticationRequiredError");
  });
});
