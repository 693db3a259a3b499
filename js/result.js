// @ts-check
// A sign-in as the module reports it (src/web/views.rs), in the shape of the public contract: dates, maps, parsed claims.

/**
 * An AuthenticationResult.
 *
 * @param {{ signIn: import("./glue.js").SignIn, profiles?: import("./glue.js").Profile[] }} tokens `profiles`: the person's names in each tenant that the cache knows
 */
export function authenticationResult({ signIn, profiles }) {
  const { idTokenClaims: claimsText, account, expiresOn, extExpiresOn, refreshOn, isDue, ...rest } = signIn;
  const idTokenClaims = parsed(claimsText);
  return {
    ...rest,
    account: accountInfo({ profiles, ...account }, signIn.idToken, idTokenClaims),
    idTokenClaims,
    expiresOn: date(expiresOn) || null,
    extExpiresOn: date(extExpiresOn),
    refreshOn: date(refreshOn),
  };
}

/**
 * The AccountInfo of every account in the cache. The accounts of one person share one map of tenant profiles, which comes with the first of
 * them.
 *
 * @param {import("./glue.js").Account[]} accounts
 */
export function cachedAccounts(accounts) {
  /** @type {Map<string, any> | undefined} */
  let tenantProfiles;
  return accounts.map(({ profiles, idToken, idTokenClaims, ...account }) => {
    if (profiles) tenantProfiles = byTenant(profiles);
    return accountInfo({ ...account, tenantProfiles }, idToken, idToken && parsed(idTokenClaims));
  });
}

/**
 * An AccountInfo: what is the same in every tenant, and beside it the person's names in this one.
 *
 * @param {any} account
 * @param {string | undefined} idToken
 * @param {any} idTokenClaims
 */
function accountInfo({ profile, profiles = [profile], tenantProfiles = byTenant(profiles), ...account }, idToken, idTokenClaims) {
  const { isHomeTenant, ...names } = profile;
  return { ...account, ...names, idToken, idTokenClaims, tenantProfiles };
}

/** @param {import("./glue.js").Profile[]} profiles */
function byTenant(profiles) {
  return new Map(profiles.map((profile) => [profile.tenantId, profile]));
}

/**
 * Tokens that have arrived are never lost over a claim: what cannot be read is left out.
 *
 * @param {string | undefined} claims a JSON text
 */
function parsed(claims) {
  try {
    return claims ? JSON.parse(claims) : {};
  } catch {
    return {};
  }
}

/** @param {number | undefined} milliseconds */
function date(milliseconds) {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}
