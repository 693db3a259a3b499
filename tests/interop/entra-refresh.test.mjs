// Checks that the Entra test server refreshes and revokes like Entra and RFC 7009. It tests no library.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";

const PUBLIC = "https://login.microsoftonline.com";
const HOME = "ffffeeee-1111-dddd-2222-ccccbbbbaaaa";
const OTHER = "99990000-aaaa-bbbb-cccc-ddddeeeeffff";
const URN = "urn:ietf:params:oauth:grant-type:device_code";
const claimsOf = ({ id_token }) => JSON.parse(Buffer.from(id_token.split(".")[1], "base64url"));

async function post(entra, url, form) {
  const response = await entra.fetch(url, { method: "POST", body: new URLSearchParams({ client_id: CLIENT, ...form }) });
  const text = await response.text();
  return { status: response.status, retryAfter: response.headers.get("retry-after"), ...(text && JSON.parse(text)) };
}

/** A test server with a person who has signed in, her tokens, and a refresh with them. */
async function signedIn(settings, { base = `${PUBLIC}/${TENANT}/oauth2/v2.0`, codes = "devicecode", person, scope = "User.Read openid offline_access" } = {}) {
  const entra = standIn(settings);
  const code = await post(entra, `${base}/${codes}`, { scope });
  entra.approve(code.user_code, { person });
  const tokens = await post(entra, `${base}/token`, { grant_type: URN, device_code: code.device_code, client_info: "1" });
  const refresh = (form, at = base) =>
    post(entra, `${at}/token`, { grant_type: "refresh_token", refresh_token: tokens.refresh_token, scope: "User.Read openid offline_access", ...form });
  return { entra, tokens, refresh };
}

test("each refresh brings new tokens, and the old refresh token stays valid", async () => {
  const { entra, tokens, refresh } = await signedIn();
  const [first, second] = [await refresh(), await refresh({ client_info: "1" })];
  const names = [tokens, first, second].map(({ access_token }) => access_token);
  assert.deepEqual(names, ["", "-2", "-3"].map((number) => `access-token-of-ABCDEFG01${number}`));
  assert.deepEqual(entra.sessions[0].refreshTokens, [tokens, first, second].map(({ refresh_token }) => refresh_token));
  assert.deepEqual([first.client_info, typeof second.client_info, first.expires_in, first.refresh_in], [undefined, "string", 3600, undefined]);
  assert.equal(claimsOf(first).oid, ada.oid);
  entra.change({ accessTokenLifetime: 7300 });
  const third = await refresh({ scope: "api://mine/read" });
  assert.deepEqual([third.expires_in, third.refresh_in, third.scope, third.id_token], [7300, 3650, "api://mine/read", undefined]);
});

test("with rotation an old refresh token becomes invalid, and a second use ends the whole sign-in", async () => {
  const { entra, refresh } = await signedIn({ rotation: true });
  const { refresh_token } = await refresh();
  const next = await refresh({ refresh_token });
  assert.equal(next.status, 200);
  assert.equal((await refresh()).suberror, "bad_token");
  assert.equal((await refresh({ refresh_token: next.refresh_token })).suberror, "bad_token", "the newest one too");
  assert.equal(entra.sessions[0].ended, true);
  assert.equal((await (await signedIn({ rotation: "none" })).refresh()).refresh_token, undefined);
});

test("a refresh token is for the consented scopes, of one resource at a time, at one cloud, by one client", async () => {
  const { refresh } = await signedIn({ clients: [CLIENT, "other"], consented: ["User.Read", "api://mine/read"] });
  const numbers = {
    65001: refresh({ scope: "Mail.Read openid" }),
    28000: refresh({ scope: "User.Read api://mine/read" }),
    70011: refresh({ scope: "User.Read https://graph.microsoft.com/.default" }),
    50173: refresh({ client_id: "other" }),
    700016: refresh({ client_id: "nobody" }),
    900144: refresh({ refresh_token: "" }),
  };
  for (const [number, answer] of Object.entries(numbers)) assert.deepEqual((await answer).error_codes, [Number(number)]);
  assert.deepEqual((await refresh({}, `https://login.microsoftonline.us/${TENANT}/oauth2/v2.0`)).error_codes, [50173]);
  assert.equal((await refresh({ scope: "api://mine/.default offline_access" })).status, 200);
  assert.equal((await refresh({ scope: "user.read" })).status, 200);
});

test("the path says in which tenant the person is: her home tenant if it names many, none if she has no account", async () => {
  const guest = { ...ada, uid: "home-of-ada", utid: HOME, elsewhere: { [OTHER]: { oid: "ada-elsewhere" } } };
  const { refresh } = await signedIn({ tenants: [TENANT, HOME, OTHER, "common", "organizations", "consumers"] }, { person: guest });
  const at = (tenant) => refresh({}, `${PUBLIC}/${tenant}/oauth2/v2.0`);
  const seen = {};
  for (const tenant of [TENANT, HOME, OTHER, "common", "organizations"]) {
    const { tid, oid } = claimsOf(await at(tenant));
    seen[tenant] = [tid, oid];
  }
  const home = [HOME, "home-of-ada"];
  assert.deepEqual(seen, { [TENANT]: [TENANT, ada.oid], [HOME]: home, [OTHER]: [OTHER, "ada-elsewhere"], common: home, organizations: home });
  assert.deepEqual((await at("consumers")).error_codes, [50020]);
});

test("a family's refresh token is valid for the family, and for no other client", async () => {
  const { tokens, refresh } = await signedIn({ clients: [CLIENT, "sister", "stranger"], foci: [CLIENT, "sister"] });
  assert.equal(tokens.foci, "1");
  const sister = await refresh({ client_id: "sister" });
  assert.deepEqual([sister.status, sister.foci], [200, "1"]);
  const { error, suberror } = await refresh({ client_id: "stranger" });
  assert.deepEqual([error, suberror], ["invalid_grant", "client_mismatch"]);
});

test("a refresh is refused as configured, and the next one is not", async () => {
  const { entra, refresh } = await signedIn();
  const refusals = {
    bad_token: ["invalid_grant", "bad_token", 50173],
    token_expired: ["invalid_grant", "token_expired", 700082],
    consent_required: ["invalid_grant", "consent_required", 65001],
    basic_action: ["invalid_grant", "basic_action", 50076],
    interaction_required: ["interaction_required", undefined, 50079],
    protection_policy_required: ["invalid_grant", "protection_policy_required", 53005],
  };
  for (const [kind, wanted] of Object.entries(refusals)) {
    entra.disturb("refresh", kind);
    const { error, suberror, error_codes, claims } = await refresh();
    assert.deepEqual([error, suberror, error_codes[0]], wanted);
    assert.equal(claims !== undefined, ["basic_action", "interaction_required"].includes(kind));
    assert.equal((await refresh()).status, 200);
  }
  entra.change({ retryAfter: 7 });
  entra.disturb("refresh", "throttled", "hollow_200", "reset", 530003);
  const throttled = await refresh();
  assert.deepEqual([throttled.status, throttled.retryAfter], [429, "7"]);
  assert.deepEqual(await refresh(), { status: 200, retryAfter: null });
  await assert.rejects(refresh(), ({ cause }) => cause.code === "ECONNRESET");
  assert.deepEqual((await refresh()).error_codes, [530003]);
});

test("an answer takes as long as configured, and an aborted request ends at once", async () => {
  const entra = standIn({ latency: 300 });
  const began = Date.now();
  assert.equal((await post(entra, `${PUBLIC}/common/oauth2/v2.0/devicecode`, { scope: "openid" })).status, 200);
  assert.ok(Date.now() - began >= 290);
  entra.change({ latency: 60_000 });
  const reason = new Error("enough");
  const controller = new AbortController();
  const asked = entra.fetch(`${PUBLIC}/common/oauth2/v2.0/devicecode`, { method: "POST", signal: controller.signal });
  setTimeout(() => controller.abort(reason), 50);
  await assert.rejects(asked, reason);
});

test("an issuer revokes the tokens of a sign-in, accepts an unknown token, and may lack the endpoint", async () => {
  const issuers = [{ issuer: "https://id.example" }, { issuer: "https://without.example", paths: { revocation: null } }];
  const { entra, tokens, refresh } = await signedIn({ issuers, clients: [CLIENT, "other"] }, { base: "https://id.example", codes: "device_authorization" });
  const published = async (issuer) => (await entra.fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const { revocation_endpoint } = await published("https://id.example");
  assert.deepEqual([revocation_endpoint, (await published("https://without.example")).revocation_endpoint], ["https://id.example/revocation", undefined]);
  assert.equal((await refresh()).status, 200);
  const { refresh_token: token } = tokens;
  const answers = [{}, { token, client_id: "nobody" }, { token, client_id: "other" }, { token: "unknown" }, { token, token_type_hint: "refresh_token" }];
  const seen = [];
  for (const form of answers) seen.push(await post(entra, revocation_endpoint, form));
  assert.deepEqual(seen.map(({ status, error }) => [status, error]), [[400, "invalid_request"], [401, "invalid_client"], [400, "invalid_grant"], [200, undefined], [200, undefined]]);
  assert.deepEqual(entra.revoked, [{ token: "unknown", hint: undefined, client: CLIENT }, { token, hint: "refresh_token", client: CLIENT }]);
  assert.equal((await refresh()).error, "invalid_grant");
});
