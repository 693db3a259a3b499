// Sign-ins on Workers under conditions that only Workers have: ticks that overlap, objects that are evicted, a runtime that is killed,
// workflows that start again. There is one poll per interval and one set of tokens.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { drive, startTestServer } from "../support/authorization-server.mjs";
import { counting, tooSoon } from "./counting.mjs";
import { deployable, project, running } from "./worker.mjs";

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const INTERVAL = 1000;
const persisted = mkdtempSync(join(tmpdir(), "device-code-flow-"));
let server, options, worker, traffic;

async function open() {
  traffic = counting();
  ({ worker } = await running(options, {
    vars: { CLIENT_ID: server.clientId, AUTHORITY: server.issuer },
    outboundService: traffic.outboundService,
    d1Persist: join(persisted, "d1"),
    kvPersist: join(persisted, "kv"),
    durableObjectsPersist: join(persisted, "do"),
    workflowsPersist: join(persisted, "workflows"),
  }));
}

before(async () => {
  server = await startTestServer();
  options = deployable(project("tests/workers/programs"));
  await open();
});
after(async () => {
  await worker.dispose();
  server.stop();
  rmSync(persisted, { recursive: true, force: true });
});

async function call(...path) {
  const answer = await worker.dispatchFetch(`http://worker/${path.join("/")}`);
  return answer.json();
}

async function send(given, ...path) {
  const answer = await worker.dispatchFetch(`http://worker/${path.join("/")}`, { method: "POST", body: JSON.stringify(given) });
  return answer.json();
}

async function until(look, what) {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(50)) {
    const found = await look();
    if (found) return found;
  }
  assert.fail(`waited 20 s for ${what}`);
}

for (const store of ["d1", "kv"]) {
  describe(`ticks that overlap, on ${store}`, () => {
    test("request one code, poll once, and get one set of tokens", async () => {
      const step = () => call(store, "step", "overlap");
      const first = await Promise.all(Array.from({ length: 6 }, step));
      const codes = new Set(first.map(({ userCode }) => userCode).filter(Boolean));
      assert.equal(codes.size, 1);
      assert.equal(first.filter(({ busy }) => !busy).length, 1, "one worked, the others saw that it did");

      traffic.polls.length = 0;
      traffic.hold(300);
      await sleep(INTERVAL + 50);
      const pending = await Promise.all(Array.from({ length: 6 }, step));
      assert.equal(traffic.polls.length, 1);
      assert.ok(pending.every(({ status }) => status === "pending"));

      await drive(server, { userCode: [...codes][0] });
      await sleep(INTERVAL + 50);
      const done = await Promise.all(Array.from({ length: 6 }, step));
      traffic.hold(0);
      assert.equal(traffic.polls.length, 2);
      assert.equal(done.filter(({ result }) => result).length, 1, "one brought the tokens");
      assert.deepEqual(tooSoon(traffic.polls, INTERVAL), []);
      assert.deepEqual([(await step()).status, traffic.polls.length], ["completed", 2]);
    });
  });
}

describe("a Durable Object", () => {
  test("that is evicted between alarms and during one continues with the same code", async () => {
    const { userCode } = await call("kiosk", "start", "evicted");
    traffic.polls.length = 0;
    traffic.hold(200);
    const lives = new Set();
    for (let turn = 0; turn < 4; turn++) {
      lives.add(await call("kiosk", "life", "evicted"));
      const polls = traffic.polls.length;
      // Twice between two alarms, twice during a poll.
      if (turn % 2) await until(() => traffic.polls.length > polls, "a poll");
      await call("kiosk", "evict", "evicted");
      assert.equal((await call("kiosk", "status", "evicted")).userCode, userCode);
    }
    assert.equal(lives.size, 4);
    await drive(server, { userCode });
    await until(async () => (await call("kiosk", "status", "evicted")).status === "completed", "the sign-in");
    traffic.hold(0);
    assert.deepEqual(tooSoon(traffic.polls, INTERVAL), []);
    assert.equal(traffic.polls.filter(({ said }) => said.includes("access_token")).length, 1);
  });
});

describe("a runtime that is killed", () => {
  test("comes back, and every sign-in continues by itself or by its next tick", async () => {
    const { userCode } = await call("kiosk", "start", "killed");
    const tick = await call("d1", "step", "killed");
    await worker.dispose();
    await open();
    assert.equal((await call("kiosk", "status", "killed")).userCode, userCode);
    await drive(server, { userCode });
    await drive(server, { userCode: tick.userCode, login: "bilal" });
    await until(async () => (await call("kiosk", "status", "killed")).status === "completed", "the object");
    await sleep(INTERVAL);
    assert.equal((await call("d1", "step", "killed")).account.username, "bilal@example.com");
  });
});

describe("a Workflow", () => {
  const ended = async (name) => {
    const seen = await call("workflow", "status", name);
    return !["running", "queued", "waiting", "paused", "waitingForPause"].includes(seen.status) && seen;
  };

  test("that starts again from its beginning continues with the same code and polls no sooner", async () => {
    await call("workflow", "create", "again");
    const { userCode } = await until(async () => {
      const seen = await call("d1", "status", "again");
      return seen.status === "pending" && seen;
    }, "a code");
    traffic.polls.length = 0;
    for (let turn = 0; turn < 3; turn++) {
      await call("workflow", "restart", "again");
      await sleep(400);
      assert.equal((await call("d1", "status", "again")).userCode, userCode);
    }
    await drive(server, { userCode });
    const { status, output } = await until(() => ended("again"), "the workflow");
    assert.deepEqual([status, output.status], ["complete", "completed"]);
    assert.deepEqual(tooSoon(traffic.polls, INTERVAL), []);
    assert.equal(traffic.polls.filter(({ said }) => said.includes("access_token")).length, 1);
  });

  test("that was restarted after its end returns the same account and sends nothing", async () => {
    traffic.polls.length = 0;
    await call("workflow", "restart", "again");
    const { status, output } = await until(() => ended("again"), "the workflow");
    assert.deepEqual([status, output.status, traffic.polls.length], ["complete", "completed", 0]);
  });
});

describe("a stored text that no invocation can read", () => {
  const D1 = "D1 (table device_code_sign_ins)";
  const database = () => worker.getD1Database("DB");
  const namespace = () => worker.getKVNamespace("KV");
  // The stores beside the sign-in: `under` is the name in errors, then what begins a step, what is written there, what is found there.
  const places = {
    d1: {
      name: D1,
      under: (key) => key,
      begin: "step",
      put: async (key, text) => (await database()).prepare("INSERT OR REPLACE INTO device_code_sign_ins (key, text) VALUES (?1, ?2)").bind(key, text).run(),
      stored: async (key) => (await (await database()).prepare("SELECT text FROM device_code_sign_ins WHERE key = ?1").bind(key).all()).results[0].text,
    },
    kv: {
      name: "Workers KV",
      under: (key) => key,
      begin: "step",
      // Written by another isolate, later than the text of this isolate.
      put: async (key, text) => (await namespace()).put(key, text, { metadata: { on: Date.now() } }),
      stored: async (key) => (await namespace()).get(key),
    },
    kiosk: {
      name: "Durable Object storage",
      under: () => "sign-in",
      begin: "start",
      put: (key, text) => send(text, "kiosk", "keep", key),
      stored: (key) => call("kiosk", "kept", key),
    },
  };

  for (const [store, { name, under, begin, put, stored }] of Object.entries(places)) {
    for (const [what, code, change] of [
      ["cut short", "saved_flow_invalid", (text) => text.slice(0, 200)],
      ["changed by a byte", "saved_flow_invalid", (text) => text.replace('"interval":1', '"interval":0')],
      ["of a future version", "saved_flow_version", (text) => text.replace('"version":4', '"version":99')],
      ["of another product", "saved_flow_invalid", () => '{"kind":"somebody else\'s"}'],
      ["that is empty", "saved_flow_invalid", () => ""],
    ]) {
      test(`a text ${what} in ${name} is refused with the store and the key, nothing is sent, and it stays unchanged`, async () => {
        const key = `bad-${what.replaceAll(" ", "-")}`;
        await call(store, begin, key);
        const text = change(await stored(key));
        await put(key, text);
        traffic.polls.length = 0;
        // An alarm of an object may come meanwhile.
        await sleep(INTERVAL + 200);
        for (const verb of [begin, "status", "start"]) {
          const seen = await (store === "kiosk" ? send(verb, store, "attempt", key) : call(store, verb, key));
          assert.equal(seen.code, code, `${verb}: ${JSON.stringify(seen)}`);
          assert.ok(seen.message.includes(`${name}, key "${under(key)}"`), seen.message);
          assert.ok(seen.hint);
        }
        assert.deepEqual([await stored(key), traffic.polls.length], [text, 0]);
        // Between workers only the message is passed on.
        if (store === "kiosk") assert.match((await call(store, "start", key)).message, new RegExp(`${code}: ${name}`));
      });
    }
  }

  test("a changed ending is refused as well", async () => {
    await places.d1.put("bad", '{"kind":"device-code-flow ending","version":1,"status":"completed","homeAccountId":"x","check":"0"}');
    const seen = await call("d1", "step", "bad");
    assert.equal(seen.code, "saved_flow_invalid");
    await call("d1", "cancel", "bad");
    assert.equal((await call("d1", "status", "bad")).status, "none");
  });
});
