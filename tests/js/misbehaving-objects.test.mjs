// Each object that a program passes, in forms that misbehave: getters that throw, proxies whose traps throw, promises that never settle,
// errors that cannot be touched. Each costs its own call, and nobody else anything.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { run, scene } from "./program.mjs";

const mean = `
  const trouble = [];
  process.on("unhandledRejection", (error) => trouble.push("unhandled: " + String(Object(error).stack || error)));
  // The bystander: a sign-in of another application that is under way in the same instance.
  poll = answer;
  const bystander = await app(async (url) => answer(url)).startDeviceCode({ scopes: ["a"] });

  const traps = ["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf", "set", "defineProperty", "isExtensible"];
  const throwing = Object.fromEntries(traps.map((trap) => [trap, () => { throw new Error("mean trap"); }]));
  const revoked = (target) => { const { proxy, revoke } = Proxy.revocable(target, {}); revoke(); return proxy; };
  const frozenError = Object.freeze(new Error("frozen"));
  const hostileError = new Proxy(new Error("hostile"), throwing);
  const getter = (name, thrown) => Object.defineProperty({}, name, { enumerable: true, get() { throw thrown; } });
  /** Every mean form of an object: with each member as a getter that throws, each of several things; and as a proxy. */
  const formsOf = (good, names = Object.keys(good)) => [
    new Proxy(good, throwing), revoked(good),
    ...names.flatMap((name) => [new Error("mean getter"), undefined, frozenError, hostileError].map((thrown) =>
      Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(good), [name]: { enumerable: true, configurable: true, get() { throw thrown; } } }))),
  ];
  const endOf = async (name, work) => {
    const end = await new Promise((resolve) => resolve(work())).then(() => "fulfilled", (error) => (typeIsInternal(error) ? "ends the instance" : "rejected"));
    if (end === "ends the instance") trouble.push(name + " " + end);
    return end;
  };
  const typeIsInternal = (error) => { try { return error.errorCode === "internal_error"; } catch { return false; } };
  const finished = async (given) => {
    const ends = await Promise.all(given);
    await sleep(30);
    await bystander.poll();
    console.log(JSON.stringify({ trouble, bystander: bystander.status, ends: [...new Set(ends)].sort() }));
    process.exit();
  };
`;

/** What the program prints: what went wrong beside its calls, and how these ended. */
const seenOf = (program) => run(`${scene}${mean}${program}`);
function assertAlone(seen, ends = ["rejected"]) {
  assert.deepEqual(seen, { trouble: [], bystander: "pending", ends });
}

describe("objects that misbehave", { concurrency: true }, () => {
  test("a configuration, and each object in it", () => {
    assertAlone(seenOf(`
      const good = { auth: { ...auth, azureCloudOptions: { tenant: "t" } }, cache: {}, system: { fetch: answer, loggerOptions: { logLevel: 3 } }, telemetry: { application: { appName: "a", appVersion: "1" } } };
      const places = [[], ["auth"], ["auth", "azureCloudOptions"], ["cache"], ["system"], ["system", "loggerOptions"], ["telemetry"], ["telemetry", "application"]];
      const replaced = (value, [name, ...rest], form) => (name ? { ...value, [name]: replaced(value[name], rest, form) } : form);
      const ends = [];
      for (const place of places) {
        const at = place.reduce((value, name) => value[name], good);
        const names = place.join() === "cache" ? ["cachePlugin"] : Object.keys(at);
        for (const form of formsOf(at, names)) {
          // What is read only when it is used may fail there.
          ends.push(await endOf(place.join("."), async () => { const { message } = await new PublicClientApplication(replaced(good, place, form)).startDeviceCode({ scopes: ["a"] }); return message; }));
        }
      }
      await finished(ends);`));
  });

  test("a request of each call, an account, and the options of a flow", () => {
    assertAlone(seenOf(`
      const one = app(answer);
      const flow = await one.startDeviceCode({ scopes: ["a"] });
      const account = { homeAccountId: "u.t", environment: "id.invalid", tenantId: "t" };
      const fields = { scopes: ["a"], authority: auth.authority, claims: "{}", correlationId: "c", locale: "en", timeout: 3, extraQueryParameters: { a: "b" } };
      const cache = one.getTokenCache();
      const verbs = {
        acquireTokenByDeviceCode: [{ ...fields, deviceCodeCallback() {}, signal: undefined }, (request) => one.acquireTokenByDeviceCode(request)],
        startDeviceCode: [{ ...fields, signal: undefined }, (request) => one.startDeviceCode(request)],
        acquireTokenSilent: [{ ...fields, account, forceRefresh: false, waitUntil() {}, signal: undefined }, (request) => one.acquireTokenSilent(request)],
        signOut: [{ account, revoke: true, correlationId: "c" }, (request) => one.signOut(request)],
        "the account of signOut": [account, (account) => one.signOut({ account }), ["homeAccountId", "environment"]],
        "the account of acquireTokenSilent": [account, (account) => one.acquireTokenSilent({ scopes: ["a"], account })],
        removeAccount: [account, (account) => cache.removeAccount(account), ["homeAccountId", "environment"]],
        "the parameters": [{ a: "b" }, (extraQueryParameters) => one.startDeviceCode({ scopes: ["a"], extraQueryParameters })],
        "the scopes": [["a"], (scopes) => one.startDeviceCode({ scopes }), []],
        poll: [{ signal: undefined, save() {} }, (options) => flow.poll(options)],
        wait: [{ signal: undefined, save() {} }, (options) => flow.wait(options)],
      };
      const ends = [];
      for (const [name, [good, call, names]] of Object.entries(verbs)) for (const form of formsOf(good, names)) {
        const end = await endOf(name, () => call(form));
        if (end !== "rejected") trouble.push(name + " " + end);
        ends.push(end);
      }
      if (flow.status !== "pending") trouble.push("the flow is " + flow.status);
      await finished(ends);`));
  });

  test("a signal, whichever of its members throws, and at whichever call of it", () => {
    const seen = seenOf(`
      const members = ["aborted", "reason", "addEventListener", "removeEventListener", "onabort"];
      const ends = [];
      for (const name of members) for (const from of [1, 2, 3, 4, 5]) for (const thrown of [new Error("mean"), undefined, frozenError, hostileError]) {
        let calls = 0;
        const { signal } = new AbortController();
        const form = new Proxy(signal, { get(target, key) {
          if (key === name && ++calls >= from) throw thrown;
          const value = target[key];
          return typeof value === "function" ? value.bind(target) : value;
        } });
        const one = app(answer);
        ends.push(await endOf(name, async () => { const flow = await one.startDeviceCode({ scopes: ["a"], signal: form }); await flow.poll({ signal: form }); await one.acquireTokenSilent({ scopes: ["a"], account: { homeAccountId: "u", environment: "id.invalid" }, signal: form }); }));
      }
      await finished(ends);`);
    assertAlone(seen);
  });

  test("a callback, a save and a plugin that throw, reject or give what is no promise, with anything", () => {
    const seen = seenOf(`
      const thrown = [undefined, null, 0, "text", Symbol("s"), frozenError, hostileError, revoked({}), Object.freeze({ then: 1 }), Object.freeze(new library.ClientAuthError("internal", "frozen")), { then() { throw frozenError; } }];
      const ends = [];
      const forms = thrown.flatMap((what) => [() => { throw what; }, () => Promise.reject(what), () => ({ then(_, reject) { reject(what); } }), () => Object.defineProperty({}, "then", { get() { throw what; } })]);
      answers.token = { access_token: "a token", token_type: "Bearer" };
      for (const form of forms) {
        ends.push(await endOf("deviceCodeCallback", () => app(answer).acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback: form })));
        ends.push(await endOf("save", async () => (await app(answer).startDeviceCode({ scopes: ["a"] })).poll({ save: form })));
        for (const method of ["beforeCacheAccess", "afterCacheAccess", "exclusively"]) {
          const cachePlugin = { beforeCacheAccess() {}, afterCacheAccess() {}, [method]: form };
          const one = new PublicClientApplication({ auth, system: { fetch: answer }, cache: { cachePlugin } });
          ends.push(await endOf(method, () => one.getTokenCache().removeAccount({ homeAccountId: "u", environment: "e" })));
        }
      }
      answers.token = { error: "authorization_pending" };
      await finished(ends);`);
    // A poll that is not due stores nothing.
    assertAlone(seen, ["fulfilled", "rejected"]);
  });

  test("a plugin whose methods cannot be looked at, or that is a mock with everything", () => {
    const seen = seenOf(`
      const plugin = { beforeCacheAccess() {}, afterCacheAccess() {} };
      const ends = [];
      for (const name of ["beforeCacheAccess", "afterCacheAccess", "exclusively"]) for (const from of [1, 2, 3, 4]) {
        let calls = 0;
        const cachePlugin = new Proxy(plugin, { get: (target, key) => { if (key === name && ++calls >= from) throw new Error("mean"); return target[key]; } });
        ends.push(await endOf(name, async () => { const one = new PublicClientApplication({ auth, system: { fetch: answer }, cache: { cachePlugin } }); for (let n = 0; n < 4; n++) await one.getTokenCache().removeAccount({ homeAccountId: "u", environment: "e" }); }));
      }
      const mocks = [(name) => (name === "exclusively" ? undefined : "mock"), () => 7, () => () => {}];
      for (const mock of mocks) {
        const cachePlugin = new Proxy(plugin, { get: (target, name) => (name in target || name === "exclusively" ? target[name] : mock(name)) });
        ends.push("mock " + (await endOf("mock", () => new PublicClientApplication({ auth, system: { fetch: answer }, cache: { cachePlugin } }).getAllAccounts())));
      }
      await finished(ends);`);
    assertAlone(seen, ["mock fulfilled", "rejected"]);
  });

  test("a logger that cannot be looked at ends no sign-in", () => {
    const seen = seenOf(`
      answers.token = { access_token: "a token", token_type: "Bearer" };
      const methods = ["error", "warning", "info", "verbose", "trace"];
      const ends = [];
      for (const thrown of [new Error("mean"), undefined, frozenError, hostileError]) {
        let isMean = false;
        const logger = new Proxy(Object.fromEntries(methods.map((name) => [name, () => {}])), { get(target, name) { if (isMean) throw thrown; return target[name]; } });
        const one = app(answer);
        one.setLogger(logger);
        isMean = true;
        ends.push(endOf("logger", () => one.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} })));
        const failing = new PublicClientApplication({ auth, system: { fetch: answer, loggerOptions: { logLevel: 4, piiLoggingEnabled: true, loggerCallback() { throw thrown; } } } });
        ends.push(endOf("loggerCallback", () => failing.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} })));
      }
      await Promise.all(ends);
      answers.token = { error: "authorization_pending" };
      await finished(ends);`);
    assertAlone(seen, ["fulfilled"]);
  });

  test("a networkClient and a fetch whose answers misbehave are failed requests", () => {
    const seen = seenOf(`
      const good = { status: 200, headers: {}, body: answers.device };
      const ends = [];
      const never = () => new Promise(() => {});
      for (const form of [...formsOf(good), hostileError, undefined, 0]) {
        const system = { requestTimeout: 200, networkClient: { sendGetRequestAsync: never, sendPostRequestAsync: async () => form } };
        ends.push(endOf("networkClient", () => new PublicClientApplication({ auth, system }).startDeviceCode({ scopes: ["a"] })));
      }
      await finished(ends);`);
    assertAlone(seen);
  });
});

describe("a proxy around a flow", { concurrency: true }, () => {
  const deep = `
    const deep = (target, writes) => new Proxy(target, {
      get(object, name) {
        const value = Reflect.get(object, name);
        return typeof value === "object" && value ? deep(value, writes) : value;
      },
      set: (object, name, value) => writes && Reflect.set(object, name, value) || true,
    });
  `;
  for (const [name, writes] of [["that swallows what is written", false], ["that hands everything on, as reactive frameworks do", true]]) {
    test(`${name} waits like the flow itself, and polls no sooner`, () => {
      const seen = run(`${scene}${deep}
        let polls = 0;
        poll = async (url) => (++polls < 3 ? answer(url) : tokens(url));
        const flow = deep(await app(fetch).startDeviceCode({ scopes: ["a"] }), ${writes});
        const { accessToken } = await flow.wait();
        console.log(JSON.stringify({ accessToken, polls, status: flow.status }));`);
      assert.deepEqual(seen, { accessToken: "a token", polls: 3, status: "completed" });
    });
  }

  test("and around everything that is behind it ends the call, and sends nothing", () => {
    const seen = run(`${scene}
      poll = answer;
      const membrane = (target) => (Object(target) !== target || target instanceof Promise ? target : new Proxy(target, {
        get: (object, name) => { const d = Reflect.getOwnPropertyDescriptor(object, name); const value = Reflect.get(object, name); return d && !d.configurable && !d.writable ? value : membrane(value); },
        apply: (work, self, given) => membrane(Reflect.apply(work, self, given)),
        set: () => true,
      }));
      const flow = membrane(await app(fetch).startDeviceCode({ scopes: ["a"] }));
      const before = calls.length;
      const error = await failureOf(flow.wait());
      console.log(JSON.stringify({ hasEnded: error instanceof Error, sent: calls.length - before }));`);
    assert.deepEqual(seen, { hasEnded: true, sent: 0 });
  });
});
