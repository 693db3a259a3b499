// Calls that wait for each other while a server or a store is slow, and what becomes of them when the one before never ends.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { run } from "./program.mjs";

// Time runs four hundred times as fast: 100 s become a quarter of a second.
const scene = `
  const { setTimeout } = globalThis;
  const begun = Date.now(), now = Date.now.bind(Date);
  Date.now = () => begun + (now() - begun) * 400;
  answers.device.expires_in = 8_000_000;
  // The timers that are set; those of a request of Cloudflare Workers are lost when it ends.
  const timers = new Set();
  let hasEnded = false;
  globalThis.setTimeout = (work, milliseconds) => {
    if (hasEnded) return undefined;
    const timer = setTimeout(() => (timers.delete(timer), work()), milliseconds / 400);
    timers.add(timer);
    return timer;
  };
  const requestEnds = () => { timers.forEach((timer) => clearTimeout(timer)); timers.clear(); };
  const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000 / 400));
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const idToken = (name) => [part({ alg: "RS256" }), part({ iss: auth.authority, aud: "c", exp: 9_999_999_999, sub: name, name, preferred_username: name }), ""].join(".");
  let number = 0;
  let out = 0, most = 0;
  const sent = [];
  // Seconds that a refresh takes; Infinity: it never ends.
  let latency = 0;
  const fetch = async (url, { body, signal }) => {
    const fields = new URLSearchParams(String(body));
    if (fields.get("grant_type") !== "refresh_token") return respond(String(url), fields);
    sent.push(fields.get("refresh_token"));
    most = Math.max(most, ++out);
    try {
      await (latency === Infinity ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))) : pause(latency));
      return respond(String(url), fields);
    } finally { out--; }
  };
  let person = "ada";
  const respond = (url, fields) => new Response(JSON.stringify(url.endsWith("/device") ? answers.device
    : { ...answers.token, access_token: "at-" + ++number, refresh_token: "rt-" + number, expires_in: 8_000_000, scope: fields.get("scope") || "a", id_token: idToken(person) }));
  let store = "";
  const inside = [];
  const seen = [];
  const working = {
    async beforeCacheAccess({ tokenCache }) { seen.push("before"); tokenCache.deserialize(store); },
    async afterCacheAccess({ cacheHasChanged, tokenCache }) { seen.push("after"); if (cacheHasChanged) store = tokenCache.serialize(); },
  };
  const cachePlugin = { ...working };
  const application = (plugin = cachePlugin) => new PublicClientApplication({ auth, system: { fetch }, cache: { cachePlugin: plugin } });
  const signIn = (app, name = "ada") => { person = name; return app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} }); };
  const names = async (app) => (await app.getAllAccounts()).map(({ name }) => name).sort();
  const codeOf = (promise) => promise.then(() => "fulfilled", ({ errorCode }) => errorCode);
  const stored = () => store && Object.values(JSON.parse(store).RefreshToken).map(({ secret }) => secret).sort();
`;

/** The output of the program. It has names of its own. */
const ran = (program) => run(`${scene}{ ${program} }`);

describe("a refresh", { concurrency: true }, () => {
  const apps = {
    "of one application": "const app = application(undefined); const other = app;",
    "of one application over a plugin": "const app = application(); const other = app;",
    "of two applications over one plugin": "const app = application(); const other = application();",
  };
  for (const [name, setting] of Object.entries(apps)) {
    test(`${name} is never sent beside another one with the same token, however slow the server is`, () => {
      const told = ran(`${setting}
        const { account } = await signIn(app);
        latency = Infinity;
        const codes = await Promise.all(["b", "c", "d"].map((scope, index) => codeOf((index ? app : other).acquireTokenSilent({ scopes: [scope], account }))));
        console.log(JSON.stringify({ most, codes: [...new Set(codes)], tokens: [...new Set(sent)] }));`);
      assert.deepEqual(told, { most: 1, codes: ["network_error"], tokens: ["rt-1"] });
    });
  }

  test("that takes minutes serves every equal call that comes meanwhile", () => {
    const told = ran(`
      const app = application();
      const { account } = await signIn(app);
      latency = 25;
      cachePlugin.exclusively = async (name, work) => { if (name !== "store") await pause(140); return work(); };
      const calls = [];
      for (let call = 0; call < 3; call++) { calls.push(app.acquireTokenSilent({ scopes: ["b"], account })); await pause(55); }
      const tokens = (await Promise.all(calls)).map(({ accessToken }) => accessToken);
      console.log(JSON.stringify({ sent, tokens }));`);
    assert.deepEqual(told, { sent: ["rt-1"], tokens: ["at-2", "at-2", "at-2"] });
  });

  test("of a request that has ended keeps no later call from its own", () => {
    const told = ran(`
      const app = application();
      const { account } = await signIn(app);
      latency = Infinity;
      void app.acquireTokenSilent({ scopes: ["b"], account }).catch(() => {});
      while (!out) await pause(1);
      requestEnds();
      latency = 0;
      // An equal call, and one for other scopes.
      const tokens = await Promise.all(["b", "c"].map((scope) => app.acquireTokenSilent({ scopes: [scope], account })));
      console.log(JSON.stringify(tokens.map(({ fromCache }) => fromCache)));`);
    assert.deepEqual(told, [false, false]);
  });
});

describe("a store", { concurrency: true }, () => {
  test("that takes minutes for each call is asked by one access at a time, and keeps everybody", () => {
    const told = ran(`
      let within = 0, together = 0;
      cachePlugin.beforeCacheAccess = async (context) => { together = Math.max(together, ++within); await pause(45); return working.beforeCacheAccess(context); };
      cachePlugin.afterCacheAccess = async (context) => { await pause(45); await working.afterCacheAccess(context); within--; };
      const apps = [application(), application()];
      for (const [index, name] of ["ada", "bob", "cyd"].entries()) {
        person = name;
        const flow = await apps[index % 2].startDeviceCode({ scopes: ["a"] });
        const arrived = number;
        flow.wait().catch(() => {});
        while (number === arrived) await pause(1);
      }
      const people = await names(apps[1]);
      console.log(JSON.stringify({ together, people }));`);
    assert.deepEqual(told, { together: 1, people: ["ada", "bob", "cyd"] });
  });

  test("whose write is given up and ends late is not asked again before, and has the write that came after it", () => {
    const told = ran(`
      const app = application(), other = application();
      await signIn(other, "bob");
      let late = 0;
      cachePlugin.afterCacheAccess = async ({ cacheHasChanged, tokenCache }) => {
        const text = tokenCache.serialize();
        if (!late++) { seen.length = 0; await pause(180); seen.push("late write"); }
        if (cacheHasChanged) store = text;
      };
      const code = codeOf(signIn(app, "ada"));
      while (!late) await pause(1);
      const next = signIn(other, "cyd").then(() => [...seen]);
      console.log(JSON.stringify({ code: await code, seen: await next, people: await names(application()) }));`);
    assert.deepEqual(told, { code: "cache_plugin_error", seen: ["late write", "before"], people: ["ada", "bob", "cyd"] });
  });

  test("whose write lands after all patience is over loses nothing: the next access stores it again", () => {
    const told = ran(`
      const app = application();
      let land;
      cachePlugin.afterCacheAccess = async ({ tokenCache }) => {
        const text = tokenCache.serialize();
        await new Promise((resolve) => (land = resolve));
        store = text;
      };
      const code = await codeOf(signIn(app, "ada"));
      Object.assign(cachePlugin, working);
      await signIn(app, "bob");
      const before = stored().length;
      land();
      await pause(1);
      const after = stored().length;
      const people = await names(app);
      console.log(JSON.stringify({ code, before, after, people, stored: stored().length }));`);
    assert.deepEqual(told, { code: "cache_plugin_error", before: 2, after: 1, people: ["ada", "bob"], stored: 2 });
  });

  test("whose access belongs to a request that has ended is asked by the next, and by that access no more", () => {
    const told = ran(`
      const app = application();
      await signIn(app, "bob");
      let goOn;
      cachePlugin.beforeCacheAccess = async (context) => { requestEnds(); await new Promise((resolve) => (goOn = resolve)); return working.beforeCacheAccess(context); };
      const lost = codeOf(signIn(app, "ada"));
      while (!goOn) await new Promise(setImmediate);
      Object.assign(cachePlugin, working);
      // A call that waits, whose request ends too; and one that lives.
      const waiting = codeOf(app.getAllAccounts());
      requestEnds();
      await signIn(application(), "cyd");
      const before = stored();
      // Against all expectation the first one goes on.
      goOn();
      const code = await lost;
      const after = stored();
      console.log(JSON.stringify({ code, isSame: String(before) === String(after), people: await names(app), stored: stored().length }));`);
    assert.deepEqual(told, { code: "cache_busy", isSame: true, people: ["ada", "bob", "cyd"], stored: 3 });
  });

  test("that another application signs a person out of loses what this one could not store", () => {
    const told = ran(`
      const app = application(), other = application();
      const { account } = await signIn(app);
      await signIn(app, "bob");
      cachePlugin.afterCacheAccess = async () => { throw new Error("disk full"); };
      const codes = [await codeOf(signIn(other)), await codeOf(signIn(other, "cyd"))];
      Object.assign(cachePlugin, working);
      await app.signOut({ account });
      console.log(JSON.stringify({ codes, people: [await names(other), await names(app)] }));`);
    assert.deepEqual(told, { codes: ["cache_plugin_error", "cache_plugin_error"], people: [["bob", "cyd"], ["bob", "cyd"]] });
  });
});

test("a call that was stalled while it waited starts nothing beside the one that went on, and keeps what it brought", () => {
  const told = ran(`
    const app = application();
    let goOn;
    cachePlugin.beforeCacheAccess = async (context) => { if (goOn) return working.beforeCacheAccess(context); requestEnds(); await new Promise((resolve) => (goOn = resolve)); };
    const first = codeOf(app.getAllAccounts());
    while (!goOn) await new Promise(setImmediate);
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    // Its request ends when the tokens arrive, and they wait to be stored.
    answers.token = { get token_type() { hasEnded = true; return "Bearer"; } };
    const brought = flow.wait().catch((error) => error);
    while (flow.status !== "completed") await new Promise(setImmediate);
    hasEnded = false;
    await application().getAllAccounts();
    goOn();
    const { errorCode, errorMessage, hint, retryable } = await brought;
    console.log(JSON.stringify({ errorCode, errorMessage, hint, retryable, people: await names(app), stored: stored().length }));`);
  assert.deepEqual([told.errorCode, told.retryable, told.people, told.stored], ["cache_busy", true, ["ada"], 1]);
  assert.match(told.errorMessage, /waited for the store of cache\.cachePlugin/);
  assert.match(told.hint, /stay in memory/);
});
