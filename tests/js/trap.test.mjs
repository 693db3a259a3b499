// A trap in the module: it becomes an error with a hint. It does not end the process and leaves no promise pending.
//
// No input is known that makes the module trap. So these tests make the host's clock trap, which is read before every step of the module:
// it executes a WebAssembly `unreachable`, like a panic in Rust. Later tests make the module's own functions trap: after their work, and
// where their stack ends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./program.mjs";

const trapping = `
  // (module (func (export "trap") unreachable))
  const bytes = [0,97,115,109,1,0,0,0, 1,4,1,96,0,0, 3,2,1,0, 7,8,1,4,116,114,97,112,0,0, 10,5,1,3,0,0,11];
  const { trap } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports;
  const { now } = Date;
  const hang = () => new Promise((_, reject) => setTimeout(reject, 3000, new Error("it hangs")).unref());
  const within = (promise) => Promise.race([promise, hang()]);
`;

test("a trap rejects every call under way with internal_error", () => {
  const errors = run(`${trapping}
    const [one, two] = [await app().startDeviceCode({ scopes: ["a"] }), await app().startDeviceCode({ scopes: ["a"] })];
    const failures = [failureOf(one.wait()), failureOf(two.wait())];
    await sleep(100);
    Date.now = trap;
    failures.push(failureOf(app().startDeviceCode({ scopes: ["a"] })));
    const errors = await within(Promise.all(failures));
    console.log(JSON.stringify(errors.map(told)));`);
  assert.equal(errors.length, 3);
  for (const { name, errorCode, hint, retryable, fault, cause } of errors) {
    assert.deepEqual([name, errorCode, retryable, fault, cause], ["AuthError", "internal_error", true, "library", "RuntimeError"]);
    assert.match(hint, /report/);
  }
});

test("after a trap the next sign-in works", () => {
  const token = run(`${trapping}
    const flow = await app().startDeviceCode({ scopes: ["a"] });
    Date.now = trap;
    await within(failureOf(flow.poll()));
    Date.now = now;
    const result = await app().acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    console.log(JSON.stringify(result.accessToken));`);
  assert.equal(token, "a token");
});

test("a flow that trapped while it waited does not hang when it is called again", () => {
  const outcome = run(`${trapping}
    const flow = await app().startDeviceCode({ scopes: ["a"] });
    const failure = failureOf(flow.wait());
    await sleep(100);
    Date.now = trap;
    const { errorCode } = await within(failure);
    Date.now = now;
    const again = await within(flow.wait().then(() => "tokens", (error) => error.errorCode));
    console.log(JSON.stringify({ errorCode, again }));`);
  assert.equal(outcome.errorCode, "internal_error");
});

test("nor does one that trapped while it processed an answer", () => {
  const outcome = run(`${trapping}
    const trapped = async (url) => ((Date.now = trap), answer(url));
    let fetch = answer;
    const flow = await app((...call) => fetch(...call)).startDeviceCode({ scopes: ["a"] });
    fetch = trapped;
    const { errorCode } = await within(failureOf(flow.wait()));
    Date.now = now;
    fetch = answer;
    const again = await within(flow.wait().then(() => "tokens", (error) => error.errorCode));
    console.log(JSON.stringify({ errorCode, again }));`);
  assert.equal(outcome.errorCode, "internal_error");
});

test("a flow that had no part in the trap continues in a new instance", () => {
  const outcome = run(`${trapping}
    answers.token = { error: "authorization_pending" };
    const polls = [];
    const fetch = async (url) => (String(url).endsWith("/token") && polls.push(now()), answer(url));
    const application = app(fetch);
    const flow = await application.startDeviceCode({ scopes: ["a"] });
    await sleep(1100);
    const { nextPollOn } = await flow.poll();
    const before = JSON.parse(flow.save());
    const victim = await application.startDeviceCode({ scopes: ["a"] });
    Date.now = trap;
    const { errorCode } = await within(failureOf(victim.wait()));
    Date.now = now;
    const saved = JSON.parse(flow.save());
    answers.token = { access_token: "a token", token_type: "Bearer" };
    const { accessToken } = await within(flow.wait());
    const early = nextPollOn.getTime() - polls[1];
    console.log(JSON.stringify({ errorCode, same: JSON.stringify(saved) === JSON.stringify(before), accessToken, polls: polls.length, early: early > 0 }));`);
  assert.deepEqual(outcome, { errorCode: "internal_error", same: true, accessToken: "a token", polls: 2, early: false });
});

test("a saved flow is resumed after a trap, and one that has ended keeps its tokens", () => {
  const outcome = run(`${trapping}
    const done = await app().startDeviceCode({ scopes: ["a"] });
    await done.wait();
    const flow = await app().startDeviceCode({ scopes: ["a"] });
    const saved = flow.save();
    Date.now = trap;
    await within(failureOf(flow.wait()));
    Date.now = now;
    const again = await (await app().resumeDeviceCode(saved)).wait();
    console.log(JSON.stringify([again.accessToken, (await done.wait()).accessToken]));`);
  assert.deepEqual(outcome, ["a token", "a token"]);
});

test("timers and answers of the lost instance do nothing: no further request, no unhandled error", () => {
  const outcome = run(`${trapping}
    answers.token = { error: "authorization_pending" };
    let requests = 0;
    const unhandled = [];
    for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, (error) => unhandled.push(String(error)));
    const application = app(async (url) => (requests++, await sleep(300), answer(url)));
    const flows = await Promise.all(["a", "b", "c"].map((scope) => application.startDeviceCode({ scopes: [scope] })));
    const failures = flows.map((flow) => failureOf(flow.wait()));
    const asking = failureOf(application.startDeviceCode({ scopes: ["d"] }));
    await sleep(100);
    Date.now = trap;
    failures.push(asking, failureOf(app().startDeviceCode({ scopes: ["e"] })));
    const codes = (await within(Promise.all(failures))).map(({ errorCode }) => errorCode);
    Date.now = now;
    const sent = requests;
    flows.length = 0;
    globalThis.gc();
    await sleep(1500);
    globalThis.gc();
    await sleep(100);
    console.log(JSON.stringify({ codes, more: requests - sent, unhandled }));`, { options: ["--expose-gc"] });
  assert.deepEqual(outcome, { codes: Array(5).fill("internal_error"), more: 0, unhandled: [] });
});

const signedIn = `${trapping}
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const tokens = (name) => ({
    access_token: "token of " + name,
    refresh_token: "refresh token of " + name,
    token_type: "Bearer",
    expires_in: 3600,
    scope: "a",
    id_token: [part({ alg: "RS256" }), part({ iss: "https://id.invalid", aud: "c", sub: name, name, preferred_username: name }), ""].join("."),
  });
  const signIn = (application, name) => {
    answers.token = tokens(name);
    return application.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
  };
  const names = async (application) => (await application.getAllAccounts()).map(({ name }) => name).sort();
  const secrets = (text) => Object.values(JSON.parse(text).RefreshToken || {}).map(({ secret }) => secret).sort();
  const die = async (application = app()) => {
    Date.now = trap;
    await within(failureOf(application.startDeviceCode({ scopes: ["a"] })));
    Date.now = now;
  };
`;

test("a cache without a plugin is the same after a trap: accounts, changes, silent tokens", () => {
  const outcome = run(`${signedIn}
    const application = app();
    const cache = application.getTokenCache();
    await signIn(application, "ada");
    const before = cache.serialize();
    await signIn(application, "bob");
    await die(application);
    const asleep = { changed: cache.hasChanged(), secrets: secrets(cache.serialize()) };
    const people = await names(application);
    const [account] = await application.getAllAccounts();
    const silent = await application.acquireTokenSilent({ scopes: ["a"], account });
    const changed = cache.hasChanged();
    const after = cache.serialize();
    console.log(JSON.stringify({ asleep, people, silent: silent.accessToken, fromCache: silent.fromCache, changed, settled: !cache.hasChanged(), longer: after.length > before.length }));`);
  assert.deepEqual(outcome, {
    asleep: { changed: true, secrets: ["refresh token of ada", "refresh token of bob"] },
    people: ["ada", "bob"],
    silent: "token of ada",
    fromCache: true,
    changed: true,
    settled: true,
    longer: true,
  });
});

test("tokens that a plugin could not store before the trap are stored after it, beside the tokens of others", () => {
  const outcome = run(`${signedIn}
    let store = "";
    let broken = false;
    const cachePlugin = {
      async beforeCacheAccess({ tokenCache }) { tokenCache.deserialize(store); },
      async afterCacheAccess(context) {
        if (!context.cacheHasChanged) return;
        if (broken) throw new Error("disk full");
        store = context.tokenCache.serialize();
      },
    };
    const withPlugin = () => new PublicClientApplication({ auth, system: { fetch: answer }, cache: { cachePlugin } });
    const application = withPlugin();
    await signIn(application, "ada");
    broken = true;
    const { errorCode } = await failureOf(signIn(application, "bob"));
    broken = false;
    await die(application);
    await signIn(withPlugin(), "eve");
    const between = secrets(store);
    const people = await names(application);
    console.log(JSON.stringify({ errorCode, between, people, stored: secrets(store) }));`);
  assert.deepEqual(outcome, {
    errorCode: "cache_plugin_error",
    between: ["refresh token of ada", "refresh token of eve"],
    people: ["ada", "bob", "eve"],
    stored: ["refresh token of ada", "refresh token of bob", "refresh token of eve"],
  });
});

test("a trap while a plugin is busy: tokens that have arrived are stored, and the store is not overwritten", () => {
  const outcome = run(`${signedIn}
    let store = "";
    let meanwhile = () => {};
    const cachePlugin = {
      async beforeCacheAccess({ tokenCache }) {
        await meanwhile();
        tokenCache.deserialize(store);
      },
      async afterCacheAccess(context) {
        await meanwhile();
        if (context.cacheHasChanged) store = context.tokenCache.serialize();
      },
    };
    const application = new PublicClientApplication({ auth, system: { fetch: answer }, cache: { cachePlugin } });
    await signIn(application, "ada");
    meanwhile = die;
    const outcome = await signIn(application, "bob").then(({ account }) => account.name, (error) => error.errorCode);
    meanwhile = () => {};
    console.log(JSON.stringify({ outcome, people: await names(application), stored: secrets(store) }));`);
  assert.deepEqual(outcome, { outcome: "bob", people: ["ada", "bob"], stored: ["refresh token of ada", "refresh token of bob"] });
});

test("a flow can be saved, polled and aborted while it waits: no borrow is in the way", () => {
  const outcome = run(`
    answers.token = { error: "authorization_pending" };
    const flow = await app().startDeviceCode({ scopes: ["a"] });
    const own = new AbortController();
    const waiting = failureOf(flow.wait({ signal: own.signal }));
    const other = failureOf(flow.wait({ signal: own.signal }));
    await sleep(50);
    const saved = typeof flow.save();
    const { status } = await flow.poll();
    let isLate = false;
    setTimeout(() => (isLate = true), 100);
    own.abort(new Error("enough"));
    const reasons = [(await waiting).message, (await other).message];
    console.log(JSON.stringify({ saved, status, reasons, atOnce: !isLate, stillSaved: typeof flow.save() }));`);
  assert.deepEqual(outcome, { saved: "string", status: "pending", reasons: ["enough", "enough"], atOnce: true, stillSaved: "string" });
});

test("a trap in the middle of the module's own work is survived, too, and its unfinished work is dropped", () => {
  const outcome = run(`${trapping}
    let broken = false;
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...all) => {
      const started = await instantiate(...all);
      // Node's own fetch also uses a module.
      if (!started.instance) return started;
      const { exports } = started.instance;
      const own = {};
      for (const name of Object.keys(exports)) {
        const work = exports[name];
        // Functions that pass arguments work; the function that they are for traps after its work.
        own[name] = typeof work !== "function" || work.length < 3 ? work : (...given) => (broken && work.length > 3 ? (work(...given), trap()) : work(...given));
      }
      return { exports: own };
    };
    const flow = await app().startDeviceCode({ scopes: ["a"] });
    const saved = flow.save();
    broken = true;
    const { errorCode } = await within(failureOf(app().startDeviceCode({ scopes: ["a"] }).then((flow) => flow.wait())));
    broken = false;
    const same = flow.save() === saved;
    console.log(JSON.stringify({ errorCode, same, accessToken: (await within(flow.wait())).accessToken }));`);
  assert.deepEqual(outcome, { errorCode: "internal_error", same: true, accessToken: "a token" });
});

test("a stack overflow in the module does not affect other flows or caches", () => {
  const outcome = run(`${signedIn}
    const text = (await import("node:fs")).readFileSync("node_modules/device-code-flow/core.cjs", "utf8");
    // The one function that is called with the room for an answer's address and length.
    const [, moveStack] = /\\.(\\w+)\\(-16\\)/.exec(text);
    const { instantiate } = WebAssembly;
    let own;
    WebAssembly.instantiate = async (...all) => {
      const started = await instantiate(...all);
      if (started.instance) own = started.instance.exports;
      return started;
    };
    const application = app();
    await signIn(application, "ada");
    const cache = application.getTokenCache();
    const before = cache.serialize();
    answers.token = { error: "authorization_pending" };
    const [flow, victim] = [await app().startDeviceCode({ scopes: ["a"] }), await app().startDeviceCode({ scopes: ["a"] })];
    const saved = flow.save();
    // Less stack is left than one call needs.
    own[moveStack](64 - own[moveStack](0));
    const { errorCode, cause } = await within(failureOf(victim.wait()));
    const kept = { saved: flow.save() === saved, cache: cache.serialize() === before, people: await names(application) };
    answers.token = tokens("bob");
    const { accessToken } = await within(flow.wait());
    console.log(JSON.stringify({ errorCode, cause: String(cause), ...kept, accessToken }));`);
  assert.match(outcome.cause, /^RuntimeError: (?!unreachable)/);
  delete outcome.cause;
  assert.deepEqual(outcome, { errorCode: "internal_error", saved: true, cache: true, people: ["ada"], accessToken: "token of bob" });
});

test("a response that throws while it is read is a failed request, and affects nothing else", () => {
  const outcome = run(`
    let broken = true;
    const fetch = async (url) => {
      const response = await answer(url);
      if (!broken || !String(url).endsWith("/token")) return response;
      broken = false;
      return Object.defineProperty(response, "headers", { get() { throw new Error("no headers here"); } });
    };
    const { accessToken } = await app(fetch).acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    console.log(JSON.stringify({ accessToken, broken }));`);
  assert.deepEqual(outcome, { accessToken: "a token", broken: false });
});
