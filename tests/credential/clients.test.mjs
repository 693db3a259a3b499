// The credential under the real pipeline of Azure's clients, with a resource on loopback. docs.test.mjs has Microsoft Graph's client and the
// programs of docs/credential.md.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { isTokenCredential } from "@azure/core-auth";
import { ChainedTokenCredential, getBearerTokenProvider } from "@azure/identity";
import { bearerTokenAuthenticationPolicy, createDefaultHttpClient, createEmptyPipeline, createPipelineRequest, tlsPolicy } from "@azure/core-rest-pipeline";
import { asked, both, GRAPH, MANAGEMENT, played } from "./libraries.mjs";
import { startResource } from "./resource.mjs";

const NBF = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}';

const resources = [];
after(() => Promise.all(resources.map(({ close }) => close())));

/** A client of Azure's, reduced to its requests, and its resource. */
async function clientOf(credential) {
  const resource = await startResource();
  resources.push(resource);
  const pipeline = createEmptyPipeline();
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: MANAGEMENT }));
  pipeline.addPolicy(tlsPolicy({ ca: resource.ca }));
  const client = createDefaultHttpClient();
  const get = async (options) => (await pipeline.sendRequest(client, createPipelineRequest({ url: `${resource.origin}/subscriptions`, ...options }))).status;
  return { resource, get };
}

describe("@azure/core-rest-pipeline's bearerTokenAuthenticationPolicy", { concurrency: 4 }, () => {
  test("accepts it as a TokenCredential", () => {
    assert.ok(isTokenCredential(played("ours").credential));
  });

  test("asks the person once for many requests", async () => {
    const { credential, entra, prompts } = played("ours");
    const { resource, get } = await clientOf(credential);
    assert.deepEqual(await Promise.all([get(), get(), get()]), [200, 200, 200]);
    assert.equal(await get(), 200);
    assert.equal(prompts.length, 1);
    assert.equal(asked(entra).length, 2);
    assert.deepEqual([...new Set(resource.requests.map(({ token }) => token))], ["access-token-of-ABCDEFG01"]);
  });

  test("answers a claims challenge by a token that was requested with the claims, without the person; as with @azure/identity's", async () => {
    const seen = await both({}, async ({ credential, entra, prompts }) => {
      const { resource, get } = await clientOf(credential);
      assert.equal(await get(), 200);
      resource.revoke(NBF);
      assert.equal(await get(), 200);
      assert.equal(await get(), 200);
      return { tokens: resource.requests.map(({ token }) => token), prompts: prompts.length, last: asked(entra).at(-1) };
    });
    assert.deepEqual(seen.ours, seen.theirs);
    const { tokens, prompts, last } = seen.ours;
    assert.deepEqual(tokens, ["access-token-of-ABCDEFG01", "access-token-of-ABCDEFG01", "access-token-of-ABCDEFG01-2", "access-token-of-ABCDEFG01-2"]);
    assert.equal(prompts, 1);
    assert.equal(last.grant, "refresh_token");
    assert.deepEqual(last.accessTokenClaims, { nbf: { essential: true, value: "1604106651" }, xms_cc: { values: ["cp1"] } });
  });

  test("two clients with one credential show one code", async () => {
    const { credential, prompts } = played("ours");
    const clients = await Promise.all([clientOf(credential), clientOf(credential)]);
    assert.deepEqual(await Promise.all(clients.map(({ get }) => get())), [200, 200]);
    assert.equal(prompts.length, 1);
  });

  test("a request that is aborted while waiting for the person ends", async () => {
    const { credential } = played("ours", { shown() {} });
    const { resource, get } = await clientOf(credential);
    await assert.rejects(get({ abortSignal: AbortSignal.timeout(300) }), { name: "AbortError" });
    assert.deepEqual(resource.requests, []);
  });
});

describe("other parts of @azure/identity that take credentials", { concurrency: 4 }, () => {
  const next = { getToken: async () => ({ token: "of the next one", expiresOnTimestamp: Date.now() + 3_600_000 }) };

  test("a chain continues if nobody may be asked, if the provider cannot be reached, and if the tenant is not allowed", async () => {
    const careful = played("ours", { options: { disableAutomaticAuthentication: true } });
    const unreachable = played("ours");
    unreachable.entra.disturb("devicecode", ...Array(9).fill("unavailable"));
    for (const { credential } of [careful, unreachable]) {
      assert.equal((await new ChainedTokenCredential(credential, next).getToken(GRAPH)).token, "of the next one");
    }
    const elsewhere = new ChainedTokenCredential(played("ours").credential, next);
    assert.equal((await elsewhere.getToken(GRAPH, { tenantId: "somebody-elses" })).token, "of the next one");
    assert.equal((await new ChainedTokenCredential(played("ours").credential, next).getToken(GRAPH)).token, "access-token-of-ABCDEFG01");
  });

  test("a chain ends if the program is wrong", async () => {
    const { credential } = played("ours");
    await assert.rejects(new ChainedTokenCredential(credential, next).getToken(GRAPH, { claims: "no JSON" }), { errorCode: "invalid_claims" });
  });

  test("a bearer token provider returns its tokens", async () => {
    assert.equal(await getBearerTokenProvider(played("ours").credential, GRAPH)(), "access-token-of-ABCDEFG01");
  });
});
