// A sign-in in a store that two processes use. One process ends or replaces the sign-in that the other has in memory. Nobody is shown an
// old code, and nobody is signed in by one.
//
// kill.test.mjs has processes that are killed; tests/workers has isolates over Cloudflare's engines.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";

const installed = join(installedProject(), "node_modules/device-code-flow");
const { PublicClientApplication } = await import(pathToFileURL(join(installed, "node.mjs")));
const { SignIn, signInWorkflow } = await import(pathToFileURL(join(installed, "workers.mjs")));

const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
const bob = { ...ada, oid: "bob", uid: "bob", sub: "bob", name: "Bob" };
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const failureOf = (promise) => promise.then((value) => assert.fail(`no failure: ${JSON.stringify(value)}`), (error) => error);

/**
 * One store of sign-ins and one of tokens, and processes that use them. `takes`: whether the token store accepts writes. `lent`: whether
 * another process holds the lease of the sign-in store.
 */
function world({ interval = 1 } = {}) {
  const world = { entra: standIn({ interval }), flow: undefined, tokens: "", takes: true, lent: false };
  const store = {
    name: "the shelf",
    read: async () => world.flow,
    lease: async () => (world.lent ? null : { write: async (text) => void (world.flow = text ?? undefined), release: async () => {} }),
  };
  const cachePlugin = {
    beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(world.tokens),
    async afterCacheAccess({ cacheHasChanged, tokenCache }) {
      if (!cacheHasChanged) return;
      if (!world.takes) throw new Error("the store takes nothing");
      world.tokens = tokenCache.serialize();
    },
  };
  world.process = () => {
    const app = new PublicClientApplication({ auth, cache: { cachePlugin }, system: { fetch: world.entra.fetch } });
    return new SignIn({ app, request: { scopes: ["User.Read"] }, store });
  };
  return world;
}

/** Ada has signed in. The first process has her tokens and cannot store them. */
async function unstored() {
  const it = world();
  const [first, second] = [it.process(), it.process()];
  it.entra.approve((await first.step()).userCode, { person: ada });
  await sleep(1100);
  it.takes = false;
  assert.equal((await failureOf(first.step())).errorCode, "cache_plugin_error");
  it.takes = true;
  return { it, first, second };
}

describe("tokens that have arrived and are not stored yet", { concurrency: true }, () => {
  test("are stored by the next step of the process that has them", async () => {
    const { it, first } = await unstored();
    assert.equal((await first.status()).userCode, "ABCDEFG01");
    const { status, account } = await first.step();
    assert.deepEqual([status, account.name], ["completed", ada.name]);
    assert.match(it.tokens, /refresh-token-of-ABCDEFG01/);
  });

  test("do not complete a sign-in that another process has begun in place of theirs", async () => {
    const { it, first, second } = await unstored();
    await second.cancel();
    assert.equal((await second.start()).userCode, "ABCDEFG02");
    for (const verb of ["status", "start", "step"]) {
      const { status, userCode } = await first[verb]();
      assert.deepEqual([verb, status, userCode], [verb, "pending", "ABCDEFG02"]);
    }
    it.entra.approve("ABCDEFG02", { person: bob });
    await sleep(1100);
    const { status, account } = await first.step();
    assert.deepEqual([status, account.name, (await second.status()).account.name], ["completed", bob.name, bob.name]);
  });

  test("do not complete a sign-in that another process has cancelled", async () => {
    const { first, second } = await unstored();
    await second.cancel();
    assert.deepEqual(await first.status(), { status: "none" });
    assert.deepEqual([(await first.step()).userCode, (await first.status()).userCode], ["ABCDEFG02", "ABCDEFG02"]);
  });
});

describe("a Workflow", () => {
  test("whose store is leased to another process looks again after some seconds, and continues", async () => {
    const it = world();
    it.lent = true;
    const [kept, waits] = [[], []];
    const step = {
      do: async (name, config, work) => kept[kept.push(JSON.parse(JSON.stringify(await work()))) - 1],
      async sleep(name, milliseconds) {
        waits.push(milliseconds);
        if (kept.at(-1).userCode) it.entra.approve(kept.at(-1).userCode);
        if (waits.length === 2) it.lent = false;
        else if (waits.length > 2) await sleep(milliseconds);
      },
    };
    assert.deepEqual([(await it.process().step()).status, it.entra.requests.length], ["none", 0]);
    const { status } = await signInWorkflow(step, it.process());
    assert.deepEqual([status, kept.map(({ status }) => status)], ["completed", ["none", "none", "pending", "completed"]]);
    assert.ok(waits.slice(0, 2).every((wait) => wait >= 2000 && wait <= 10_000), String(waits));
  });
});
