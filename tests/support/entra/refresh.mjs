// Refresh tokens: what each sign-in has been given, which of it is good, and what an answer to a refresh is.
//
// As at Entra a refresh brings a new refresh token and leaves the old one good, for every resource that the person
// consented to and every tenant that she has an account in. Tokens have numbers: `access-token-of-ABCDEFG01` came with the
// sign-in, `access-token-of-ABCDEFG01-2` with the first refresh. Not when they expire: who asks looks at `expires_in`.

import { tokensOf } from "./answers.mjs";
import { belongs, personAt } from "./people.mjs";

/**
 * @param options of the stand-in, looked at with every request:
 * - `rotation`: false as at Entra; true: an old refresh token dies, and whoever uses it again ends the whole sign-in
 *   (RFC 9700 §4.14.2); "none": a refresh brings no new refresh token
 * - `foci`: the clients of Microsoft's family, true for all: each may use the refresh tokens of the others
 * - `consented`: the scopes that the person consented to, without a list all
 */
export function sessionsOf(options) {
  const sessions = [];
  const revoked = [];

  const inFamily = (client) => options.foci === true || (Array.isArray(options.foci) && options.foci.includes(client));
  const holderOf = (token) => sessions.find(({ refreshTokens }) => refreshTokens.includes(token));

  /** The next tokens of a sign-in, as the answer has them. */
  function issued(session, { client, scopes, authority, person }, form) {
    session.count += 1;
    const name = session.count === 1 ? session.userCode : `${session.userCode}-${session.count}`;
    const family = inFamily(client);
    const tokens = tokensOf({ name, client, scopes, authority, person, family }, form, options);
    if (session.count > 1 && options.rotation === "none") delete tokens.refresh_token;
    if (tokens.refresh_token) {
      if (options.rotation === true) session.spent = [...session.refreshTokens];
      session.refreshTokens.push(tokens.refresh_token);
    }
    session.family = family;
    return tokens;
  }

  /** The tokens of a code that was approved. */
  function begun({ userCode, client, scopes, authority, decision: { person } }, form) {
    const session = { userCode, client, person, network: authority.network, scopes, refreshTokens: [], spent: [], count: 0, ended: false };
    sessions.push(session);
    return issued(session, { client, scopes, authority, person }, form);
  }

  /** The tokens for a refresh token, or why there are none. */
  function refreshed(form, authority, refused) {
    const { client_id: client, refresh_token: token, scope } = form;
    const session = holderOf(token);
    if (!session || session.network !== authority.network) return refused(50173);
    if (client !== session.client && !(session.family && inFamily(client))) return refused(session.family ? MISMATCH : 50173);
    if (session.spent.includes(token)) session.ended = true;
    if (session.ended) return refused(50173);
    const person = personAt(session.person, authority);
    if (!person || !belongs(person, authority)) return refused(50020);
    const scopes = scope?.split(" ").filter(Boolean) ?? session.scopes;
    if (new Set(scopes.filter((one) => !OF_SIGN_IN.includes(one)).map(resourceOf)).size > 1) return refused(28000);
    if (!scopes.every((one) => OF_SIGN_IN.includes(one) || consented(one))) return refused(65001);
    return { body: issued(session, { client, scopes, authority, person }, form) };
  }

  function consented(scope) {
    const { consented } = options;
    if (!consented) return true;
    if (!scope.endsWith("/.default")) return consented.some((one) => one.toLowerCase() === scope.toLowerCase());
    return consented.some((one) => resourceOf(one) === resourceOf(scope));
  }

  /** RFC 7009: a token that is unknown is as good as revoked. With a refresh token goes all that came of it (§2.1). */
  function revoke({ token, token_type_hint: hint, client_id: client }, refused) {
    if (!token) return refused(NO_TOKEN);
    const session = holderOf(token);
    if (session && session.client !== client) return refused(NOT_ITS_OWN);
    revoked.push({ token, hint, client });
    if (session) session.ended = true;
    return { body: "" };
  }

  return { sessions, revoked, begun, refreshed, revoke };
}

/** What makes a sign-in, and is of no resource. */
export const OF_SIGN_IN = ["openid", "profile", "offline_access", "email"];

/** The resource of a scope; Microsoft Graph's may stand without its name. */
function resourceOf(scope) {
  const end = scope.lastIndexOf("/");
  return end < 0 ? "https://graph.microsoft.com" : scope.slice(0, end);
}

// Entra documents no number for it.
const MISMATCH = ["invalid_grant", "The refresh token is of Microsoft's family, and the client is not.", { suberror: "client_mismatch" }];
const NO_TOKEN = ["invalid_request", "The token is missing."];
// RFC 7009 §2.1, in the error of RFC 6749 §5.2 for it.
const NOT_ITS_OWN = ["invalid_grant", "The token was issued to another client."];
