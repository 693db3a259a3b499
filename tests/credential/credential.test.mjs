// A DeviceCodeCredential with one person, one store and many calls, and its options. Other files: aborts; cae (claims challenges); people
// (several accounts in one store); identity.test.mjs (comparison with @azure/identity); clients.test.mjs (Azure's clients).

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as later } from "node:timers/promises";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { asked, end, GRAPH, grants, main, MANAGEMENT, OTHER_TENANT, ours, played, stored } from "./libraries.mjs";

/** A message names these, and no option of the main entry that a credential does not have. */
function saysOnly({ message, errorMessage, hint, stack }, named, advised) {
  assert.ok(message.includes(named) && errorMessage.includes(named) && hint.includes(advised), `${message}\n${hint}`);
  assert.ok(stack.includes(message), stack);
  const said = [message, errorMessage, hint, stack.split("\n")[0]].join("\n");
  assert.doesNotMatch(said, /(^|[^.\w])(auth|cache|system|request)\.[a-z]/);
  return true;
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

  test("is shown one code by calls at the same time, for any scopes", async () => {
    const { credential, entra, prompts } = played("ours");
    const calls = [GRAPH, [GRAPH], MANAGEMENT, "https://vault.azure.net/.default"].map((scopes) => credential.getToken(scopes));
    const tokens = await Promise.all([...calls, credential.getToken(GRAPH, { enableCae: true }), credential.authenticate(GRAPH)]);
    assert.equal(prompts.length, 1);
    assert.deepEqual(tokens[0], tokens[1]);
    assert.equal(new Set(tokens.slice(1, 5).map(({ token }) => token)).size, 4);
    assert.equal(grants(entra).filter((grant) => grant === "device_code").length, 1);
  });

  test("is not asked by a call that read the store just before another call's sign-in was stored", async () => {
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
    // The tokens arrive with the next poll. They are stored as soon as the second call has read.
    const polls = entra.requests.length;
    while (entra.requests.length === polls) await later(5);
    go();
    await first;
    await Promise.race([second, later(2000)]);
    assert.equal(prompts.length, 1);
    assert.ok((await second).token);
  });

  test("who declined is not asked again by the calls that waited for the same code", async () => {
    const { credential, prompts } = played("ours", { shown: (entra, { userCode }) => entra.decline(userCode) });
    const ends = await Promise.all([end(credential.getToken(GRAPH)), end(credential.getToken(MANAGEMENT))]);
    assert.deepEqual(ends.map(({ error }) => error.name), ["AuthenticationRequiredError", "AuthenticationRequiredError"]);
    // Each error has its own scopes.
    assert.deepEqual(ends.map(({ error }) => error.scopes), [[GRAPH], [MANAGEMENT]]);
    assert.equal(prompts.length, 1);
  });

  test("a mistake in one call does not affect the others", async () => {
    const { credential, prompts } = played("ours");
    const ends = await Promise.all([end(credential.getToken([GRAPH, MANAGEMENT])), end(credential.getToken(MANAGEMENT))]);
    assert.match(ends[0].error.message, /AADSTS70011/);
    assert.equal(ends[1].value.token, "access-token-of-ABCDEFG01");
    assert.equal(prompts.length, 1);
  });

  test("is asked again when the refresh token is no longer valid, and by getToken only if that is allowed", async () => {
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

  test("is not asked if the provider cannot be reached, is down or too busy", async () => {
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

  test("whom the provider does not name is asked once, too, while the token is valid", async () => {
    const issuer = "https://idp.example.com";
    const { another, entra, prompts } = played("ours", { settings: { issuers: [{ issuer, published: { scopes_supported: ["repo", "gist"] } }] } });
    const credential = another({ tenantId: undefined, configuration: { auth: { authority: issuer } } });
    const [first] = await Promise.all([credential.getToken("repo"), credential.getToken("repo")]);
    assert.equal((await credential.getToken("repo")).token, first.token);
    assert.equal(prompts.length, 1);
    await credential.getToken("gist");
    assert.equal(prompts.length, 2);
    assert.ok(entra.requests.every(({ url }) => url.startsWith(issuer)));
  });
});

describe("options", { concurrency: 4 }, () => {
  test("a token that is due is returned at once, and waitUntil gets its renewal", async () => {
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

  test("an application of the caller is used unchanged", async () => {
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

  test("an application of the caller uses the tenant of a call, if it is allowed", async () => {
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

  test("the configuration applies, and an option beside it takes precedence", async () => {
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

  test("an issuer that is not Microsoft's has no tenants", async () => {
    const issuer = "https://idp.example.com";
    const { another, entra } = played("ours", { settings: { issuers: [{ issuer }] } });
    const configuration = { auth: { authority: issuer }, system: { protocolMode: "OIDC" } };
    const token = await another({ configuration, tenantId: undefined }).getToken("openid", { tenantId: OTHER_TENANT });
    assert.ok(token.token);
    assert.ok(entra.requests.every(({ url }) => url.startsWith(issuer)));
  });

  test("disableInstanceDiscovery trusts a private cloud, about which Entra is asked otherwise", async () => {
    const authorityHost = "https://login.contoso.private";
    const script = async (disableInstanceDiscovery) => {
      const { credential, entra } = played("ours", { settings: { privateClouds: [] }, options: { authorityHost, disableInstanceDiscovery } });
      await end(credential.getToken(GRAPH));
      return entra.requests.map(({ endpoint }) => endpoint);
    };
    assert.equal((await script(false))[0], "instances");
    assert.ok(!(await script(true)).includes("instances"));
  });

  test("the constructor reports mistakes, by name", () => {
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

  test("mistakes are reported with the names of the options, in the message, the hint and on a console", async () => {
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

  test("a console cannot print the tokens", async () => {
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
