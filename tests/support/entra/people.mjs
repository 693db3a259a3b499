// Who signs in at the stand-in, and what an ID token says about them where they do.

import { PERSONAL_TENANT, TENANT } from "./authorities.mjs";

/**
 * Somebody at home in TENANT: the claims of her ID token, and of client_info `uid`, `utid` and, if any, `xms_tdbr`. A
 * guest's uid and utid, of home, are others than oid and tid. `elsewhere` has the claims that are others in more tenants.
 */
export const ada = {
  oid: "00000000-0000-0000-66f3-3332eca7ea81",
  sub: "pairwise-of-ada",
  tid: TENANT,
  preferred_username: "ada@contoso.com",
  name: "Ada Lovelace",
  uid: "00000000-0000-0000-66f3-3332eca7ea81",
  utid: TENANT,
};

/** Somebody with a personal account. */
export const grace = {
  oid: "00000000-0000-0000-1234-56789abcdef0",
  sub: "pairwise-of-grace",
  tid: PERSONAL_TENANT,
  preferred_username: "grace@outlook.com",
  name: "Grace Hopper",
  uid: "00000000-0000-0000-1234-56789abcdef0",
  utid: PERSONAL_TENANT,
};

/** Who is at home at an authority, if a test does not care. */
export function somebodyAt({ guid }) {
  if (guid === PERSONAL_TENANT) return grace;
  return guid ? { ...ada, tid: guid, utid: guid } : ada;
}

/** Can this person sign in there at all? */
export function belongs({ tid }, { kind, tenant, guid }) {
  if (kind === "adfs" || kind === "issuer") return true;
  if (tenant === "organizations") return tid !== PERSONAL_TENANT;
  return guid === undefined || tid === guid;
}

/**
 * The same person in the tenant that an authority is about, once she has signed in: at home where it is about none, as
 * Entra refreshes at `common`. `undefined` where she has no account.
 */
export function personAt(person, { kind, guid }) {
  const { uid, utid, tid, elsewhere } = person;
  if (kind !== "entra" || guid === tid) return person;
  const wanted = guid ?? utid;
  if (wanted === tid) return person;
  if (elsewhere?.[wanted]) return { ...person, ...elsewhere[wanted], tid: wanted };
  return wanted === utid ? { ...person, oid: uid, sub: `${person.sub}-at-home`, tid: utid } : undefined;
}

/** The claims that are about the person. ADFS and other issuers know no directory, so no oid and no tid. */
export function claimsOf({ uid, utid, xms_tdbr, elsewhere, ...claims }, { kind }) {
  const { oid, tid, ...plain } = claims;
  if (kind === "issuer") return { ...plain, email: claims.preferred_username };
  if (kind !== "adfs") return claims;
  const [login] = claims.preferred_username.split("@");
  return { sub: claims.sub, upn: claims.preferred_username, unique_name: `CONTOSO\\${login}` };
}

/** What client_info says. Only Entra sends it. */
export function clientInfoOf({ uid, utid, xms_tdbr }) {
  return { uid, utid, xms_tdbr };
}
