// How a flow is driven: which callers share a request, what an abort ends, how an answer is read, and that nothing is left behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { run, scene } from "./program.mjs";

test("a request needs no preflight, follows no redirect and can be aborted", () => {
  const seen = run(`${scene}
    poll = tokens;
    await (await app(fetch).startDeviceCode({ scopes: ["a"] })).wait();
    const [{ init: { method, headers, redirect, signal, body } }] = calls.slice(-1);
    console.log(JSON.stringify({ method, headers, redirect, signal: signal instanceof AbortSignal, form: [...new URLSearchParams(body).keys()].sort() }));`);
  assert.deepEqual(seen, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded;charset=utf-8" },
    redirect: "manual",
    signal: true,
    form: ["client_id", "device_code", "grant_type"],
  });
});

test("callers of one flow share its request, and each gets its answer", () => {
  const seen = run(`${scene}
    poll = async (url) => (await sleep(200), tokens(url));
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    const all = await Promise.all([flow.wait(), flow.wait(), flow.wait()]);
    console.log(JSON.stringify({ tokens: all.map(({ accessToken }) => accessToken), requests: calls.length }));`);
  assert.deepEqual(seen, { tokens: ["a token", "a token", "a token"], requests: 2 });
});

test("a request is aborted with the last of its callers, not before, and the flow can continue", () => {
  const seen = run(`${scene}
    poll = hanging;
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    const [one, two] = [new AbortController(), new AbortController()];
    const ends = [flow.wait({ signal: one.signal }), flow.wait({ signal: two.signal })].map(failureOf);
    await sleep(1200);
    one.abort("one");
    await sleep(50);
    const afterOne = calls[1].ended;
    two.abort("two");
    const reasons = await Promise.all(ends);
    const afterTwo = calls[1].ended;
    poll = tokens;
    const { accessToken } = await flow.wait();
    console.log(JSON.stringify({ afterOne, afterTwo, reasons, accessToken }));`);
  assert.deepEqual(seen, { afterOne: false, afterTwo: true, reasons: ["one", "two"], accessToken: "a token" });
});

test("an abort while a flow waits clears its timer and removes its listener", () => {
  const seen = run(`${scene}
    const timers = new Set();
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    globalThis.setTimeout = (work, ...rest) => {
      const timer = set(() => (timers.delete(timer), work()), ...rest);
      timers.add(timer);
      return timer;
    };
    globalThis.clearTimeout = (timer) => (timers.delete(timer), clear(timer));
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    const controller = new AbortController();
    const before = timers.size;
    const end = failureOf(flow.wait({ signal: controller.signal }));
    await new Promise((resolve) => set(resolve, 50));
    const during = timers.size;
    controller.abort("enough");
    const reason = await end;
    console.log(JSON.stringify({ reason, waits: during - before, left: timers.size - before }));`);
  assert.deepEqual(seen, { reason: "enough", waits: 1, left: 0 });
});

test("a signal that is already aborted sends nothing", () => {
  const seen = run(`${scene}
    const signal = AbortSignal.abort("no");
    const reason = await failureOf(app(fetch).startDeviceCode({ scopes: ["a"], signal }));
    console.log(JSON.stringify({ reason, requests: calls.length }));`);
  assert.deepEqual(seen, { reason: "no", requests: 0 });
});

test("a request that takes too long is aborted and repeated later", () => {
  const seen = run(`${scene}
    let hung = 0;
    poll = (...call) => (hung++ ? tokens(...call) : hanging(...call));
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    const { accessToken } = await flow.wait();
    console.log(JSON.stringify({ accessToken, ended: calls.map(({ ended }) => ended) }));`);
  assert.deepEqual(seen, { accessToken: "a token", ended: [false, true, false] });
});

test("a request timeout longer than the longest timer is waited for", () => {
  const seen = run(`
    const slow = async (url) => (await sleep(200), answer(url));
    const patient = new PublicClientApplication({ auth, system: { fetch: slow, requestTimeout: 1e12 } });
    const { userCode } = await patient.startDeviceCode({ scopes: ["a"] });
    console.log(JSON.stringify({ userCode }));`);
  assert.deepEqual(seen, { userCode: "u" });
});

for (const [name, response] of [
  ["a stream", "new Response(new ReadableStream({ pull: (to) => (pieces++, to.enqueue(new Uint8Array(65536))), cancel: () => cancelled++ }))"],
  ["a text", "({ status: 200, headers: new Map(), text: async () => (cancelled++, 'x'.repeat(2 ** 20 + 1)) })"],
]) {
  test(`${name} of more than one mebibyte is not an answer, and is not read to its end`, () => {
    const seen = run(`${scene}
      let [pieces, cancelled] = [0, 0];
      poll = async (url) => (cancelled ? tokens(url) : ${response});
      const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
      const { accessToken } = await flow.wait();
      console.log(JSON.stringify({ accessToken, pieces, cancelled }));`);
    assert.equal(seen.accessToken, "a token");
    assert.equal(seen.cancelled, 1);
    assert.ok(seen.pieces < 20, `${seen.pieces} pieces of 64 KiB`);
  });
}

test("a body in pieces is put together, and one with anything but bytes is a failed request", () => {
  const seen = run(`${scene}
    const bodies = [["no bytes"], [..."{}"].map((letter) => new TextEncoder().encode(letter)), null];
    const kinds = [];
    poll = async (url) => {
      const body = bodies.shift();
      kinds.push(body === null ? "tokens" : typeof body[0]);
      if (body === null) answers.token = { access_token: "töken ✓", token_type: "Bearer" };
      const pieces = body || [...new TextEncoder().encode(JSON.stringify(answers.token))].map((byte) => Uint8Array.of(byte));
      return new Response(new ReadableStream({ pull: (to) => (pieces.length ? to.enqueue(pieces.shift()) : to.close()) }), { status: body === null ? 200 : 503 });
    };
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    const { accessToken } = await flow.wait();
    console.log(JSON.stringify({ accessToken, kinds }));`);
  assert.deepEqual(seen, { accessToken: "töken ✓", kinds: ["string", "object", "tokens"] });
});

test("an abort at any moment around an answer: either the tokens arrive, or the flow can continue and gets them", () => {
  const outcomes = run(`${scene}
    const outcomes = [];
    for (let moment = 0; moment < 40; moment++) {
      calls.length = 0;
      answers.token = { error: "authorization_pending" };
      const own = new AbortController();
      poll = (url) => {
        const response = tokens(url);
        (async () => {
          for (let turn = 0; turn < moment; turn++) await undefined;
          own.abort(new Error("enough"));
        })();
        return response;
      };
      const now = Date.now;
      const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
      Date.now = () => now() + 1100;
      const first = await flow.poll({ signal: own.signal }).then(({ status }) => status, ({ message }) => message);
      // A flow that has ended cannot be saved.
      const end = first === "completed" ? "" : typeof flow.save();
      poll = tokens;
      Date.now = () => now() + 20_000;
      const second = (await flow.poll()).status;
      Date.now = now;
      outcomes.push([first, end, second, flow.status].join());
    }
    console.log(JSON.stringify(outcomes));`);
  assert.ok(outcomes.some((outcome) => outcome.startsWith("enough")) && outcomes.some((outcome) => outcome.startsWith("completed")));
  assert.deepEqual(outcomes.filter((outcome) => !/^(enough,string|completed,),completed,completed$/.test(outcome)), []);
});

test("a body that yields empty chunks for ever is a failed request, and lets the process continue", () => {
  const seen = run(`${scene}
    let reads = 0;
    const nothing = () => new Response(new ReadableStream({ pull: (controller) => (reads++, controller.enqueue(new Uint8Array(0))) }, { highWaterMark: 0 }));
    poll = async (url) => (reads === 0 ? nothing() : tokens(url));
    const { accessToken } = await (await app(fetch).startDeviceCode({ scopes: ["a"] })).wait();
    console.log(JSON.stringify({ accessToken, few: reads < 2000 }));`);
  assert.deepEqual(seen, { accessToken: "a token", few: true });
});

test("a clock that returns no number is read now and then, not in a busy loop", () => {
  const looks = run(`${scene}
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    let looks = 0;
    Date.now = () => (looks++, NaN);
    const own = new AbortController();
    setTimeout(() => own.abort(), 300);
    await failureOf(flow.wait({ signal: own.signal }));
    console.log(looks);`);
  assert.ok(looks > 0 && looks < 20, `${looks} in 300 ms`);
});

test("the rest of a body is not read after its request has timed out, even if the fetch ignores the signal", () => {
  const seen = run(`${scene}
    let reads = 0;
    let cancelled = false;
    const trickle = { pull: async (controller) => (await sleep(50), reads++, controller.enqueue(new Uint8Array(1))), cancel: () => void (cancelled = true) };
    poll = async () => new Response(new ReadableStream(trickle, { highWaterMark: 0 }));
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    await sleep(1050);
    const { status } = await flow.poll();
    const then = reads;
    await sleep(300);
    console.log(JSON.stringify({ status, cancelled, more: reads - then <= 1 }));`);
  assert.deepEqual(seen, { status: "pending", cancelled: true, more: true });
});

test("an error of the fetch that cannot be read is a failed request, too", () => {
  const seen = run(`${scene}
    const unhandled = [];
    process.on("unhandledRejection", (error) => unhandled.push(String(error)));
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const mean = { get message() { throw new Error("mean"); } };
    const errors = [mean, proxy, { message: "x", get cause() { throw new Error("mean"); } }, undefined, null, Symbol("s"), 10n];
    poll = async (url) => { if (errors.length) throw errors.pop(); return tokens(url); };
    answers.device.expires_in = 1e6;
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    const now = Date.now;
    let ahead = 0;
    Date.now = () => now() + ahead;
    let status;
    while (status !== "completed") {
      ahead += 9000;
      ({ status } = await flow.poll());
    }
    await sleep(20);
    console.log(JSON.stringify({ left: errors.length, unhandled }));`);
  assert.deepEqual(seen, { left: 0, unhandled: [] });
});

test("one signal for a hundred sign-ins has one listener, and none when they have ended", () => {
  const seen = run(`${scene}
    const { getEventListeners } = await import("node:events");
    const warnings = [];
    process.on("warning", ({ name }) => warnings.push(name));
    const own = new AbortController();
    const flows = [];
    for (let one = 0; one < 100; one++) flows.push(await app(async (url) => answer(url)).startDeviceCode({ scopes: ["a"], signal: own.signal }));
    const waits = flows.map((flow) => flow.wait().catch(({ message }) => message));
    await sleep(20);
    const during = getEventListeners(own.signal, "abort").length;
    own.abort(new Error("enough"));
    const ends = [...new Set(await Promise.all(waits))];
    const late = await flows[0].wait().catch(({ message }) => message);
    await sleep(20);
    console.log(JSON.stringify({ during, ends, late, after: getEventListeners(own.signal, "abort").length, warnings }));`);
  assert.deepEqual(seen, { during: 1, ends: ["enough"], late: "enough", after: 0, warnings: [] });
});

test("a signal without the methods of one is refused by its name, before anything is sent", () => {
  const seen = run(`${scene}
    const signals = [{}, null, 1, { aborted: false, addEventListener() {} }, { aborted: false, addEventListener() { throw new Error("mine"); }, removeEventListener() {} }];
    const errors = [];
    for (const signal of signals) errors.push(await failureOf(app(fetch).startDeviceCode({ scopes: ["a"], signal })));
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    errors.push(await failureOf(flow.poll({ signal: signals[4] })));
    errors.push(await failureOf(flow.wait(new AbortController().signal)));
    console.log(JSON.stringify({ messages: errors.map(({ errorMessage }) => errorMessage), requests: calls.length, goesOn: flow.status }));`);
  assert.deepEqual(seen.messages, [...Array(5).fill("request.signal must be an AbortSignal."), "options.signal must be an AbortSignal.", "options must be an object such as { signal }, and not the signal itself."]);
  assert.deepEqual([seen.requests, seen.goesOn], [1, "pending"]);
});

test("a save that never ends does not delay an abort, or the end when the code has expired", () => {
  const seen = run(`${scene}
    const never = () => new Promise(() => {});
    poll = answer;
    answers.device.expires_in = 3;
    const endOf = (promise) => promise.then(({ status }) => status, (error) => error.errorCode || error.message);
    const own = new AbortController();
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    await sleep(1050);
    let saves = 0;
    const afterwards = endOf(flow.poll({ signal: own.signal, save: () => (saves++ ? never() : undefined) }));
    await sleep(100);
    own.abort(new Error("enough"));
    const other = new AbortController();
    const aborted = await afterwards;
    const before = endOf(flow.wait({ signal: other.signal, save: never }));
    await sleep(300);
    other.abort(new Error("enough, too"));
    const end = [aborted, await before, await endOf(flow.wait({ save: () => (saves++ % 2 ? never() : undefined) }))];
    console.log(JSON.stringify(end));`);
  assert.deepEqual(seen, ["enough", "enough, too", "device_code_expired"]);
});

test("a flow that nobody awaits ends without an unhandled rejection", () => {
  const seen = run(`${scene}
    poll = tokens;
    const unhandled = [];
    process.on("unhandledRejection", (error) => unhandled.push(String(error)));
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    flow.wait();
    await sleep(1500);
    console.log(JSON.stringify({ requests: calls.length, unhandled, status: flow.status }));`);
  assert.deepEqual(seen, { requests: 2, unhandled: [], status: "completed" });
});
