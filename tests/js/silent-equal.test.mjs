// Equal silent calls at the same time: they share the lookup and the request, and nothing else. A failure of one does not affect another.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";

const { PublicClientApplication } = await import(pathToFileURL(join(installedProject(), "node_modules/device-code-flow/node.mjs")));
const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A person who has signed in, with a token for User.Read that is due for renewal if `settings` say so. */
async function signedIn(settings = {}) {
  const lines = [];
  const loggerOptions = { logLevel: 1, loggerCallback: (level, line) => lines.push(line) };
  const entra = standIn({ interval: 1, ...settings });
  const app = new PublicClientApplication({ auth, system: { fetch: entra.fetch, loggerOptions } });
  const deviceCodeCallback = ({ userCode }) => entra.approve(userCode, { person: ada });
  const { account } = await app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback });
  if (settings.refreshIn) await sleep(1000 * settings.refreshIn);
  const refreshes = () => entra.requests.filter(({ form }) => form?.grant_type === "refresh_token");
  const silent = (more) => app.acquireTokenSilent({ scopes: ["User.Read"], account, ...more });
  return { silent, refreshes, lines };
}

const due = { accessTokenLifetime: 10_000, refreshIn: 1 };
const ids = [1, 2, 3].map((digit) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`);

/** Like the one of workerd, which needs its `this`. */
class Context {
  work = [];
  #handed = this.work;
  waitUntil(promise) {
    this.#handed.push(promise);
  }
}

describe("waitUntil", { concurrency: true }, () => {
  test("of each of them gets the renewal, and the value of its promise has no tokens", async () => {
    const { silent, refreshes } = await signedIn(due);
    const contexts = [new Context(), new Context(), new Context()];
    await Promise.all(contexts.map((context) => silent({ waitUntil: (work) => context.waitUntil(work) })));
    assert.deepEqual(contexts.map(({ work }) => work.length), [1, 1, 1]);
    assert.deepEqual([await Promise.all(contexts.map(({ work }) => work[0])), refreshes().length], [Array(3).fill(undefined), 1]);
  });

  const broken = { "that throws": new Context().waitUntil, "that rejects": () => Promise.reject(new Error("a-secret")) };
  for (const [how, waitUntil] of Object.entries(broken)) {
    test(`${how} does not cost the token that is valid, and is logged`, async () => {
      const { silent, refreshes, lines } = await signedIn(due);
      const context = new Context();
      const calls = [{ waitUntil }, { waitUntil: (work) => context.waitUntil(work) }, {}];
      for (const { accessToken } of await Promise.all(calls.map(silent))) assert.equal(accessToken, "access-token-of-ABCDEFG01");
      await context.work[0];
      assert.equal(refreshes().length, 1);
      assert.equal(lines.filter((line) => /Warning - request\.waitUntil failed\./.test(line)).length, 1, lines.join("\n"));
      assert.doesNotMatch(lines.join("\n"), /a-secret/);
      assert.equal((await silent()).accessToken, "access-token-of-ABCDEFG01-2");
    });
  }

  test("that throws does not cost the token that was waited for", async () => {
    const { silent } = await signedIn();
    const calls = [{ waitUntil: new Context().waitUntil }, {}].map((more) => silent({ scopes: ["Mail.Read"], ...more }));
    for (const { accessToken } of await Promise.all(calls)) assert.equal(accessToken, "access-token-of-ABCDEFG01-2");
  });
});

describe("a result", { concurrency: true }, () => {
  for (const [from, scopes] of Object.entries({ "the cache": ["User.Read"], "the server": ["Mail.Read"] })) {
    test(`from ${from} belongs to its caller: a change to one does not show in another`, async () => {
      const { silent } = await signedIn();
      const [one, ...others] = await Promise.all([1, 2, 3].map(() => silent({ scopes })));
      const before = structuredClone(others[0]);
      one.scopes.push("another");
      one.expiresOn.setTime(0);
      one.idTokenClaims.oid = "another";
      one.account.tenantProfiles.get(TENANT).name = "another";
      one.account.name = "another";
      one.account.tenantProfiles.clear();
      for (const other of others) assert.deepEqual(other, { ...before, correlationId: other.correlationId });
      assert.deepEqual(before.account.tenantProfiles.get(TENANT).name, ada.name);
    });
  }

  test("from the cache has the caller's correlation id", async () => {
    const { silent } = await signedIn();
    const results = await Promise.all(ids.map((correlationId) => silent({ correlationId })));
    assert.deepEqual(results.map(({ correlationId }) => correlationId), ids);
  });

  test("from the server has the id of its request, as in the server's log", async () => {
    const { silent, refreshes } = await signedIn();
    const results = await Promise.all(ids.map((correlationId) => silent({ scopes: ["Mail.Read"], correlationId })));
    assert.deepEqual(results.map(({ correlationId }) => correlationId), Array(3).fill(ids[0]));
    assert.deepEqual(refreshes().length, 1);
  });
});
