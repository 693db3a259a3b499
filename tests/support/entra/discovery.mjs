// What authorities publish about themselves: instance discovery, and the metadata of OpenID Connect and RFC 8414.
//
// An issuer that is not Microsoft's, in the settings of a stand-in, has
// - `issuer`: its name; a path alone is at every host, so at the loopback server's
// - `openid` (is by default), `oauth` (is not): the documents that it publishes
// - `paths`: of its endpoints `devicecode`, `token` and `revocation`; null for the first where it lacks this flow, for the
//   last where nothing can be revoked (RFC 7009)
// - `published`: what its document says instead, for example another issuer

import { cloudOf } from "./authorities.mjs";
import { issuerOf } from "./answers.mjs";
import { refusal } from "./errors.mjs";

/** Whether Microsoft knows the host of an authority, and the clouds that it knows. */
export function instances(request, authority, world) {
  const asked = URL.canParse(request.query.authorization_endpoint) && new URL(request.query.authorization_endpoint);
  if (!asked || !["1.0", "1.1"].includes(request.query["api-version"])) return refusal(50050, request, authority);
  const cloud = cloudOf(asked.host, world);
  if (!cloud || (cloud.unlisted && !cloud.custom)) return refusal(50049, request, authority);
  const [, tenant] = asked.pathname.split("/");
  const listed = world.clouds.filter(({ unlisted }) => !unlisted);
  const metadata = listed.map(({ preferred_network, preferred_cache, aliases }) => ({ preferred_network, preferred_cache, aliases }));
  return {
    body: {
      tenant_discovery_endpoint: `${asked.origin}/${tenant}/v2.0/.well-known/openid-configuration`,
      "api-version": request.query["api-version"],
      metadata,
    },
  };
}

/** The metadata of an authority. */
export function metadata(authority) {
  const { kind, origin, base, issuer, places, published } = authority;
  switch (kind) {
    case "adfs": {
      const at = `${origin}/adfs/`;
      return document(issuerOf(authority, {}), {
        authorization: `${at}oauth2/authorize/`,
        token: `${at}oauth2/token/`,
        devicecode: `${at}oauth2/devicecode`,
        keys: `${at}discovery/keys`,
        scopes: ["openid", "profile", "email", "allatclaims", "user_impersonation"],
      });
    }
    case "issuer": {
      const scopes = ["openid", "profile", "offline_access"];
      const endpoints = { authorization: `${issuer}/authorize`, token: issuer + places.token, keys: `${issuer}/keys`, scopes };
      const devicecode = places.devicecode && issuer + places.devicecode;
      const revocation = places.revocation && issuer + places.revocation;
      return { ...document(issuer, { ...endpoints, devicecode, revocation }), ...published };
    }
  }
  // A tenant is called by its GUID here, however it was called in the question.
  const { guid = "{tenantid}", tenant } = authority;
  const called = tenant === "consumers" ? tenant : (authority.guid ?? tenant);
  const at = origin + base.replace(tenant, called);
  return document(issuerOf(authority, { tid: guid }), {
    authorization: `${at}oauth2/v2.0/authorize`,
    token: `${at}oauth2/v2.0/token`,
    devicecode: `${at}oauth2/v2.0/devicecode`,
    keys: `${at}discovery/v2.0/keys`,
    scopes: ["openid", "profile", "email", "offline_access"],
  });
}

function document(issuer, { authorization, token, devicecode, revocation, keys, scopes }) {
  return {
    issuer,
    authorization_endpoint: authorization,
    token_endpoint: token,
    ...(devicecode && { device_authorization_endpoint: devicecode }),
    ...(revocation && { revocation_endpoint: revocation }),
    jwks_uri: keys,
    scopes_supported: scopes,
    response_types_supported: ["code", "id_token", "code id_token"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}
