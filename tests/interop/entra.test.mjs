// Checks that the Entra test server refuses what Entra refuses. It tests no library; msal-node.test.mjs does.

import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { test } from "node:test";
import { ada, CIAM_TENANT, CLIENT, CLOUDS, DOMAIN, grace, PERSONAL_TENANT, standIn, TENANT } from "../support/entra.mjs";

const URN = "urn:ietf:params:oauth:grant-type:device_code";

async function post(entra, endpoint, form, { tenant = TENANT, method = "POST" } = {}) {
  const body = method === "POST" ? new URLSearchParams({ client_id: CLIENT, ...form }) : undefined;
  const response = await entra.fetch(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/${endpoint}`, { method, body });
  return { status: response.status, ...(await response.json()) };
}

/** A test server with one code, and a poll of it. */
async function started(settings) {
  const entra = standIn(settings);
  const codes = await post(entra, "devicecode", { scope: "User.Read openid offline_access" });
  const poll = (form, options) => post(entra, "token", { grant_type: URN, device_code: codes.device_code, ...form }, options);
  return { entra, codes, poll };
}

test("a code is pending, approved, and redeemed once", async () => {
  const { entra, codes, poll } = await started();
  assert.deepEqual([codes.status, codes.interval, codes.expires_in], [200, 5, 900]);
  entra.approve(codes.user_code, { afterPolls: 1 });
  assert.deepEqual((await poll()).error_codes, [70016]);
  const tokens = await poll({ grant_type: "device_code", client_info: "1" });
  assert.deepEqual([tokens.status, tokens.scope, tokens.ext_expires_in], [200, "User.Read openid", 7200]);
  const [, claims] = tokens.id_token.split(".").map((part) => part && JSON.parse(Buffer.from(part, "base64url")));
  assert.deepEqual([claims.oid, claims.tid, claims.aud, claims.uid], [ada.oid, TENANT, CLIENT, undefined]);
  assert.deepEqual(JSON.parse(Buffer.from(tokens.client_info, "base64url")), { uid: ada.uid, utid: ada.utid });
  assert.ok(tokens.refresh_token);
  assert.deepEqual((await poll()).error_codes, [70000]);
  assert.throws(() => entra.approve(codes.user_code), /no code/);
});

test("a code is declined for good, and expires by itself", async () => {
  const declined = await started();
  declined.entra.decline(declined.codes.user_code);
  assert.deepEqual([(await declined.poll()).error, (await declined.poll()).error], ["authorization_declined", "authorization_declined"]);
  const { entra, codes, poll } = await started({ lifetime: 0 });
  entra.approve(codes.user_code);
  assert.deepEqual((await poll()).error_codes, [70020]);
});

test("wrong requests are refused, each with its number", async () => {
  const { entra, poll } = await started();
  const refusals = {
    50134: poll({}, { tenant: "common" }),
    70003: poll({ grant_type: "password" }),
    70018: poll({ device_code: "cut off" }),
    90002: poll({}, { tenant: "nowhere.example" }),
    700016: poll({ client_id: "somebody" }),
    700025: poll({ client_secret: "secret" }),
    900144: post(entra, "devicecode", {}),
    900561: poll({}, { method: "GET" }),
  };
  for (const [number, answer] of Object.entries(refusals)) {
    const { status, error_codes, error_description } = await answer;
    assert.ok(status >= 400, `${number}: status ${status}`);
    assert.deepEqual(error_codes, [Number(number)]);
    assert.match(error_description, new RegExp(`^AADSTS${number}: .* Trace ID: .* Correlation ID: .* Timestamp: `));
  }
});

const PUBLIC = "https://login.microsoftonline.com";
const decoded = (text) => JSON.parse(Buffer.from(text, "base64url"));

/** Posts a form to an address, or gets a document. */
async function ask(fetch, url, form) {
  const response = await fetch(url, form && { method: "POST", body: new URLSearchParams(form) });
  return { status: response.status, ...(await response.json()) };
}

/** A whole sign-in with the endpoints in the folder `base`: the answer with the code, and the tokens with their claims. */
async function signedIn(entra, base, { fetch = entra.fetch, form, ...decision } = {}) {
  const codes = await ask(fetch, `${base}devicecode`, { client_id: CLIENT, scope: "User.Read openid offline_access" });
  entra.approve(codes.user_code, decision);
  const tokens = await ask(fetch, `${base}token`, { client_id: CLIENT, grant_type: URN, device_code: codes.device_code, client_info: "1", ...form });
  return { codes, tokens, claims: decoded(tokens.id_token.split(".")[1]), info: tokens.client_info && decoded(tokens.client_info) };
}

test("every cloud answers at each of its host names, with its own page and issuer", async () => {
  const entra = standIn();
  const pages = new Set();
  for (const { preferred_network, aliases } of CLOUDS) {
    for (const host of aliases) {
      const { codes, claims } = await signedIn(entra, `https://${host}/${TENANT}/oauth2/v2.0/`);
      assert.equal(claims.iss, `https://${preferred_network}/${TENANT}/v2.0`);
      pages.add(codes.verification_uri);
    }
  }
  assert.equal(CLOUDS.length, 9);
  for (const page of ["login.microsoft.com/device", "microsoft.com/deviceloginchina", "microsoft.com/deviceloginus"]) {
    assert.ok(pages.has(`https://${page}`), page);
  }
  const { device_code } = await post(entra, "devicecode", { scope: "openid" });
  const elsewhere = `https://login.microsoftonline.us/${TENANT}/oauth2/v2.0/token`;
  const refused = await ask(entra.fetch, elsewhere, { client_id: CLIENT, grant_type: URN, device_code });
  assert.deepEqual(refused.error_codes, [70018], "a code is of one cloud alone");
});

test("a tenant is named by its GUID or a domain, and a person signs in at her home tenant", async () => {
  const entra = standIn();
  for (const tenant of [TENANT, DOMAIN, "common", "organizations"]) {
    const { claims, info } = await signedIn(entra, `${PUBLIC}/${tenant}/oauth2/v2.0/`);
    assert.deepEqual([claims.tid, info], [TENANT, { uid: ada.uid, utid: TENANT }]);
  }
  const personal = await signedIn(entra, `${PUBLIC}/consumers/oauth2/v2.0/`, { at: "https://www.microsoft.com/link" });
  assert.match(personal.codes.user_code, /^[A-Z0-9]{8}$/);
  assert.equal(personal.codes.verification_uri, "https://www.microsoft.com/link");
  assert.deepEqual([personal.claims.tid, personal.info.utid], [PERSONAL_TENANT, PERSONAL_TENANT]);
  assert.equal((await signedIn(entra, `${PUBLIC}/common/oauth2/v2.0/`, { person: grace })).claims.tid, PERSONAL_TENANT);
  await assert.rejects(signedIn(entra, `${PUBLIC}/organizations/oauth2/v2.0/`, { person: grace }), /no account/);
  await assert.rejects(signedIn(entra, `${PUBLIC}/consumers/oauth2/v2.0/`, { person: ada }), /no account/);
});

test("ADFS has its own address, names and claims", async () => {
  const entra = standIn();
  const adfs = "https://adfs.contoso.com/adfs/";
  const { codes, tokens, claims, info } = await signedIn(entra, `${adfs}oauth2/`, { at: `${adfs}oauth2/deviceauth` });
  assert.deepEqual([codes.verification_uri, codes.verification_url], [undefined, `${adfs}oauth2/deviceauth`]);
  assert.deepEqual([codes.expires_in, codes.interval], ["900", "5"]);
  for (const absent of [info, tokens.ext_expires_in, claims.oid, claims.tid]) assert.equal(absent, undefined);
  assert.equal(claims.upn, ada.preferred_username);
  assert.equal(`${claims.iss}/`, adfs);
  // MS-OAPX 3.2.5.2.1.1 has both names of the grant and of the code.
  for (const grant_type of [URN, "device_code"]) {
    for (const name of ["device_code", "code"]) {
      const { user_code, device_code } = await ask(entra.fetch, `${adfs}oauth2/devicecode`, { client_id: CLIENT });
      entra.decline(user_code);
      const { error, error_codes } = await ask(entra.fetch, `${adfs}oauth2/token/`, { client_id: CLIENT, grant_type, [name]: device_code });
      assert.deepEqual([error, error_codes], ["access_denied", undefined]);
    }
  }
  const published = await ask(entra.fetch, `${adfs}.well-known/openid-configuration`);
  assert.deepEqual([published.issuer, published.device_authorization_endpoint], ["https://adfs.contoso.com/adfs", `${adfs}oauth2/devicecode`]);
});

test("customers (CIAM) are shown the page of workforce tenants, which refuses them", async () => {
  const entra = standIn();
  for (const tenant of ["contoso.onmicrosoft.com", CIAM_TENANT]) {
    const { codes, claims } = await signedIn(entra, `https://contoso.ciamlogin.com/${tenant}/oauth2/v2.0/`);
    assert.equal(codes.verification_uri, "https://login.microsoft.com/device");
    assert.deepEqual([claims.iss, claims.tid], [`https://${CIAM_TENANT}.ciamlogin.com/${CIAM_TENANT}/v2.0`, CIAM_TENANT]);
    const published = await ask(entra.fetch, `https://contoso.ciamlogin.com/${tenant}/v2.0/.well-known/openid-configuration`);
    assert.equal(published.issuer, claims.iss);
    assert.equal(published.token_endpoint, `https://contoso.ciamlogin.com/${CIAM_TENANT}/oauth2/v2.0/token`);
  }
  const base = "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/oauth2/v2.0/";
  await assert.rejects(signedIn(entra, base, { at: "https://login.microsoft.com/device" }), /AADSTS500208/);
  await signedIn(entra, base, { at: "https://contoso.ciamlogin.com/common/oauth2/deviceauth" });
  assert.deepEqual((await ask(entra.fetch, `https://contoso.ciamlogin.com/${TENANT}/oauth2/v2.0/devicecode`, {})).error_codes, [90002]);
});

test("dSTS has the tenant after its own path segment", async () => {
  const entra = standIn();
  const dsts = `https://dsts.contoso.com/dstsv2/${TENANT}/`;
  const { claims, info } = await signedIn(entra, `${dsts}oauth2/v2.0/`);
  assert.deepEqual([claims.iss, info], [dsts, undefined]);
  const published = await ask(entra.fetch, `${dsts}v2.0/.well-known/openid-configuration`);
  assert.equal(published.device_authorization_endpoint, `${dsts}oauth2/v2.0/devicecode`);
});

test("instance discovery knows the clouds, also the private ones, and refuses other hosts", async () => {
  const aliases = ["login.contoso.cloud", "sts.contoso.cloud"];
  const mine = { preferred_network: aliases[0], preferred_cache: aliases[1], aliases };
  const entra = standIn({ privateClouds: [mine], customDomains: ["login.contoso.com"] });
  const about = (host, version = "1.1") =>
    ask(entra.fetch, `${PUBLIC}/common/discovery/instance?api-version=${version}&authorization_endpoint=https://${host}/${TENANT}/oauth2/v2.0/authorize`);
  for (const host of ["login.chinacloudapi.cn", "sts.contoso.cloud", "login.contoso.com"]) {
    const known = await about(host);
    assert.equal(known.tenant_discovery_endpoint, `https://${host}/${TENANT}/v2.0/.well-known/openid-configuration`);
    assert.deepEqual(known.metadata.at(-1), mine);
    assert.deepEqual(Object.keys(known.metadata[0]), ["preferred_network", "preferred_cache", "aliases"]);
    assert.ok(!known.metadata.some(({ aliases }) => aliases.includes("login.contoso.com")), "a custom domain is in no cloud");
  }
  for (const host of ["login.evil.example", "login.windows-ppe.net", "adfs.contoso.com"]) {
    const { status, error, error_codes } = await about(host);
    assert.deepEqual([status, error, error_codes], [400, "invalid_instance", [50049]]);
  }
  assert.deepEqual((await about("login.microsoftonline.com", "9")).error_codes, [50050]);
  assert.equal((await signedIn(entra, `https://login.contoso.cloud/${TENANT}/oauth2/v2.0/`)).claims.iss, `https://login.contoso.cloud/${TENANT}/v2.0`);
  await signedIn(entra, `https://login.contoso.com/${TENANT}/oauth2/v2.0/`);
});

test("the metadata contains the tenant's GUID, or a template if there are many tenants", async () => {
  const entra = standIn();
  const of = (tenant) => ask(entra.fetch, `${PUBLIC}/${tenant}/v2.0/.well-known/openid-configuration`);
  const issuers = { [TENANT]: TENANT, [DOMAIN]: TENANT, common: "{tenantid}", organizations: "{tenantid}", consumers: PERSONAL_TENANT };
  const paths = { ...issuers, common: "common", organizations: "organizations", consumers: "consumers" };
  for (const [tenant, issuer] of Object.entries(issuers)) {
    const published = await of(tenant);
    assert.equal(published.issuer, `${PUBLIC}/${issuer}/v2.0`);
    assert.equal(published.device_authorization_endpoint, `${PUBLIC}/${paths[tenant]}/oauth2/v2.0/devicecode`);
  }
  assert.deepEqual((await of("nowhere.example")).error_codes, [90002]);
});

test("another issuer publishes its own metadata, and answers by the RFC only", async () => {
  const entra = standIn({
    issuers: [
      { issuer: "https://id.example/realm", openid: false, oauth: true, paths: { devicecode: "/device/new" } },
      { issuer: "https://without.example", paths: { devicecode: null } },
    ],
  });
  const published = await ask(entra.fetch, "https://id.example/.well-known/oauth-authorization-server/realm");
  assert.deepEqual([published.issuer, published.device_authorization_endpoint], ["https://id.example/realm", "https://id.example/realm/device/new"]);
  assert.equal((await entra.fetch("https://id.example/realm/.well-known/openid-configuration")).status, 404);
  const lacking = await ask(entra.fetch, "https://without.example/.well-known/openid-configuration");
  assert.deepEqual([lacking.issuer, lacking.device_authorization_endpoint], ["https://without.example", undefined]);
  const codes = await ask(entra.fetch, published.device_authorization_endpoint, { client_id: CLIENT, scope: "openid" });
  assert.deepEqual([codes.message, codes.verification_uri_complete], [undefined, `https://id.example/realm/device?user_code=${codes.user_code}`]);
  const poll = (grant_type) => ask(entra.fetch, published.token_endpoint, { client_id: CLIENT, grant_type, device_code: codes.device_code });
  assert.deepEqual([(await poll("device_code")).error, (await poll(URN)).error], ["unsupported_grant_type", "authorization_pending"]);
  entra.approve(codes.user_code, { at: codes.verification_uri_complete });
  const { id_token, client_info, ext_expires_in } = await poll(URN);
  assert.deepEqual([client_info, ext_expires_in, decoded(id_token.split(".")[1]).iss], [undefined, undefined, "https://id.example/realm"]);
});

test("a host without a server does not resolve", async () => {
  const entra = standIn();
  await assert.rejects(entra.fetch("https://login.evil.example/common/oauth2/v2.0/devicecode"), ({ cause }) => cause.code === "ENOTFOUND");
  await assert.rejects(entra.fetch("https://fabrikam.ciamlogin.com/"), ({ cause }) => cause.code === "ENOTFOUND");
  assert.equal(entra.requests.length, 2, "what was tried is seen");
});

test("it records what no client should send", async () => {
  const entra = standIn();
  const body = new URLSearchParams({ client_id: CLIENT, scope: "openid", client_secret: "s" });
  const headers = { "Content-Type": "application/x-www-form-urlencoded;charset=utf-8", Accept: "application/json" };
  const others = { "Content-Type": "application/json", "X-Client-SKU": "x", Origin: "https://tv.example" };
  await entra.fetch(`${PUBLIC}/common/oauth2/v2.0/devicecode`, { method: "POST", headers, body });
  await entra.fetch(`${PUBLIC}/common/oauth2/v2.0/devicecode`, { method: "POST", headers: others });
  const seen = entra.requests.map(({ preflight, secrets, headers }) => [preflight, secrets, headers.origin]);
  assert.deepEqual(seen, [[[], ["client_secret"], undefined], [["content-type", "x-client-sku"], [], "https://tv.example"]]);
});

test("an error comes with status 200, if so configured", async () => {
  const entra = standIn();
  entra.disturb("devicecode", "error_on_200");
  const { status, error_codes } = await post(entra, "devicecode", { scope: "openid" });
  assert.deepEqual([status, error_codes], [200, [700016]]);
});

test("behind a server on the loopback interface it works the same, by path, by Host and by a forwarding fetch", async (t) => {
  const entra = standIn({ issuers: [{ issuer: "/realm" }] });
  const server = await entra.listen();
  t.after(server.close);
  const bases = [`${server.origin}/${TENANT}/oauth2/v2.0/`, `${server.origin}/adfs/oauth2/`, `${server.origin}/dstsv2/${TENANT}/oauth2/v2.0/`];
  for (const base of bases) {
    const { claims } = await signedIn(entra, base, { fetch });
    assert.ok(claims.iss.startsWith(server.origin), claims.iss);
  }
  const realm = await ask(fetch, `${server.origin}/realm/.well-known/openid-configuration`);
  assert.equal(realm.token_endpoint, `${server.origin}/realm/token`);
  const { claims } = await signedIn(entra, "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/oauth2/v2.0/", { fetch: server.fetch });
  assert.equal(claims.tid, CIAM_TENANT);
  const { headers, url, preflight } = entra.requests.at(-1);
  assert.deepEqual([headers.origin, url, preflight], [undefined, "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token", []]);
  const status = await new Promise((done) => {
    const path = "/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration";
    httpRequest(server.origin + path, { headers: { host: "contoso.ciamlogin.com" } }, (answer) => done(answer.resume().statusCode)).end();
  });
  assert.equal(status, 200);
  const nobody = { body: "client_id=nobody&scope=openid" };
  const posted = await server.networkClient.sendPostRequestAsync(`${PUBLIC}/common/oauth2/v2.0/devicecode`, nobody);
  assert.deepEqual([posted.status, posted.body.error_codes], [400, [700016]]);
  entra.disturb("token", "reset");
  await assert.rejects(fetch(`${bases[0]}token`, { method: "POST" }), ({ cause }) => cause.code === "UND_ERR_SOCKET" || cause.code === "ECONNRESET");
});

test("a registration that does not fit the tenant is refused at once; one without public client flows is refused at the end", async () => {
  const asked = async (audience, tenant) => (await post(standIn({ audience }), "devicecode", { scope: "openid" }, { tenant })).error_codes?.[0];
  const refusals = {
    AzureADMyOrg: { [TENANT]: undefined, [DOMAIN]: undefined, common: 50059, organizations: 50059, consumers: 50059 },
    AzureADMultipleOrgs: { [TENANT]: undefined, common: undefined, consumers: 9002332 },
    PersonalMicrosoftAccount: { [TENANT]: 9002331, common: 9002331, consumers: undefined },
    AzureADandPersonalMicrosoftAccount: { [TENANT]: undefined, common: undefined, consumers: undefined },
  };
  for (const [audience, tenants] of Object.entries(refusals)) {
    for (const [tenant, number] of Object.entries(tenants)) assert.equal(await asked(audience, tenant), number, `${audience} at ${tenant}`);
  }
  const { entra, codes, poll } = await started({ publicClientFlows: false });
  assert.deepEqual((await poll()).error_codes, [70016]);
  entra.approve(codes.user_code);
  assert.deepEqual([(await poll()).status, (await poll()).error_codes], [401, [7000218]]);
});

test("a policy or a missing consent refuses the tokens permanently, and the answer says what is needed", async () => {
  for (const [outcome, suberror, claims] of [[53003, "message_only", true], [65001, "consent_required", false], [50105, undefined, false]]) {
    const { entra, codes, poll } = await started();
    entra.approve(codes.user_code, { outcome });
    const [first, second] = [await poll(), await poll()];
    assert.deepEqual([first.error, first.error_codes, first.suberror, second.error_codes], ["invalid_grant", [outcome], suberror, [outcome]]);
    assert.equal(first.claims !== undefined && JSON.parse(first.claims).access_token !== undefined, claims);
  }
  const all = "https://graph.microsoft.com/.default";
  assert.deepEqual((await post(standIn(), "devicecode", { scope: `${all} Mail.Read` })).error_codes, [70011]);
  assert.equal((await post(standIn(), "devicecode", { scope: `${all} openid profile offline_access` })).status, 200);
});
