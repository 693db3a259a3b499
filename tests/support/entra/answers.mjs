// What the two endpoints of this flow give, as each kind of authority words it.
//
// Entra's and its customers' (CIAM): facts of one service. ADFS: MS-OAPX and what ADFS 2019 publishes. Any other issuer:
// RFC 8628 §3.2 and RFC 6749 §5.1 alone. Nothing is signed.

import { PERSONAL_TENANT } from "./authorities.mjs";
import { claimsOf, clientInfoOf } from "./people.mjs";

/** What the person types; personal accounts have shorter codes. */
export function userCodeOf(authority, number) {
  const digits = String(number).padStart(2, "0");
  return authority.guid === PERSONAL_TENANT ? `ABCDEF${digits}` : `ABCDEFG${digits}`;
}

/** Where the person has to type it, so that it works. */
export function pageOf({ kind, guid, name, origin, cloud, issuer }) {
  if (kind === "ciam") return `https://${name}.ciamlogin.com/common/oauth2/deviceauth`;
  if (kind === "adfs") return `${origin}/adfs/oauth2/deviceauth`;
  if (kind === "issuer") return `${issuer}/device`;
  if (guid === PERSONAL_TENANT) return "https://www.microsoft.com/link";
  return cloud?.page ?? `${origin}/common/oauth2/deviceauth`;
}

/** The answer of the device code endpoint. */
export function codesOf({ userCode, deviceCode, authority }, { interval, lifetime }) {
  const page = authority.kind === "ciam" ? WORKFORCE_PAGE : pageOf(authority);
  const codes = { user_code: userCode, device_code: deviceCode };
  const message = `To sign in, use a web browser to open the page ${page} and enter the code ${userCode} to authenticate.`;
  const times = { expires_in: lifetime, ...(interval !== null && { interval }) };
  switch (authority.kind) {
    case "adfs": {
      const texts = Object.entries(times).map(([name, seconds]) => [name, String(seconds)]);
      return { ...codes, verification_url: page, ...Object.fromEntries(texts), message };
    }
    case "issuer":
      return { ...codes, verification_uri: page, verification_uri_complete: `${page}?user_code=${userCode}`, ...times };
  }
  return { ...codes, verification_uri: page, ...times, message };
}

// Customers' tenants are given the address of the others, where their people are refused with AADSTS500208.
const WORKFORCE_PAGE = "https://login.microsoft.com/device";

/** The answer of the token endpoint, when there are tokens; `name` is what tells them from others. */
export function tokensOf({ name, client, scopes, authority, person, family }, form, { accessTokenLifetime, refreshIn, issuedAt }) {
  const { kind } = authority;
  const microsoft = kind !== "adfs" && kind !== "issuer";
  const has = (scope) => scopes.includes(scope);
  const times = { iat: issuedAt, nbf: issuedAt, exp: issuedAt + accessTokenLifetime };
  const idToken = { aud: client, iss: issuerOf(authority, person), ...times, ...claimsOf(person, authority), ...(microsoft && { ver: "2.0" }) };
  return {
    token_type: kind === "adfs" ? "bearer" : "Bearer",
    scope: scopes.filter((scope) => scope !== "offline_access").join(" "),
    expires_in: accessTokenLifetime,
    ...(microsoft && { ext_expires_in: 2 * accessTokenLifetime }),
    // Entra sends it with tokens that live for more than two hours.
    ...(microsoft && (refreshIn ?? accessTokenLifetime > 7200) && { refresh_in: refreshIn ?? Math.floor(accessTokenLifetime / 2) }),
    access_token: `access-token-of-${name}`,
    ...(has("offline_access") && { refresh_token: `refresh-token-of-${name}` }),
    ...(kind === "adfs" && has("offline_access") && { refresh_token_expires_in: 28_799 }),
    ...(has("openid") && { id_token: `${encoded({ alg: "RS256", typ: "JWT" })}.${encoded(idToken)}.` }),
    ...((kind === "entra" || kind === "ciam") && form.client_info === "1" && { client_info: encoded(clientInfoOf(person)) }),
    ...(microsoft && family && { foci: "1" }),
  };
}

/** Who says so in the ID token. */
export function issuerOf({ kind, origin, base, issuer, guid }, { tid }) {
  switch (kind) {
    case "ciam":
      return `https://${guid}.ciamlogin.com/${guid}/v2.0`;
    case "adfs":
      return `${origin}/adfs`;
    case "dsts":
      return origin + base;
    case "issuer":
      return issuer;
  }
  return `${origin}/${tid}/v2.0`;
}

function encoded(value) {
  // Also where there is no Buffer.
  const letters = Array.from(new TextEncoder().encode(JSON.stringify(value)), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
