// The authorities to sign in with: issuers that publish their metadata, and Microsoft Entra ID, whose endpoints are known.

import { equal, failureOf, json, ok, recording } from "../tools.mjs";

const base64url = (value) => btoa(JSON.stringify(value)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export const providers = {
  "an issuer with an OpenID document is found by it": async ({ script }) => {
    const { app, hits, issuer } = await script();
    const result = await (await app.startDeviceCode({ scopes: ["a"] })).wait();
    equal(result.authority, issuer);
    equal((await hits()).map(({ endpoint }) => endpoint), ["openid", "device", "token"]);
  },

  "an issuer of plain OAuth is found by RFC 8414": async ({ script }) => {
    const metadata = { issuer: "{issuer}", device_authorization_endpoint: "{issuer}/device", token_endpoint: "{issuer}/token" };
    const { app, hits } = await script({ openid: { status: 404 }, oauth: { body: metadata } });
    await (await app.startDeviceCode({ scopes: ["a"] })).wait();
    equal((await hits()).map(({ endpoint }) => endpoint), ["openid", "oauth", "device", "token"]);
  },

  "openid, profile and offline_access are requested if the issuer supports them": async ({ script }) => {
    const body = { issuer: "{issuer}", device_authorization_endpoint: "{issuer}/device", token_endpoint: "{issuer}/token", scopes_supported: ["openid", "offline_access"] };
    const { app, hits } = await script({ openid: { body } });
    await app.startDeviceCode({ scopes: ["a"], extraQueryParameters: { audience: "an api" } });
    const [{ body: form, query }] = await hits("device");
    const { scope } = Object.fromEntries(new URLSearchParams(form));
    equal(scope, "a openid offline_access");
    equal(new URLSearchParams(query).get("audience"), "an api");
  },

  "metadata of another issuer is refused": async ({ script, library }) => {
    const body = { issuer: "https://evil.example", device_authorization_endpoint: "{issuer}/device", token_endpoint: "{issuer}/token" };
    const { app, hits } = await script({ openid: { body } });
    const error = await failureOf(app.startDeviceCode({ scopes: ["a"] }));
    ok(error instanceof library.ClientConfigurationError, String(error));
    equal(error.errorCode, "issuer_validation_failed");
    equal((await hits("device")).length, 0, "device authorization requests");
  },

  "an issuer without metadata, or without device authorization, is reported": async ({ script }) => {
    const nothing = await script({ openid: { status: 404 } });
    const none = await failureOf(nothing.app.startDeviceCode({ scopes: ["a"] }));
    equal([none.errorCode, none.status], ["endpoints_resolution_error", 404]);
    const without = await script({ openid: { body: { issuer: "{issuer}", token_endpoint: "{issuer}/token" } } });
    const error = await failureOf(without.app.startDeviceCode({ scopes: ["a"] }));
    equal(error.errorCode, "openid_config_error");
    ok(error.errorMessage.includes("device_authorization_endpoint"), error.errorMessage);
  },

  "auth.authorityMetadata replaces the discovery": async ({ script, app }) => {
    const { issuer, hits } = await script();
    const authorityMetadata = JSON.stringify({ issuer, device_authorization_endpoint: `${issuer}/device`, token_endpoint: `${issuer}/token` });
    await app({ auth: { authority: issuer, authorityMetadata } }).startDeviceCode({ scopes: ["a"] });
    equal((await hits()).map(({ endpoint }) => endpoint), ["device"]);
  },

  "request.authority takes precedence over the configured one": async ({ script, app }) => {
    const { issuer, hits } = await script();
    const flow = await app({ auth: { authority: "https://unused.invalid" } }).startDeviceCode({ scopes: ["a"], authority: issuer });
    equal((await flow.wait()).authority, issuer);
    equal((await hits("token")).length, 1, "polls there");
  },

  "Microsoft Entra: known endpoints, mkt, client_info, and an account like MSAL's": async ({ library }) => {
    const claims = { iss: "https://login.microsoftonline.com/t/v2.0", oid: "user-oid", sub: "pairwise", tid: "tenant-id", preferred_username: "ada@contoso.com", name: "Ada" };
    const answers = [
      () => json({ user_code: "ABCD12345", device_code: "long", verification_uri: "https://login.microsoft.com/device", expires_in: "900", interval: "1", message: "Pour vous connecter…" }),
      () => json({ error: "authorization_pending", error_description: "AADSTS70016: …", error_codes: [70016], trace_id: "t", correlation_id: "c" }, { status: 400 }),
      () => json({ token_type: "Bearer", scope: "User.Read openid profile", expires_in: "3600", ext_expires_in: 7200, access_token: "at", refresh_token: "rt", id_token: `${base64url({ alg: "RS256" })}.${base64url(claims)}.c2ln`, client_info: base64url({ uid: "uid", utid: "utid" }), foci: "1" }, { headers: { "x-ms-request-id": "request-id" } }),
    ];
    const fetch = recording(() => answers.shift()());
    const app = new library.PublicClientApplication({ auth: { clientId: "client", authority: "https://login.microsoftonline.com/Contoso.com/" }, system: { fetch } });
    const result = await app.acquireTokenByDeviceCode({
      scopes: ["User.Read"],
      locale: "fr-FR",
      claims: '{"access_token":{}}',
      extraQueryParameters: { slice: "test" },
      deviceCodeCallback: ({ message }) => equal(message, "Pour vous connecter…"),
    });
    const [codes, poll, last] = fetch.calls;
    equal(codes.url.split("?")[0], "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/devicecode");
    const { slice, mkt, "client-request-id": id } = Object.fromEntries(new URL(codes.url).searchParams);
    equal([slice, mkt, id], ["test", "fr-FR", result.correlationId]);
    const { "x-client-VER": version, ...form } = Object.fromEntries(codes.form);
    equal(form, { client_id: "client", scope: "User.Read openid profile offline_access", claims: '{"access_token":{}}', "x-client-SKU": "device-code-flow" });
    ok(/^\d+\.\d+\.\d+/.test(version), version);
    equal(poll.url.split("?")[0], "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token");
    equal(new URL(poll.url).searchParams.get("mkt"), null, "mkt is for the message alone");
    const { grant_type, device_code, client_id, client_info } = Object.fromEntries(poll.form);
    equal([grant_type, device_code, client_id, client_info], ["urn:ietf:params:oauth:grant-type:device_code", "long", "client", "1"]);
    equal(last.form.get("device_code"), "long");
    for (const { init } of fetch.calls) {
      equal([init.method, init.redirect], ["POST", "manual"]);
      equal(Object.keys(init.headers).sort(), ["accept", "content-type"], "nothing that needs a CORS preflight");
    }
    equal([result.account.homeAccountId, result.account.localAccountId, result.account.tenantId], ["uid.utid", "user-oid", "tenant-id"]);
    equal([result.account.environment, result.account.authorityType, result.account.username], ["login.windows.net", "MSSTS", "ada@contoso.com"]);
    equal([result.uniqueId, result.tenantId, result.familyId, result.requestId], ["user-oid", "tenant-id", "1", "request-id"]);
    equal(result.account.tenantProfiles.get("tenant-id").isHomeTenant, false);
    equal(Math.round((result.extExpiresOn - result.expiresOn) / 1000), 3600, "seconds between the two ends");
  },

  "the error contains Microsoft Entra's evidence": async ({ library }) => {
    const body = {
      error: "interaction_required", error_description: "AADSTS50076: multi-factor", error_codes: [50076], suberror: "basic_action", trace_id: "trace",
      correlation_id: "correlation", timestamp: "2026-01-01 00:00:00Z", claims: '{"access_token":{}}', error_uri: "https://login.microsoftonline.com/error?code=50076",
    };
    const app = new library.PublicClientApplication({ auth: { clientId: "client" }, system: { fetch: async () => json(body, { status: 400 }) } });
    const error = await failureOf(app.startDeviceCode({ scopes: ["User.Read"] }));
    ok(error instanceof library.InteractionRequiredAuthError, String(error));
    equal([error.name, error.errorCode, error.subError, error.status], ["InteractionRequiredAuthError", "interaction_required", "basic_action", 400]);
    equal([error.errorCodes, error.traceId, error.correlationId, error.timestamp], [[50076], "trace", "correlation", "2026-01-01 00:00:00Z"]);
    equal([error.claims, error.errorUri], [body.claims, body.error_uri]);
  },
};
