// The authorities of the tests in this folder, and what is compared of a sign-in there. Not a test.

import assert from "node:assert/strict";
import { TENANT } from "../support/entra.mjs";

export const PUBLIC = "https://login.microsoftonline.com";
export const CUSTOMERS = "https://contoso.ciamlogin.com";
export const ADFS = "https://adfs.contoso.com/adfs";
export const DSTS = `https://dsts.contoso.com/dstsv2/${TENANT}`;
export const ISSUER = "https://id.example";
export const WORKFORCE_PAGE = "https://login.microsoft.com/device";
export const CUSTOMERS_PAGE = `${CUSTOMERS}/common/oauth2/deviceauth`;

/** A private cloud of Contoso, which Microsoft knows, and a domain of its own. */
export const CLOUD = {
  preferred_network: "login.contoso.cloud",
  preferred_cache: "cache.contoso.cloud",
  aliases: ["login.contoso.cloud", "sts.contoso.cloud"],
};
export const PRIVATE = "https://login.contoso.cloud";
export const privateCloud = { privateClouds: [CLOUD], customDomains: ["login.contoso.com"] };
export const cloudDiscoveryMetadata = JSON.stringify({ tenant_discovery_endpoint: "", metadata: [CLOUD] });
export const metadataOf = (authority, more) =>
  JSON.stringify({
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    ...more,
  });

/** The endpoints of this flow, with the names of Microsoft's versioned ones. */
export const endpoints = (authority) => ({
  devicecode: `${authority}/oauth2/v2.0/devicecode`,
  token: `${authority}/oauth2/v2.0/token`,
});
export const openid = (authority) => `${authority}/.well-known/openid-configuration`;
export const instancesOf = (authority) =>
  `${PUBLIC}/common/discovery/instance?api-version=1.1&authorization_endpoint=${authority}/oauth2/v2.0/authorize`;

/** What is compared: the requested addresses, each endpoint once; what is shown; and the account. */
export function view({ error, result, codes, requests }) {
  const asked = {};
  for (const { endpoint = "elsewhere", url, query } of requests) {
    const [version, about] = [query["api-version"], query.authorization_endpoint];
    const address = about ? `${url}?api-version=${version}&authorization_endpoint=${about}` : url;
    asked[endpoint] = [...new Set([...(asked[endpoint]?.split(" ") ?? []), address])].join(" ");
  }
  const [code] = codes;
  const { authority, tenantId, uniqueId, scopes, account } = result ?? {};
  return {
    failed: error && `${error.name} ${error.errorCode}`,
    result: result && "tokens",
    asked,
    page: code?.verificationUri,
    message: code?.message,
    times: code && [code.expiresIn, code.interval],
    authority,
    tenantId,
    uniqueId,
    scopes: scopes?.join(" "),
    ...(account && { account: Object.fromEntries(ACCOUNT.map((name) => [name, account[name]])) }),
  };
}

const ACCOUNT = ["environment", "homeAccountId", "localAccountId", "tenantId", "username", "authorityType"];

/** Compares a view with the expected one. Fields that are not mentioned do not matter, also in an account. */
export function expected(seen, { account, ...wanted }) {
  const found = view(seen);
  const why = seen.error && ` (${seen.error.message})`;
  for (const [name, value] of Object.entries(wanted)) assert.deepEqual(found[name], value, name + (why ?? ""));
  for (const [name, value] of Object.entries(account ?? {})) assert.deepEqual(found.account?.[name], value, `account.${name}${why ?? ""}`);
}

/** What no request may need or contain. */
export function simple({ requests }) {
  for (const { url, preflight, secrets, headers } of requests) {
    assert.deepEqual({ preflight, secrets, origin: headers.origin }, { preflight: [], secrets: [], origin: undefined }, url);
  }
}

/** The requests to a private cloud's tenant, and the place of its accounts. */
export const cloud = (network, environment = network) => ({
  asked: endpoints(`https://${network}/${TENANT}`),
  account: { environment },
});
export const canonical = (authority) => ({ authority: `${authority}/`, failed: undefined });
