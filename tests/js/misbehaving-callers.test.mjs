// Callers whose objects misbehave: each costs its own call, and nobody else anything.

import assert from "node:assert/strict";
import { test } from "node:test";
import { run, scene } from "./program.mjs";

const bystander = `
  // Another application with honest objects, which must notice nothing.
  const other = await app(async (url) => answer(url)).startDeviceCode({ scopes: ["a"] });
`;

for (const [name, chunk] of [
  ["a view of a detached buffer", "(() => { const view = new Uint8Array(8); structuredClone(view.buffer, { transfer: [view.buffer] }); return view; })()"],
  ["a view that lies about its length", "Object.defineProperty(new Uint8Array(8), 'byteLength', { value: 1e6 })"],
  ["a view whose buffer is none", "Object.defineProperty(new Uint8Array(8), 'buffer', { value: Symbol('buffer') })"],
  ["a view whose length cannot be read", "Object.defineProperty(new Uint8Array(8), 'byteLength', { get() { throw new Error('mean'); } })"],
]) {
  test(`a chunk that is ${name} is a failed request, and harms no other call`, () => {
    const seen = run(`${scene}${bystander}
      let isFirst = true;
      const mean = () => ({ status: 200, headers: new Map(), body: { getReader: () => ({ read: async () => ({ done: false, value: ${chunk} }), cancel() {} }) } });
      poll = async (url) => (isFirst ? ((isFirst = false), mean()) : tokens(url));
      const { accessToken } = await (await app(fetch).startDeviceCode({ scopes: ["a"] })).wait();
      console.log(JSON.stringify({ accessToken, other: (await other.poll()).status }));`);
    assert.equal(seen.accessToken, "a token");
    assert.notEqual(seen.other, "failed");
  });
}

for (const [name, change] of [
  ["whose constructor cannot be read", "Object.defineProperty(promise, 'constructor', { get() { throw new Error('mean'); } })"],
  ["whose then throws", "promise.then = () => { throw new Error('mean'); }"],
  ["whose then calls back at once", "const { then } = promise; promise.then = (onValue) => { onValue({ status: 500, headers: new Map(), text: async () => '' }); onValue(1); }"],
]) {
  test(`a promise of the fetch ${name} is a failed request, and harms no other call`, () => {
    const seen = run(`${scene}${bystander}
      let isFirst = true;
      poll = (url) => {
        const promise = Promise.resolve(tokens(url));
        if (isFirst) { ${change}; }
        isFirst = false;
        return promise;
      };
      // Not by an async function, which would take the promise over.
      const plain = (url, init) => (String(url).endsWith("/token") ? poll(url, init) : answer(url));
      const { accessToken } = await (await app(plain).startDeviceCode({ scopes: ["a"] })).wait();
      console.log(JSON.stringify({ accessToken, other: (await other.poll()).status }));`);
    assert.equal(seen.accessToken, "a token");
    assert.notEqual(seen.other, "failed");
  });
}

test("a signal that is asked during its own abort still ends every call", () => {
  const seen = run(`${scene}
    poll = answer;
    const own = new AbortController();
    let flow;
    own.signal.addEventListener("abort", () => void flow.poll({ signal: own.signal }).catch(() => {}));
    flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    const end = failureOf(flow.wait({ signal: own.signal }));
    await sleep(100);
    own.abort("enough");
    const reason = await end;
    await sleep(1500);
    console.log(JSON.stringify({ reason, requests: calls.length }));`);
  assert.deepEqual(seen, { reason: "enough", requests: 1 });
});

test("a save that never ends before a poll ends with the code, and no poll is sent", () => {
  const seen = run(`${scene}
    poll = answer;
    answers.device.expires_in = 3;
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    const { errorCode } = await failureOf(flow.wait({ save: () => new Promise(() => {}) }));
    console.log(JSON.stringify({ errorCode, requests: calls.length }));`);
  assert.deepEqual(seen, { errorCode: "device_code_expired", requests: 1 });
});

test("a poll that waits for a slow save is not sent after another caller has given it up", () => {
  const seen = run(`${scene}
    poll = tokens;
    const stop = new AbortController();
    const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
    let hasSaved;
    const saved = new Promise((resolve) => (hasSaved = resolve));
    const save = async () => (await sleep(2000), hasSaved());
    const ends = [flow.wait({ signal: stop.signal, save }), flow.wait({ signal: stop.signal })].map(failureOf);
    await saved;
    await sleep(100);
    const requests = calls.length;
    stop.abort("enough");
    console.log(JSON.stringify({ requests, ends: await Promise.all(ends) }));`);
  // One for the codes. The second caller has waited for the timeout of 500 ms and a second more.
  assert.deepEqual(seen, { requests: 1, ends: ["enough", "enough"] });
});

test("a logger whose methods fail later ends no process", () => {
  const seen = run(`${scene}
    poll = tokens;
    const unhandled = [];
    process.on("unhandledRejection", (error) => unhandled.push(String(error)));
    const application = app(fetch);
    const fail = async () => { throw new Error("log"); };
    application.setLogger({ error: fail, warning: fail, info: fail, verbose: fail, trace: fail });
    const { accessToken } = await (await application.startDeviceCode({ scopes: ["a"] })).wait();
    await sleep(20);
    console.log(JSON.stringify({ accessToken, unhandled }));`);
  assert.deepEqual(seen, { accessToken: "a token", unhandled: [] });
});

// A fetch that follows redirects although it was told not to. A relay answers from elsewhere on purpose, and says that nothing was redirected.
for (const [name, told, follows] of [
  ["says so", "{ redirected: true }", true],
  ["says so, and has the address that was asked for", "{ redirected: true, url: asked }", true],
  ["does not say so, and has another host's address", "{ redirected: undefined, url: 'https://portal.invalid/token' }", true],
  ["does not say so, and has another scheme's address", "{ redirected: undefined, url: asked.replace('https', 'http') }", true],
  ["says that it did not, and has another host's address", "{ redirected: false, url: 'https://relay.invalid/token' }", false],
  ["has no address", "{ redirected: undefined, url: undefined }", false],
  ["has an empty address", "{ redirected: undefined, url: '' }", false],
  ["has what is no address", "{ redirected: undefined, url: 7 }", false],
  ["has the same origin's address in another spelling", "{ redirected: undefined, url: asked.replace('https://id.invalid', 'HTTPS://ID.invalid:443') }", false],
]) {
  test(`an answer that ${name} counts as ${follows ? "a redirect" : "an answer"}`, () => {
    const seen = run(`${scene}
      const as = async (asked, response) => {
        const { status, headers } = response, body = await response.text();
        return { status, headers, body: null, text: async () => body, ...${told} };
      };
      const odd = async (url) => as(url, await answer(url));
      const error = await app(odd).startDeviceCode({ scopes: ["a"] }).then(() => undefined, told);
      poll = async (url) => as(url, await tokens(url));
      const flow = await app(fetch).startDeviceCode({ scopes: ["a"] });
      await sleep(1000);
      const step = await flow.poll();
      console.log(JSON.stringify({ error, status: step.status }));`);
    assert.deepEqual([seen.error?.errorCode, seen.status], follows ? ["invalid_server_response", "pending"] : [undefined, "completed"]);
  });
}
