// Continuous Access Evaluation: tokens that a resource may reject before they expire, stored apart from the others.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PublicClientApplication } from "@azure/msal-node";
import { CLIENT, TENANT } from "../support/entra.mjs";
import { asked, GRAPH, grants, main, MANAGEMENT, NBF, played, stored } from "./libraries.mjs";

describe("Continuous Access Evaluation", { concurrency: 4 }, () => {
  test("one sign-in serves both kinds of tokens, which are apart in memory", async () => {
    const { credential, entra, prompts } = played("ours");
    const plain = await credential.getToken(GRAPH);
    const cae = await credential.getToken(GRAPH, { enableCae: true });
    assert.notEqual(cae.token, plain.token);
    assert.equal((await credential.getToken(GRAPH, { enableCae: true })).token, cae.token);
    assert.equal((await credential.getToken(GRAPH)).token, plain.token);
    assert.equal(prompts.length, 1);
    const requests = asked(entra);
    assert.deepEqual(requests.map(({ accessTokenClaims }) => accessTokenClaims?.xms_cc?.values), [undefined, undefined, ["cp1"]]);
  });

  test("msal-node uses the same store and leaves those tokens there", async () => {
    const { plugin, sections, store } = stored();
    const { another, entra, prompts } = played("ours");
    const first = another({ cachePlugin: plugin });
    const [plain, cae] = [await first.getToken(GRAPH), await first.getToken(GRAPH, { enableCae: true })];
    const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
    const msal = new PublicClientApplication({ auth, cache: { cachePlugin: stored(store).plugin }, system: { networkClient: entra.networkClient } });
    const [account] = await msal.getAllAccounts();
    assert.equal((await msal.acquireTokenSilent({ account, scopes: [GRAPH] })).accessToken, plain.token);
    const other = await msal.acquireTokenSilent({ account, scopes: [MANAGEMENT] });
    assert.deepEqual(Object.values(sections().AccessTokenCae).map(({ secret }) => secret), [cae.token]);
    const second = another({ cachePlugin: stored(store).plugin });
    assert.equal((await second.getToken(GRAPH, { enableCae: true })).token, cae.token);
    assert.equal((await second.getToken(MANAGEMENT)).token, other.accessToken);
    assert.equal(prompts.length, 1);
  });

  test("in a store, too, the two kinds are apart", async () => {
    const { plugin, sections, store } = stored();
    const { another, prompts } = played("ours");
    const first = another({ cachePlugin: plugin });
    const [plain, cae] = [await first.getToken(GRAPH), await first.getToken(GRAPH, { enableCae: true })];
    const secrets = (section) => Object.values(section).map(({ secret }) => secret);
    assert.deepEqual(secrets(sections().AccessToken), [plain.token]);
    assert.deepEqual(secrets(sections().AccessTokenCae), [cae.token]);
    assert.equal(Object.keys(sections().RefreshToken).length, 1);
    const second = another({ cachePlugin: stored(store).plugin });
    assert.equal((await second.getToken(GRAPH, { enableCae: true })).token, cae.token);
    assert.equal((await second.getToken(GRAPH)).token, plain.token);
    assert.equal(prompts.length, 1);
  });

  test("an account that another program has removed from the store has no such tokens either", async () => {
    const { plugin, sections } = stored();
    const { another, entra, prompts } = played("ours");
    await another({ cachePlugin: plugin }).getToken(GRAPH, { enableCae: true });
    const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
    const app = new main.PublicClientApplication({ auth, cache: { cachePlugin: plugin }, system: { fetch: entra.fetch } });
    for (const account of await app.getAllAccounts()) await app.signOut({ account });
    await another({ cachePlugin: plugin }).getToken(MANAGEMENT, { enableCae: true });
    assert.equal(prompts.length, 2);
    assert.equal(Object.keys(sections().AccessTokenCae).length, 1);
  });

  test("the claims of a challenge bring a new token, which later calls get from the cache", async () => {
    const { credential, entra, prompts } = played("ours");
    const first = await credential.getToken(GRAPH, { enableCae: true });
    const second = await credential.getToken(GRAPH, { enableCae: true, claims: NBF });
    assert.notEqual(second.token, first.token);
    assert.deepEqual(asked(entra).at(-1).accessTokenClaims, { ...JSON.parse(NBF).access_token, xms_cc: { values: ["cp1"] } });
    assert.equal((await credential.getToken(GRAPH, { enableCae: true })).token, second.token);
    assert.deepEqual(grants(entra), ["devicecode", "device_code", "refresh_token"]);
    assert.equal(prompts.length, 1);
  });

  test("many calls of both kinds at the same time over a slow store lose nothing", async () => {
    const { plugin, sections } = stored();
    const { another, prompts } = played("ours", { settings: { rotation: true } });
    const credential = another({ cachePlugin: plugin });
    await credential.getToken("User.Read");
    const scopes = ["a", "b", "c", "d"].map((name) => `https://${name}.example/.default`);
    const tokens = await Promise.all(scopes.flatMap((scope) => [credential.getToken(scope), credential.getToken(scope, { enableCae: true })]));
    assert.equal(new Set(tokens.map(({ token }) => token)).size, 8);
    assert.equal(Object.keys(sections().AccessToken).length, 5);
    assert.equal(Object.keys(sections().AccessTokenCae).length, 4);
    assert.equal(prompts.length, 1);
  });
});
