// A sign-in as the module reports it, in the shape of the public contract: dates, maps, parsed claims.

/** AuthenticationResult. */
export function authenticationResult(signIn) {
  const { idTokenClaims: claimsText, account, expiresOn, extExpiresOn, refreshOn, ...rest } = signIn;
  const idTokenClaims = parsed(claimsText);
  return {
    ...rest,
    account: account ? accountInfo(account, signIn.idToken, idTokenClaims) : null,
    idTokenClaims,
    fromCache: false,
    expiresOn: date(expiresOn) || null,
    extExpiresOn: date(extExpiresOn),
    refreshOn: date(refreshOn),
  };
}

/** AccountInfo: what is the same in every tenant, and beside it what the person is called in this one. */
function accountInfo({ profile, ...account }, idToken, idTokenClaims) {
  const { isHomeTenant, ...named } = profile;
  return { ...account, ...named, idToken, idTokenClaims, tenantProfiles: new Map([[profile.tenantId, profile]]) };
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
