// What the facade reports on hosts that lack a feature, and how it works without it. tests/runtime makes whole sign-ins.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cachedPerson, run } from "./program.mjs";

test("the module is compiled at the first call, and once", () => {
  const counts = run(`
    let compiled = 0;
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = (...all) => (compiled++, instantiate(...all));
    const application = app();
    const atFirst = compiled;
    await Promise.all([application.startDeviceCode({ scopes: ["a"] }), application.startDeviceCode({ scopes: ["a"] })]);
    console.log(JSON.stringify({ atFirst, afterwards: compiled }));`);
  assert.deepEqual(counts, { atFirst: 0, afterwards: 1 });
});

test("an uncaught error fits on a screen: with its hint, and with one line of the library's code instead of all of it", () => {
  for (const program of [`new PublicClientApplication({ auth: {} });`, `await app(async () => { throw new Error("down"); }).startDeviceCode({ scopes: ["a"] });`]) {
    assert.throws(() => run(program), ({ message }) => {
      assert.match(message, /hint: '/);
      return message.length < 2500 || assert.fail(`${message.length} characters`);
    });
  }
});

test("the stack of an error contains the hint, which some consoles do not show otherwise, and the line of the caller", () => {
  const stacks = run(`
    const cachePlugin = { beforeCacheAccess() { throw new Error("no disk"); }, afterCacheAccess() {} };
    const withPlugin = new PublicClientApplication({ auth, system: { fetch: answer }, cache: { cachePlugin } });
    const account = { homeAccountId: "h", environment: "id.invalid", tenantId: "" };
    const refused = async (url) => url.endsWith("token") ? new Response(JSON.stringify({ error: "access_denied" }), { status: 400 }) : answer(url);
    const calls = {
      silent: async function caller() { return await app().acquireTokenSilent({ scopes: ["a"], account }); },
      silentThroughPlugin: async function caller() { return await withPlugin.acquireTokenSilent({ scopes: ["a"], account }); },
      accounts: async function caller() { return await withPlugin.getAllAccounts(); },
      start: async function caller() { return await app().startDeviceCode({ scopes: [] }); },
      resume: async function caller() { return await app().resumeDeviceCode("{}"); },
      signOut: async function caller() { return await app().signOut({ account: "x" }); },
      signIn: async function caller() { return await app(refused).acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} }); },
      poll: async function caller() { return await (await app(refused).startDeviceCode({ scopes: ["a"] })).wait(); },
    };
    const stacks = {};
    for (const name of Object.keys(calls)) {
      const { stack, hint, message } = await failureOf(calls[name]());
      stacks[name] = { caller: /caller/.test(stack), start: stack.includes(message + "\\n  " + hint + "\\n"), frames: stack.split("\\n").length };
    }
    console.log(JSON.stringify(stacks));`);
  for (const [name, { caller, start, frames }] of Object.entries(stacks)) assert.deepEqual([caller, start, frames < 25], [true, true, true], `${name}: ${frames}`);
});

test("no WebAssembly: a ClientConfigurationError that says so", () => {
  const error = run(`
    delete globalThis.WebAssembly;
    console.log(JSON.stringify(told(await failureOf(app().startDeviceCode({ scopes: ["a"] })))));`);
  assert.deepEqual([error.name, error.errorCode, error.fault], ["ClientConfigurationError", "webassembly_missing", "caller"]);
  assert.match(error.hint, /device-code-flow\/js/);
});

test("WebAssembly refused: the hint names the policy, `cause` is set, and the next call tries again", () => {
  const { error, then } = run(`
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async () => { throw new EvalError("Refused to compile"); };
    const error = told(await failureOf(app().startDeviceCode({ scopes: ["a"] })));
    WebAssembly.instantiate = instantiate;
    const { userCode } = await app().startDeviceCode({ scopes: ["a"] });
    console.log(JSON.stringify({ error, then: userCode }));`);
  assert.deepEqual([error.name, error.errorCode, error.fault, error.cause], ["ClientConfigurationError", "webassembly_refused", "caller", "EvalError"]);
  assert.match(error.hint, /wasm-unsafe-eval/);
  assert.equal(then, "u");
});

test("no fetch: a ClientConfigurationError that names system.fetch", () => {
  const error = run(`
    delete globalThis.fetch;
    console.log(JSON.stringify(told(await failureOf(new PublicClientApplication({ auth }).startDeviceCode({ scopes: ["a"] })))));`);
  assert.deepEqual([error.name, error.errorCode, error.fault], ["ClientConfigurationError", "fetch_missing", "caller"]);
  assert.match(error.hint, /system\.fetch/);
});

test("a fetch whose error quotes the request: the error contains no secret of it", () => {
  const errors = run(`
    answers.device.device_code = "dc/Kf81+Zq0tYw==";
    Object.assign(answers.device, { expires_in: 3 });
    const failing = (fail) => (url, init) => (url.endsWith("/token") ? fail(init) : answer(url));
    const why = ({ body }) => "No match for request " + JSON.stringify({ method: "POST", body });
    const fails = [
      (init) => { throw new Error(why(init)); },
      (init) => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: new Error(decodeURIComponent(init.body)) })),
    ];
    const words = await Promise.all(fails.map(async (fail) => {
      const flow = await app(failing(fail)).startDeviceCode({ scopes: ["a"] });
      const polled = await failureOf(flow.wait());
      const refreshing = app(failing(fail));
      await refreshing.getAllAccounts();
      const token = { home_account_id: "u", environment: "id.invalid", credential_type: "RefreshToken", client_id: "c", secret: "rt/Kf81+Zq0tYw==" };
      refreshing.getTokenCache().deserialize(JSON.stringify({ RefreshToken: { k: token }, IdToken: ${JSON.stringify(cachedPerson("s").IdToken)} }));
      const account = { homeAccountId: "u", environment: "id.invalid" };
      const renewed = await failureOf(refreshing.acquireTokenSilent({ scopes: ["a"], account }));
      return [polled, renewed].map(({ errorCode, message }) => [errorCode, message]);
    }));
    console.log(JSON.stringify(words.flat()));`);
  assert.deepEqual(errors.map(([code]) => code), ["device_code_expired", "network_error", "device_code_expired", "network_error"]);
  for (const [, message] of errors) {
    assert.match(message, /failed: .*left out/);
    assert.doesNotMatch(message, /Kf81|%3D|grant_type/);
  }
});

test("no crypto: sign-ins still have a correlation id", () => {
  const ids = run(`
    Object.defineProperty(globalThis, "crypto", { value: undefined });
    answers.token = { error: "access_denied" };
    const deny = async () => (await failureOf((await app().startDeviceCode({ scopes: ["a"] })).wait())).correlationId;
    console.log(JSON.stringify(await Promise.all([deny(), deny()])));`);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(ids[0], ids[1]);
});

test("a signal without a reason, as before 2022, ends with an AbortError", () => {
  const names = run(`
    const ancient = () => {
      const signal = new EventTarget();
      signal.aborted = false;
      return { signal, abort: () => { signal.aborted = true; signal.dispatchEvent(new Event("abort")); } };
    };
    const names = [];
    for (const begin of [
      async (signal) => (await app().startDeviceCode({ scopes: ["a"] })).wait({ signal }),
      (signal) => app(() => new Promise(() => {})).startDeviceCode({ scopes: ["a"], signal }),
      (signal) => app().acquireTokenByDeviceCode({ scopes: ["a"], signal, deviceCodeCallback: () => new Promise(() => {}) }),
    ]) {
      const { signal, abort } = ancient();
      const failure = failureOf(begin(signal));
      await sleep(100);
      abort();
      names.push((await failure).name);
    }
    console.log(JSON.stringify(names));`);
  assert.deepEqual(names, ["AbortError", "AbortError", "AbortError"]);
});

test("a signal that outlives calls has no listener of calls that have ended", () => {
  const listeners = run(`
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener: add, removeEventListener: remove } = signal;
    signal.addEventListener = (...all) => (listeners++, add.apply(signal, all));
    signal.removeEventListener = (...all) => (listeners--, remove.apply(signal, all));
    const own = new AbortController();
    await app().acquireTokenByDeviceCode({ scopes: ["a"], signal, deviceCodeCallback() {} });
    const flow = await app().startDeviceCode({ scopes: ["a"], signal });
    await flow.poll({ signal: own.signal });
    const failure = failureOf(flow.wait({ signal: own.signal }));
    await sleep(50);
    const during = listeners;
    own.abort();
    await failure;
    await flow.wait();
    await failureOf(app().acquireTokenByDeviceCode({ scopes: ["a"], signal, deviceCodeCallback() { throw 1; } }));
    await failureOf(app().startDeviceCode({ scopes: [], signal }));
    await sleep(10);
    console.log(JSON.stringify({ during: during > 0, afterwards: listeners }));`);
  assert.deepEqual(listeners, { during: true, afterwards: 0 });
});

test("a process with nothing else to do ends when the sign-in has ended", () => {
  const seconds = run(`
    await app().acquireTokenByDeviceCode({ scopes: ["a"], timeout: 60, deviceCodeCallback() {} });
    const start = Date.now();
    process.on("exit", () => console.log(JSON.stringify((Date.now() - start) / 1000)));`);
  assert.ok(seconds < 0.5, `${seconds} s`);
});

test("no AbortController: sign-ins, timeouts of requests and the caller's own signals work", () => {
  const outcome = run(`
    new Response(); // Node's own Response needs these globals when it is loaded.
    delete globalThis.AbortController;
    delete globalThis.AbortSignal;
    const { accessToken } = await app().acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    let asked = 0;
    const hanging = (url) => (asked++ === 0 ? new Promise(() => {}) : answer(url));
    const { userCode } = await app(hanging).startDeviceCode({ scopes: ["a"] });
    const signal = new EventTarget();
    const flow = await app().startDeviceCode({ scopes: ["a"], signal: Object.assign(new EventTarget(), { aborted: false }) });
    const waiting = failureOf(flow.wait({ signal }));
    Object.assign(signal, { aborted: true, reason: "enough" }).dispatchEvent(new Event("abort"));
    console.log(JSON.stringify({ accessToken, userCode, asked, reason: await waiting }));`);
  assert.deepEqual(outcome, { accessToken: "a token", userCode: "u", asked: 2, reason: "enough" });
});

test("the library looks for fetch only, among the globals that a bare engine may lack", () => {
  const token = run(`
    for (const name of ["AbortController", "AbortSignal", "crypto", "queueMicrotask", "structuredClone", "FinalizationRegistry", "WeakRef", "TextDecoderStream", "Event", "EventTarget", "performance", "process", "Buffer", "atob", "btoa", "navigator", "URLPattern", "MessageChannel", "setImmediate"]) {
      Object.defineProperty(globalThis, name, { value: undefined, configurable: true });
    }
    const fetch = async (url) => ({ status: 200, headers: { get: () => null }, text: async () => JSON.stringify(answers[new URL(url).pathname.slice(1)]) });
    const { accessToken } = await app(fetch).acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    console.log(JSON.stringify(accessToken));`);
  assert.equal(token, "a token");
});

test("every call that needs WebAssembly reports each time that the engine refuses or lacks it", () => {
  const codes = run(`
    const { instantiate } = WebAssembly;
    const account = { homeAccountId: "a.b", environment: "id.invalid", tenantId: "c" };
    const calls = () => [app().startDeviceCode({ scopes: ["a"] }), app().resumeDeviceCode("{}"), app().getAllAccounts(), app().acquireTokenSilent({ scopes: ["a"], account }), app().signOut({ account })];
    const all = async () => (await Promise.all(calls().map(failureOf))).map(({ name, errorCode, hint }) => [name, errorCode, hint.includes("device-code-flow/js")].join());
    WebAssembly.instantiate = async () => { throw new EvalError("Refused to compile"); };
    const refused = await all();
    delete globalThis.WebAssembly;
    console.log(JSON.stringify([...new Set([...refused, ...await all()])]));`);
  assert.deepEqual(codes, ["ClientConfigurationError,webassembly_refused,true", "ClientConfigurationError,webassembly_missing,true"]);
});
