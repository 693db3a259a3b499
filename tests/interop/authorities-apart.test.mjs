// Authorities at which @azure/msal-node and ours differ: one signs in and the other does not, or one reports more. Both outcomes are
// written here in full. authorities.test.mjs has those at which both sign in.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ada, CIAM_TENANT, CLIENT, TENANT } from "../support/entra.mjs";
import { libraries, signIn } from "./sign-ins.mjs";
import {
  ADFS, CUSTOMERS, CUSTOMERS_PAGE, DSTS, ISSUER, PUBLIC, WORKFORCE_PAGE, canonical, cloud,
  endpoints, expected, instancesOf, metadataOf, openid, privateCloud, simple,
} from "./views.mjs";

const absent = undefined;
const NOTHING = {};
const untrusted = { failed: "ClientConfigurationError untrusted_authority" };
const unresolved = { failed: "ClientAuthError endpoints_resolution_error" };
const evil = `https://login.evil.example/${TENANT}`;
const unheard = `https://sts.contoso.cloud/${TENANT}`;

const issuer = (name, devicecode = "device_authorization") => ({
  metadata: openid(name),
  devicecode: `${name}/${devicecode}`,
  token: `${name}/token`,
});

/** Kinds of authority, with the outcome of each library. */
const signedInByOne = [
  {
    name: "a host without a tenant: msal-node uses the tenant “undefined”, ours common",
    auth: { authority: PUBLIC },
    msal: { failed: "AuthError post_request_failed", asked: endpoints(`${PUBLIC}/undefined`) },
    ours: { failed: absent, asked: endpoints(`${PUBLIC}/common`), authority: `${PUBLIC}/common/` },
  },
  {
    name: "Microsoft's cloud for tests: msal-node does not know it",
    auth: { authority: `https://login.windows-ppe.net/${TENANT}` },
    msal: { ...unresolved, asked: { instances: instancesOf(`https://login.windows-ppe.net/${TENANT}`) } },
    ours: { failed: absent, ...cloud("login.windows-ppe.net") },
  },
  {
    // The host in its issuer contains the GUID. msal-node 7.2.1 does not match it with the name.
    name: "customers (CIAM) by name: msal-node refuses their issuer, ours needs no metadata",
    auth: { authority: CUSTOMERS },
    msal: { ...unresolved, asked: { metadata: openid(`${CUSTOMERS}/contoso.onmicrosoft.com/v2.0`) } },
    ours: {
      ...canonical(`${CUSTOMERS}/contoso.onmicrosoft.com`),
      asked: endpoints(`${CUSTOMERS}/contoso.onmicrosoft.com`),
      page: CUSTOMERS_PAGE,
      tenantId: CIAM_TENANT,
      account: { environment: "contoso.ciamlogin.com", homeAccountId: `${ada.uid}.${CIAM_TENANT}`, authorityType: "MSSTS" },
    },
  },
  {
    name: "customers (CIAM) by name, with the issuer in knownAuthorities: msal-node uses the GUID's endpoints",
    auth: { authority: `${CUSTOMERS}/`, knownAuthorities: [`${CIAM_TENANT}.ciamlogin.com`] },
    msal: {
      ...canonical(`${CUSTOMERS}/contoso.onmicrosoft.com`),
      asked: { metadata: openid(`${CUSTOMERS}/contoso.onmicrosoft.com/v2.0`), ...endpoints(`${CUSTOMERS}/${CIAM_TENANT}`) },
    },
    ours: { ...canonical(`${CUSTOMERS}/contoso.onmicrosoft.com`), asked: endpoints(`${CUSTOMERS}/contoso.onmicrosoft.com`) },
  },
  {
    name: "ADFS that knownAuthorities does not name",
    auth: { authority: ADFS },
    msal: { ...unresolved, asked: { instances: instancesOf(ADFS) } },
    ours: { ...untrusted, asked: NOTHING },
  },
  {
    name: "dSTS that knownAuthorities does not name",
    auth: { authority: DSTS },
    msal: { ...unresolved, asked: { instances: instancesOf(DSTS) } },
    ours: { ...untrusted, asked: NOTHING },
  },
  {
    name: "an unknown host that Microsoft does not know",
    auth: { authority: evil },
    msal: { ...unresolved, asked: { instances: instancesOf(evil) } },
    ours: { ...untrusted, asked: { instances: instancesOf(evil) } },
  },
  {
    name: "the same for one request",
    request: { authority: evil },
    msal: { ...unresolved, asked: { instances: instancesOf(evil) } },
    ours: { ...untrusted, asked: { instances: instancesOf(evil) } },
  },
  {
    name: "an unknown host, when one request to Microsoft is lost: ours asks again",
    auth: { authority: unheard },
    settings: privateCloud,
    before: (entra) => entra.disturb("instances", "reset"),
    msal: { ...unresolved, asked: { instances: instancesOf(unheard) } },
    ours: { failed: absent, tenantId: TENANT },
  },
  {
    name: "an unknown host, when Microsoft cannot be reached",
    auth: { authority: unheard },
    settings: privateCloud,
    before: (entra) => entra.disturb("instances", ...Array(9).fill("reset")),
    msal: { ...unresolved, asked: { instances: instancesOf(unheard) } },
    ours: { failed: "ClientAuthError network_error", asked: { instances: instancesOf(unheard) } },
  },
  {
    name: "an unknown host, when Microsoft answers with another error: msal-node trusts the host, ours does not",
    auth: { authority: evil },
    before: (entra) => entra.disturb("instances", "refused"),
    msal: { ...unresolved, asked: { instances: instancesOf(evil), elsewhere: openid(`${evil}/v2.0`) } },
    ours: { result: absent, asked: { instances: instancesOf(evil) } },
  },
  {
    name: "authorityMetadata of another issuer: both trust the configuration",
    auth: {
      authority: `https://login.contoso.com/${TENANT}`,
      knownAuthorities: ["login.contoso.com"],
      authorityMetadata: metadataOf(evil),
    },
    settings: privateCloud,
    // This host does not exist.
    msal: { failed: "ClientAuthError network_error", asked: { elsewhere: endpoints(evil).devicecode } },
    ours: { failed: "ClientAuthError network_error", asked: { elsewhere: endpoints(evil).devicecode } },
  },
  {
    name: "authorityMetadata that is not JSON",
    auth: { authorityMetadata: "{" },
    msal: { ...unresolved, asked: NOTHING },
    ours: { failed: "ClientConfigurationError invalid_authority_metadata", asked: NOTHING },
  },
  {
    name: "cloudDiscoveryMetadata that is not JSON",
    auth: { cloudDiscoveryMetadata: "{" },
    msal: { failed: "ClientConfigurationError invalid_cloud_discovery_metadata", asked: NOTHING },
    ours: { failed: "ClientConfigurationError invalid_cloud_discovery_metadata", asked: NOTHING },
  },
  {
    name: "any issuer, at a host alone: msal-node guesses the device code endpoint, ours reads it",
    auth: { authority: ISSUER, knownAuthorities: ["id.example"] },
    options: { protocolMode: "OIDC" },
    settings: { issuers: [{ issuer: ISSUER }] },
    msal: { failed: "ClientAuthError network_error", asked: { metadata: openid(ISSUER), elsewhere: `${ISSUER}/devicecode` } },
    ours: {
      failed: absent,
      asked: issuer(ISSUER),
      page: `${ISSUER}/device`,
      uniqueId: ada.sub,
      account: { environment: "id.example" },
    },
  },
  {
    name: "any issuer whose endpoint has the name that msal-node guesses: it accepts only the URN of RFC 8628, which msal-node does not send",
    auth: { authority: `${ISSUER}/of/two`, knownAuthorities: ["id.example"] },
    options: { protocolMode: "OIDC" },
    settings: { issuers: [{ issuer: `${ISSUER}/of/two`, paths: { devicecode: "/devicecode" } }] },
    msal: { failed: "AuthError post_request_failed", asked: issuer(`${ISSUER}/of/two`, "devicecode") },
    ours: { failed: absent, asked: issuer(`${ISSUER}/of/two`, "devicecode") },
  },
  {
    name: "any issuer with RFC 8414 only, without protocolMode",
    auth: { authority: `${ISSUER}/of/two` },
    settings: { issuers: [{ issuer: `${ISSUER}/of/two`, openid: false, oauth: true }] },
    msal: { ...unresolved, asked: { instances: instancesOf(`${ISSUER}/of/two`) } },
    ours: {
      failed: absent,
      asked: {
        ...issuer(`${ISSUER}/of/two`),
        elsewhere: openid(`${ISSUER}/of/two`),
        metadata: `${ISSUER}/.well-known/oauth-authorization-server/of/two`,
      },
    },
  },
  {
    name: "an issuer with one path segment, which protocolMode keeps from being read as a tenant",
    auth: { authority: `${ISSUER}/realm`, knownAuthorities: ["id.example"] },
    options: { protocolMode: "OIDC" },
    settings: { issuers: [{ issuer: `${ISSUER}/realm` }] },
    msal: {
      failed: "ClientAuthError network_error",
      asked: { metadata: openid(`${ISSUER}/realm`), elsewhere: `${ISSUER}/realm/devicecode` },
    },
    ours: { failed: absent, asked: issuer(`${ISSUER}/realm`) },
  },
  {
    name: "an issuer without device authorization",
    auth: { authority: ISSUER, knownAuthorities: ["id.example"] },
    options: { protocolMode: "OIDC" },
    settings: { issuers: [{ issuer: ISSUER, paths: { devicecode: null } }] },
    msal: { failed: "ClientAuthError network_error", asked: { metadata: openid(ISSUER), elsewhere: `${ISSUER}/devicecode` } },
    ours: { failed: "ClientAuthError openid_config_error" },
  },
  {
    name: "an issuer whose metadata names another issuer",
    auth: { authority: ISSUER, knownAuthorities: ["id.example"] },
    options: { protocolMode: "OIDC" },
    settings: { issuers: [{ issuer: ISSUER, published: { issuer: "https://other.example" } }] },
    msal: { ...unresolved, asked: { metadata: openid(ISSUER) } },
    ours: { failed: "ClientConfigurationError issuer_validation_failed", asked: { metadata: openid(ISSUER) } },
  },
  {
    name: "a Microsoft host with protocolMode OIDC: ours treats it as any issuer",
    auth: { authority: `${PUBLIC}/${TENANT}/v2.0` },
    options: { protocolMode: "OIDC" },
    msal: { failed: absent, asked: endpoints(`${PUBLIC}/${TENANT}`) },
    ours: { failed: absent, asked: { metadata: openid(`${PUBLIC}/${TENANT}/v2.0`), ...endpoints(`${PUBLIC}/${TENANT}`) } },
  },
];

describe("one signs in, or reports more", { concurrency: true }, () => {
  for (const { name, msal, ours, ...scene } of signedInByOne) {
    test(`${name}: msal-node`, async () => {
      expected(await signIn("msal", scene), msal);
    });
    test(`${name}: ours`, async () => {
      const one = await signIn("ours", scene);
      expected(one, ours);
      simple(one);
    });
  }
});

describe("customers (CIAM)", { concurrency: true }, () => {
  const auth = { authority: `${CUSTOMERS}/${CIAM_TENANT}` };
  const shown = (entra, userCode, { verificationUri }) => entra.approve(userCode, { at: verificationUri });

  test("the address that msal-node shows refuses customers", async () => {
    const { error } = await signIn("msal", { auth, shown });
    assert.match(error.message, /AADSTS500208/);
  });

  test("the address that ours shows accepts customers", async () => {
    const { error, result } = await signIn("ours", { auth, shown });
    assert.deepEqual([error, result?.tenantId], [absent, CIAM_TENANT]);
  });

  test("keepVerificationUri leaves it as the service sent it", async () => {
    const { codes } = await signIn("ours", { auth, options: { keepVerificationUri: true } });
    assert.equal(codes[0]?.verificationUri, WORKFORCE_PAGE);
    assert.match(codes[0]?.message, new RegExp(`${WORKFORCE_PAGE} `));
  });
});

describe("B2C", () => {
  for (const authority of [
    "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_signin",
    "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/b2c_1_signin",
    `${PUBLIC}/tfp/contoso.onmicrosoft.com/b2c_1_signin`,
  ]) {
    test(`is refused by ours before anything is sent, with a message that names B2C: ${authority}`, () => {
      const { PublicClientApplication, ClientConfigurationError } = libraries.ours;
      const host = new URL(authority).host;
      assert.throws(
        () => new PublicClientApplication({ auth: { clientId: CLIENT, authority, knownAuthorities: [host] } }),
        (error) => error instanceof ClientConfigurationError && /B2C/.test(error.message),
      );
    });
  }

  test("msal-node asks Microsoft whether it knows the host", async () => {
    const authority = "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/b2c_1_signin";
    expected(await signIn("msal", { auth: { authority } }), { ...unresolved, asked: { instances: instancesOf(authority) } });
  });
});

describe("an ADFS that answers with the errors of RFC 8628", { concurrency: true }, () => {
  const auth = { authority: ADFS, knownAuthorities: ["adfs.contoso.com"] };
  const shown = (entra, userCode) => entra.decline(userCode);

  test("declined: msal-node keeps the error code", async () => {
    const { error } = await signIn("msal", { auth, shown });
    assert.deepEqual([error.errorCode, error.message], ["post_request_failed", "post_request_failed: access_denied"]);
  });

  test("declined: ours also says who declined", async () => {
    const { error } = await signIn("ours", { auth, shown });
    assert.deepEqual([error?.name, error?.errorCode, error?.error], ["ServerError", "access_denied", "access_denied"]);
  });
});
