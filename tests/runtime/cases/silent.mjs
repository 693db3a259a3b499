// Tokens without a person: from the cache, by the refresh token at a real server, and what remains after signing out.

import { equal, failureOf, ok, recording } from "../tools.mjs";

const scopes = ["openid", "profile"];

/** A person who has signed in at the real server, and the token requests since then. */
async function signedIn({ app, person }, login) {
  const fetch = recording();
  const own = app({ fetch });
  const deviceCodeCallback = ({ userCode }) => person(userCode, "approve", login);
  const { account, accessToken } = await own.acquireTokenByDeviceCode({ scopes, deviceCodeCallback });
  fetch.calls.length = 0;
  const refreshes = () => fetch.calls.filter(({ form }) => form.get("grant_type") === "refresh_token");
  return { own, account, accessToken, fetch, refreshes };
}

export const silent = {
  "a silent call returns the token of the cache, and a new one from the server when needed": async (tools) => {
    const { own, account, accessToken, fetch, refreshes } = await signedIn(tools, "alice");
    const cached = await own.acquireTokenSilent({ scopes, account });
    equal([cached.fromCache, cached.accessToken, fetch.calls.length], [true, accessToken, 0], "from the cache");
    const renewed = await own.acquireTokenSilent({ scopes, account, forceRefresh: true });
    ok(!renewed.fromCache && renewed.accessToken !== accessToken, "a new token");
    equal([renewed.account.username, renewed.account.homeAccountId], [account.username, account.homeAccountId], "the same person");
    ok(renewed.idTokenClaims.sub === cached.idTokenClaims.sub && renewed.expiresOn instanceof Date, "a whole result");
    // The server accepts a refresh token once. The second refresh works only if the new one was stored.
    await own.acquireTokenSilent({ scopes, account, forceRefresh: true });
    const [first, second] = refreshes().map(({ form }) => form.get("refresh_token"));
    ok(first && second && first !== second, "the new refresh token was used");
    equal((await own.acquireTokenSilent({ scopes, account: (await own.getAllAccounts())[0] })).fromCache, true);
  },

  "equal silent calls at the same time are one request, and an aborted one does not end it": async (tools) => {
    const { own, account, refreshes } = await signedIn(tools, "bilal");
    const controller = new AbortController();
    const request = { scopes, account, forceRefresh: true };
    const calls = [own.acquireTokenSilent(request), own.acquireTokenSilent({ ...request, signal: controller.signal }), own.acquireTokenSilent(request)];
    controller.abort("enough");
    equal(await failureOf(calls[1]), "enough");
    const [one, other] = [await calls[0], await calls[2]];
    equal([one.accessToken === other.accessToken, refreshes().length], [true, 1]);
  },

  "a cache goes as a text from one application to another, which renews": async (tools) => {
    const { own, account } = await signedIn(tools, "chiara");
    const text = own.getTokenCache().serialize();
    const other = tools.app();
    other.getTokenCache().deserialize(text);
    equal((await other.getAllAccounts()).map(({ username }) => username), [account.username]);
    ok(!(await other.acquireTokenSilent({ scopes, account, forceRefresh: true })).fromCache, "a new token");
  },

  "after signing out with revoke, a copy of the cache is useless": async (tools) => {
    const { own, account } = await signedIn(tools, "alice");
    const copy = own.getTokenCache().serialize();
    await own.signOut({ account, revoke: true });
    equal([await own.getAllAccounts(), copy !== own.getTokenCache().serialize()], [[], true]);
    const other = tools.app();
    other.getTokenCache().deserialize(copy);
    const error = await failureOf(other.acquireTokenSilent({ scopes, account, forceRefresh: true }));
    ok(error instanceof tools.library.InteractionRequiredAuthError, String(error));
    equal([error.errorCode, error.fault], ["invalid_grant", "person"]);
  },

  "a silent call without tokens says that a person is needed": async ({ app, issuer, library }) => {
    const account = { homeAccountId: "nobody", environment: new URL(issuer).host, tenantId: "" };
    const error = await failureOf(app().acquireTokenSilent({ scopes, account }));
    ok(error instanceof library.InteractionRequiredAuthError && error instanceof library.AuthError, String(error));
    equal([error.errorCode, error.retryable], ["no_tokens_found", false]);
  },

  "a server that is down is asked three times, and then not for a minute": async ({ script }) => {
    const tokens = { access_token: "at", token_type: "Bearer", expires_in: 3600, refresh_token: "rt" };
    const { app, hits } = await script({ token: [{ body: tokens }, { status: 503 }] });
    const { account } = await app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    for (const calls of [4, 4]) {
      const error = await failureOf(app.acquireTokenSilent({ scopes: ["b"], account }));
      equal([error.errorCode, error.status, error.retryable, (await hits("token")).length], ["server_unavailable", 503, true, calls]);
    }
  },
};
