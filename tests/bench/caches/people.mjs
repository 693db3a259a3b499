// A cache as msal-node writes it after many sign-ins. Each person has an account, an ID token, an access token and a refresh token,
// as long as Entra's. Neither library wrote it, and both read the same text.

export const CLIENT = "00001111-aaaa-2222-bbbb-3333cccc4444";
export const TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
export const SCOPES = ["User.Read"];

const HOST = "login.windows.net";
const HOUR = 3600;

/** Person number `number`, as an account that getAllAccounts returns. */
export function person(number) {
  const uid = `00000000-0000-0000-02d8-${String(number).padStart(12, "0")}`;
  const username = `person${number}@contoso.com`;
  return {
    homeAccountId: `${uid}.${TENANT}`,
    environment: HOST,
    tenantId: TENANT,
    localAccountId: uid,
    username,
    name: `Person ${number}`,
  };
}

/** The text of a cache of `people` people. Its access tokens are valid for an hour. */
export function cacheOf(people) {
  const now = Math.floor(Date.now() / 1000);
  const cache = { Account: {}, IdToken: {}, AccessToken: {}, RefreshToken: {}, AppMetadata: {} };
  for (let number = 0; number < people; number++) addPerson(cache, number, now);
  return JSON.stringify(cache);
}

function addPerson(cache, number, now) {
  const { homeAccountId: home, localAccountId: uid, username, name } = person(number);
  const profile = { tenantId: TENANT, localAccountId: uid, name, username, isHomeTenant: true };
  cache.Account[`${home}-${HOST}-${TENANT}`] = {
    home_account_id: home,
    environment: HOST,
    realm: TENANT,
    local_account_id: uid,
    username,
    authority_type: "MSSTS",
    name,
    client_info: encoded({ uid, utid: TENANT }),
    tenantProfiles: [JSON.stringify(profile)],
  };
  const credential = (type, secret) => ({
    home_account_id: home,
    environment: HOST,
    credential_type: type,
    client_id: CLIENT,
    secret,
  });
  const claims = {
    aud: CLIENT,
    iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + HOUR,
    name,
    oid: uid,
    preferred_username: username,
    rh: tokenText(30, number),
    sub: tokenText(43, number),
    tid: TENANT,
    uti: tokenText(22, number),
    ver: "2.0",
  };
  const idToken = [encoded({ typ: "JWT", alg: "RS256", kid: tokenText(27, 1) }), encoded(claims), tokenText(342, number)].join(".");
  cache.IdToken[`${home}-${HOST}-idtoken-${CLIENT}-${TENANT}---`] = { ...credential("IdToken", idToken), realm: TENANT };
  cache.AccessToken[`${home}-${HOST}-accesstoken-${CLIENT}-${TENANT}-user.read openid profile email--`] = {
    ...credential("AccessToken", tokenText(620, number)),
    realm: TENANT,
    target: "User.Read openid profile email",
    cached_at: String(now),
    expires_on: String(now + HOUR),
    extended_expires_on: String(now + 2 * HOUR),
    token_type: "Bearer",
  };
  cache.RefreshToken[`${home}-${HOST}-refreshtoken-${CLIENT}----`] = credential("RefreshToken", `1.${tokenText(330, -number)}`);
}

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A text that looks like a token and differs for each seed. */
function tokenText(length, seed) {
  let state = (seed * 2654435761) >>> 0;
  let letters = "";
  while (letters.length < length) {
    state = (state * 1664525 + 1013904223) >>> 0;
    letters += state.toString(36);
  }
  return letters.slice(0, length);
}
