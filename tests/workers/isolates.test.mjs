// Ticks at the same moment that share no memory: two isolates of workerd and another process, over one D1; two isolates over one KV. D1's
// conditional UPDATE decides which one polls. KV cannot decide; the tests check what docs/workers.md says of it.
//
// accidents.test.mjs has ticks that overlap within one isolate.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { several } from "./two.mjs";

const INTERVAL = 1000;
// The errors that a step may report about its stores. The next step continues.
const STORES = ["sign_in_store_error", "cache_plugin_error", "storage_write_failed"];
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
// `latency`: the others come while an answer is on its way.
const entra = standIn({ interval: INTERVAL / 1000, latency: 150 });
// Request → its sender.
const senders = new Map();
let step, kv, worker;

before(async () => {
  const fetch = (who, url, init) => {
    const answer = entra.fetch(url, init);
    // The server has recorded it by now.
    senders.set(entra.requests.at(-1), who);
    return answer;
  };
  ({ worker, kv, step } = await several({ clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}`, fetch }));
});
after(() => worker.dispose());

const pollsOf = (userCode) => entra.requests.filter(({ endpoint, form }) => endpoint === "token" && form.device_code.startsWith(`device-code-${userCode.slice(-2)}`));
const tooSoon = (polls) => polls.slice(1).flatMap(({ at }, before) => (at < polls[before].at + INTERVAL ? [at - polls[before].at] : []));

/** The steps of all, for each key, at the same time: key → the result of each. */
async function ticks(store, keys, who) {
  const all = (key) => Promise.all(who.map((name) => step[name](store, key)));
  return new Map(await Promise.all(keys.map(async (key) => [key, await all(key)])));
}

describe("over one D1", () => {
  // Twice each: two invocations in one isolate.
  const everybody = ["one", "two", "three", "three", "two", "one"];
  const keys = Array.from({ length: 12 }, (_, number) => `shared-${number}`);
  const codes = new Map();

  test("twelve sign-ins, six ticks at the same time for each: one code", async () => {
    for (const [key, seen] of await ticks("d1", keys, everybody)) {
      const own = new Set(seen.map(({ userCode }) => userCode).filter(Boolean));
      assert.deepEqual([own.size, seen.filter(({ code }) => code)], [1, []], key);
      codes.set(key, [...own][0]);
    }
    assert.equal(entra.requests.length, keys.length);
  });

  test("one poll per interval in total", async () => {
    for (let round = 1; round <= 3; round++) {
      await sleep(INTERVAL + 100);
      for (const [key, seen] of await ticks("d1", keys, everybody)) {
        assert.ok(seen.every(({ status, userCode }) => status === "pending" && userCode === codes.get(key)), JSON.stringify(seen));
        const polls = pollsOf(codes.get(key));
        assert.deepEqual(tooSoon(polls), [], key);
        // More only if the ticks took longer than an interval.
        assert.ok(polls.length >= round, `${key}: ${polls.length} polls`);
      }
    }
  });

  test("what one has polled, the others do not poll again", async () => {
    for (const name of ["three", "one", "two"]) {
      await sleep(INTERVAL + 100);
      const before = entra.requests.length;
      await step[name]("d1", keys[0]);
      await ticks("d1", [keys[0]], everybody);
      const [first, ...more] = entra.requests.slice(before);
      assert.equal(senders.get(first), name);
      assert.deepEqual(tooSoon([first, ...more]), []);
    }
  });

  test("a hundred ticks for each, at random times, poll no sooner", async () => {
    for (let tick = 0; tick < 100; tick++) {
      const [name] = everybody.slice(tick % everybody.length);
      void ticks("d1", [keys[tick % 5]], [name, "one"]);
      await sleep(30);
    }
    await sleep(500);
    for (const key of keys.slice(0, 5)) {
      const polls = pollsOf(codes.get(key));
      assert.deepEqual(tooSoon(polls), [], key);
      assert.ok(polls.length > 4, `${polls.length} polls`);
    }
  });

  test("one set of tokens, which one tick gets and all find", async () => {
    for (const userCode of codes.values()) entra.approve(userCode);
    await sleep(INTERVAL + 100);
    const before = entra.sessions.length;
    const seen = await ticks("d1", keys, everybody);
    assert.equal(entra.sessions.length - before, keys.length, "sessions that were begun");
    for (const [key, steps] of seen) {
      assert.equal(steps.filter(({ result }) => result).length, 1, key);
      assert.deepEqual(steps.filter(({ code }) => code), [], key);
    }
    for (const [key, steps] of await ticks("d1", keys, everybody)) {
      assert.ok(steps.every(({ status, account }) => status === "completed" && account.name === "Ada Lovelace"), JSON.stringify(steps));
      const tokens = JSON.parse(await kv.get(`tokens ${key}`));
      assert.deepEqual([Object.keys(tokens.RefreshToken).length, Object.keys(tokens.AccessToken).length], [1, 1]);
    }
    for (const userCode of codes.values()) assert.deepEqual(tooSoon(pollsOf(userCode)), []);
  });
});

describe("over one KV", () => {
  test("ticks of one isolate and then of the other: one code, one poll per interval, one set of tokens", async () => {
    const turns = ["one", "two", "two", "one"];
    const first = await step.one("kv", "in-turn");
    for (const [round, name] of turns.entries()) {
      assert.equal((await step[name]("kv", "in-turn")).userCode, first.userCode, "too early, if it is as fast as that");
      await sleep(INTERVAL + 50);
      assert.equal((await step[name]("kv", "in-turn")).userCode, first.userCode);
      assert.ok(pollsOf(first.userCode).length > round);
    }
    entra.approve(first.userCode);
    await sleep(INTERVAL + 50);
    const done = await step.one("kv", "in-turn");
    assert.deepEqual([done.status, done.result.fromCache, (await step.two("kv", "in-turn")).status], ["completed", false, "completed"]);
    const polls = pollsOf(first.userCode);
    assert.deepEqual(tooSoon(polls), []);
    assert.deepEqual(polls.slice(0, turns.length).map((request) => senders.get(request)).sort(), [...turns].sort(), "both have polled");
  });

  // KV cannot prevent that two isolates poll the same code at the same time. One of them may then be refused a code that the other has
  // redeemed.
  // has redeemed.
  test("ticks at the same moment: one poll of each isolate at most, and nothing is reported before it is stored", async (context) => {
    const keys = Array.from({ length: 10 }, (_, number) => `at-once-${number}`);
    const everybody = ["one", "two", "one", "two"];
    const ended = new Map();
    let twice = 0;
    for (let round = 0; round < 8 && ended.size < keys.length; round++) {
      const from = entra.requests.length;
      const waiting = keys.filter((key) => !ended.has(key));
      for (const [key, seen] of await ticks("kv", waiting, everybody)) {
        for (const { status, code, userCode, error } of seen) {
          assert.ok(status || STORES.includes(code), JSON.stringify(seen));
          if (status === "failed") assert.equal(error.errorCode, "invalid_grant");
          if (status === "completed") assert.match((await kv.get(`tokens ${key}`)) ?? "", /"RefreshToken":\{"/, key);
          if (["failed", "completed"].includes(status)) ended.set(key, status);
          if (userCode && round === 2) approve(userCode);
        }
      }
      const polls = entra.requests.slice(from).filter(({ endpoint }) => endpoint === "token");
      const made = polls.map((request) => `${senders.get(request)} ${request.form.device_code.slice(0, 14)}`);
      assert.equal(new Set(made).size, made.length, "an isolate polled a code twice at once");
      twice += polls.length - new Set(polls.map(({ form }) => form.device_code)).size;
      await sleep(INTERVAL + 100);
    }
    context.diagnostic(`both isolates polled one code at once ${twice} times`);
    assert.equal(ended.size, keys.length);
    assert.ok(twice || [...ended.values()].every((status) => status === "completed"), "none has failed but by that");
  });
});

/** Both isolates may show the same code. */
function approve(userCode) {
  try {
    entra.approve(userCode);
  } catch (error) {
    if (!/no code/.test(error.message)) throw error;
  }
}
