// Whatever its stores do, whenever its process ends, a sign-in that is kept in a store polls no sooner than it may, reports nobody
// signed in before the tokens are stored, and ends signed in once the stores work again. In virtual time, for every store of
// flows with every store of tokens.
//
// The same of the machine alone, without stores: tests/properties.rs.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { installedProject } from "../runtime/project.mjs";
import { flowStores, tokenStores } from "./stores.mjs";
import { dice, trouble } from "./trouble.mjs";

const { Miniflare } = await import(new URL("../workers/node_modules/miniflare/dist/src/index.js", import.meta.url));
const installed = join(installedProject(), "node_modules/device-code-flow");
const { PublicClientApplication } = await import(pathToFileURL(join(installed, "node.mjs")));
const workers = await import(pathToFileURL(join(installed, "workers.mjs")));
const storage = await import(pathToFileURL(join(installed, "storage-node.mjs")));

const ROUNDS = Number(process.env.ROUNDS || 10);
const INTERVAL = 5;
const KINDS = ["read fails", "write fails", "write is lost", "write is not confirmed", "stale read", "killed", "killed after"];

// The clock of everything in this process but workerd, whose stores keep no time of their own here.
const realNow = Date.now;
let now = realNow();
const { setTimeout: timer } = globalThis;

const script = `
  import { DurableObject } from "cloudflare:workers";
  export class Objects extends DurableObject {
    get(key) { return this.ctx.storage.get(key); }
    put(key, text) { return this.ctx.storage.put(key, text); }
    remove(key) { return this.ctx.storage.delete(key); }
  }
  export default { fetch: () => new Response() };`;
const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
let miniflare, flows, tokens;

before(async () => {
  miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: "2026-01-01",
    kvNamespaces: ["KV"],
    d1Databases: ["DB"],
    durableObjects: { OBJECTS: { className: "Objects", useSQLite: true } },
  });
  const [kv, d1, objects] = await Promise.all([miniflare.getKVNamespace("KV"), miniflare.getD1Database("DB"), miniflare.getDurableObjectNamespace("OBJECTS")]);
  flows = flowStores({ ...workers, ...storage }, { kv, d1, objects });
  tokens = tokenStores(storage, { kv, folder });
  Date.now = () => now;
  // The pauses within a step take no time, but the clock knows of them.
  globalThis.setTimeout = (work, milliseconds, ...given) => {
    if (!(milliseconds <= 5000)) return timer(work, milliseconds, ...given);
    return timer(() => {
      now += milliseconds;
      work(...given);
    });
  };
});
after(async () => {
  Date.now = realNow;
  globalThis.setTimeout = timer;
  await miniflare.dispose();
  rmSync(folder, { recursive: true });
});

/** One sign-in over many processes. Gives what broke. */
async function run(flowStore, tokenStore, seed) {
  const key = `run ${seed}`;
  const chance = dice(seed);
  const entra = standIn({ interval: INTERVAL, lifetime: 900 });
  const broken = [];
  const seen = new Set();
  // User code → how many requests there had been when its tokens were first seen in their store.
  const stored = new Map();
  let calm = false;
  let status, last;
  for (let life = 0; life < 20 && status !== "completed"; life++) {
    // After a dozen processes everything works again.
    calm = life >= 12;
    const fate = trouble(chance, { kinds: calm ? [] : KINDS });
    const fetch = async (url, init) => {
      const answer = await fate.other(() => entra.fetch(url, init));
      return !calm && chance.happens(0.05) ? fate.die() : answer;
    };
    const app = new PublicClientApplication({
      auth: { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` },
      cache: { cachePlugin: tokenStore.open(key, fate) },
      system: { fetch },
    });
    const restart = ({ errorCode }) => ["device_code_expired", "tokens_lost"].includes(errorCode);
    const signIn = new workers.SignIn({ app, request: { scopes: ["User.Read"] }, store: flowStore.open(key, fate), key, restart });
    const steps = calm ? 10 : 1 + chance.below(4);
    for (let turn = 0; turn < steps && status !== "completed"; turn++) {
      // Early, on time, late; a tick of a cron comes a minute after the one before it.
      now += flowStore.pause || [100, 2_000, 5_000, 5_100, 20_000, 65_000][chance.below(6)];
      const step = await signIn.step().catch((error) => ({ error }));
      const text = await tokenStore.text(key);
      for (const userCode of seen) if (text.includes(`-of-${userCode}`) && !stored.has(userCode)) stored.set(userCode, entra.requests.length);
      if (fate.isDead()) break;
      if (step.error && !step.error.errorCode) broken.push(`an error without a code: ${step.error.stack}`);
      ({ status } = last = step);
      if (status === "completed" && !text.includes("RefreshToken")) broken.push("signed in, and no tokens are stored");
      if (step.userCode && !seen.has(step.userCode)) {
        seen.add(step.userCode);
        entra.approve(step.userCode, { afterPolls: chance.below(4) });
      }
    }
    // A lease that a dead process holds runs out; the next step may come sooner where it ended with the process.
    now += flowStore.lease;
  }
  if (status !== "completed") broken.push(`it ended as ${JSON.stringify(last)}`);
  return [...broken, ...tooSoon(entra.requests), ...again(entra.requests, stored)];
}

/** A code whose tokens are stored is not sent again: to some servers it is a stolen one then. */
function again(requests, stored) {
  const number = (userCode) => Number(userCode.slice(-2));
  return [...stored].flatMap(([userCode, from]) =>
    requests.slice(from).some(({ form }) => String(form.device_code).startsWith(`device-code-${String(number(userCode)).padStart(2, "0")}`)) ? [`${userCode} was sent again`] : [],
  );
}

/** Each poll of a code at least one interval after the one before it. */
function tooSoon(requests) {
  const last = new Map();
  return requests.flatMap(({ endpoint, form, at }) => {
    if (endpoint !== "token") return [];
    const before = last.get(form.device_code);
    last.set(form.device_code, at);
    return before !== undefined && at < before + INTERVAL * 1000 ? [`a poll came after ${at - before} ms`] : [];
  });
}

const pairs = ["d1Store", "durableObjectStore", "encryptedStore(d1Store)", "kvStore"].flatMap((flow) =>
  ["fileCache", "kvCache", "webStorageCache", "encrypted(fileCache)"].map((token) => [flow, token]),
);
for (const [index, [flow, token]] of pairs.entries()) {
  test(`flows in ${flow}, tokens in ${token}: no poll is early, nothing is reported before it is stored, and it ends signed in`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const seed = index * 1000 + round + 1;
      assert.deepEqual(await run(flows[flow], tokens[token], seed), [], `seed ${seed}`);
    }
  });
}
