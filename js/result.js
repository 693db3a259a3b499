// A sign-in as the module reports it, in the shape of the public contract: dates, maps, parsed claims.

/** AuthenticationResult. `profiles`: what the person is called in each tenant that the cache knows, if the sign-in does not say. */
export function authenticationResult(signIn, profiles) {
  const { idTokenClaims: claimsText, account, expiresOn, extExpiresOn, refreshOn, isDue, ...rest } = signIn;
  const idTokenClaims = parsed(claimsText);
  return {
    ...rest,
    account: account ? accountInfo({ profiles, ...account }, signIn.idToken, idTokenClaims) : null,
    idTokenClaims,
    expiresOn: date(expiresOn) || null,
    extExpiresOn: date(extExpiresOn),
    refreshOn: date(refreshOn),
  };
}

/** AccountInfo of everybody in the cache. What several accounts have in common comes with the first of them, and is one object in all. */
export function cachedAccounts(accounts) {
  let home, profiles, tenantProfiles, at;
  return accounts.map((account) => {
    const { home: ofEntry, profiles: ofPerson, idToken, idTokenClaims, ...own } = account;
    if (ofEntry) home = ofEntry;
    if (ofPerson) [profiles, tenantProfiles, at] = [ofPerson, byTenant(ofPerson), 0];
    return accountInfo({ ...home, ...own, profile: profiles[at++], tenantProfiles }, idToken, idToken && parsed(idTokenClaims));
  });
}

/** AccountInfo: what is the same in every tenant, and beside it what the person is called in this one. */
function accountInfo({ profile, profiles = [profile], tenantProfiles = byTenant(profiles), ...account }, idToken, idTokenClaims) {
  const { isHomeTenant, ...named } = profile;
  return { ...account, ...named, idToken, idTokenClaims, tenantProfiles };
}

function byTenant(profiles) {
  return new Map(profiles.map((profile) => [profile.tenantId, profile]));
}

/** Tokens that have arrived are never lost over a claim: what cannot be read is left out. */
function parsed(claims) {
  try {
    return claims ? JSON.parse(claims) : {};
  } catch {
    return {};
  }
}

function date(milliseconds) {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}
