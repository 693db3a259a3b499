// The text of the token cache between a program and the packed library: which texts are refused, which are accepted with a
// warning in the log, and that no entry is lost, whatever characters it contains.
//
// tests/core/cache/bad_input.rs tests every place and type natively.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { cachedPerson, run } from "./program.mjs";

const { AuthError, LogLevel, PublicClientApplication } = await import(
  pathToFileURL(join(installedProject(), "node_modules/device-code-flow/node.mjs"))
);
const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };

async function application({ cachePlugin, lines = [] } = {}) {
  const entra = standIn({ interval: 1 });
  const loggerOptions = { loggerCallback: (level, text) => lines.push([level, text]), logLevel: LogLevel.Warning };
  const app = new PublicClientApplication({ auth, system: { fetch: entra.fetch, loggerOptions }, cache: { cachePlugin } });
  // This call loads the module.
  if (!cachePlugin) await app.getAllAccounts();
  const signIn = (person = ada) =>
    app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback: ({ userCode }) => entra.approve(userCode, { person }) });
  return { app, cache: app.getTokenCache(), signIn, lines };
}

const person = (uid, name = uid) => ({
  home_account_id: `${uid}.t`,
  environment: "login.windows.net",
  realm: "t",
  local_account_id: uid,
  username: `${uid}@example.org`,
  name,
  authority_type: "MSSTS",
});
const refused = (cache, text) => {
  try {
    cache.deserialize(text);
  } catch (error) {
    assert.ok(error instanceof AuthError && error.errorCode === "token_cache_invalid", error);
    assert.ok(error.hint);
    return error.message;
  }
  return assert.fail(`not refused: ${text.slice(0, 50)}`);
};

describe("a text that is not a token cache", { concurrency: true }, () => {
  const texts = {
    '{"Account":{"k":{"secret":"a-secret"': /at byte 36, in the section Account\.$/,
    '{"Account":[]}': /at byte 11, in the section Account\.$/,
    "[]": /at byte 0\.$/,
    "a-secret": /at byte 0\.$/,
    [`{"a":${"[".repeat(100)}${"]".repeat(100)}}`]: /at byte 69\.$/,
  };

  test("is refused with the place of the error, and without its content", async () => {
    const { cache } = await application();
    for (const [text, place] of Object.entries(texts)) {
      const message = refused(cache, text);
      assert.match(message, place);
      assert.doesNotMatch(message, /a-secret/);
    }
  });

  test("is refused at once before the module is loaded, and the earlier text stays", () => {
    const seen = run(`
      const cache = app().getTokenCache();
      cache.deserialize(' {"Unknown":1}');
      const messages = [];
      const deep = "[".repeat(65) + "]".repeat(65);
      const texts = ['{"Account":{"k":{"secret":"a-secret"', '{"Account":[]}', "[]", "a-secret", "null", '{"IdToken":"x"}'];
      texts.push("\\u00a0{}", "\\u00a0", "\\ufeff\\ufeff{}", '{"a-secret":' + deep + "}", '{"Account":{"k":{"a-secret":' + deep + "}}}");
      for (const text of texts) {
        try { cache.deserialize(text); } catch ({ errorCode, message }) { messages.push([errorCode, message]); }
      }
      console.log(JSON.stringify({ messages, text: cache.serialize() }));`);
    assert.deepEqual(seen.messages.map(([code]) => code), Array(11).fill("token_cache_invalid"));
    const places = seen.messages.map(([, message]) => message);
    assert.match(places[1], /in the section Account\.$/);
    assert.match(places[5], /in the section IdToken\.$/);
    for (const message of places) assert.doesNotMatch(message, /a-secret/);
    assert.equal(seen.text, ' {"Unknown":1}');
  });

  // A text that the module accepts is not refused before the module is loaded.
  test("is not a text that is only unusual", async () => {
    const deep = "[".repeat(64) + "]".repeat(64);
    const texts = ["", " \n", "\ufeff", "\f", "\ufeff {}\r\n", `{"a":${deep},"Account":{"k":{"a":${deep}}}}`, '{"Account":null}'];
    const { cache } = await application();
    for (const text of texts) cache.deserialize(text);
    const seen = run(`
      const cache = app().getTokenCache();
      for (const text of ${JSON.stringify(texts)}) cache.deserialize(text);
      console.log(JSON.stringify(cache.serialize()));`);
    assert.equal(seen, texts.at(-1));
  });
});

// For the engine, the second of two equal names counts.
describe("a text that only the module finds wrong, and that was held until the module was loaded", { concurrency: true }, () => {
  const signIn = `
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { iss: auth.authority, aud: "c", sub: "bob", name: "bob", preferred_username: "bob" };
    const idToken = [part({ alg: "RS256" }), part(claims), ""].join(".");
    Object.assign(answers.token, { refresh_token: "r", expires_in: 3600, scope: "a", id_token: idToken });
    const signIn = () => application.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    const names = async () => (await application.getAllAccounts()).map(({ username }) => username).sort();
    const twice = '{"Account":[],"Account":{}}';
    const good = ${JSON.stringify(JSON.stringify(cachedPerson("u@example.org")))};
  `;

  test("stays unchanged: every call rejects until another text comes", () => {
    const seen = run(`
      const application = app();
      const cache = application.getTokenCache();
      ${signIn}
      cache.deserialize(twice);
      const codes = [];
      const [account] = [{ homeAccountId: "u.t", environment: "login.windows.net" }];
      for (const call of [() => names(), () => names(), () => application.signOut({ account }), async () => cache.serialize()]) {
        await call().catch(({ errorCode }) => codes.push(errorCode));
      }
      cache.deserialize(good);
      console.log(JSON.stringify({ codes, names: await names() }));`);
    assert.deepEqual(seen, { codes: Array(4).fill("token_cache_invalid"), names: ["u@example.org"] });
  });

  test("does not cost a sign-in: its tokens stay in memory, and are merged into the next text", () => {
    const seen = run(`
      const application = app();
      const cache = application.getTokenCache();
      ${signIn}
      cache.deserialize(twice);
      const { account } = await signIn();
      const codes = [];
      for (const call of [() => names(), async () => cache.serialize(), async () => cache.deserialize("{")]) {
        await call().catch(({ errorCode }) => codes.push(errorCode));
      }
      const changed = cache.hasChanged();
      cache.deserialize(good);
      console.log(JSON.stringify({ name: account.name, codes, changed, names: await names(), text: cache.serialize() }));`);
    assert.deepEqual([seen.name, seen.codes, seen.changed], ["bob", Array(3).fill("token_cache_invalid"), true]);
    assert.deepEqual(seen.names, ["bob", "u@example.org"]);
    assert.equal(Object.values(JSON.parse(seen.text).RefreshToken).length, 1);
  });

  for (const [kind, lock] of [["", "undefined"], [" that can lock", "(name, work) => work()"]]) {
    test(`does not matter to a plugin${kind}: the store's text replaces it`, () => {
      const seen = run(`
        let store = ${JSON.stringify(JSON.stringify(cachedPerson("u@example.org")))};
        const cachePlugin = {
          beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(store),
          afterCacheAccess: async ({ cacheHasChanged, tokenCache }) => void (cacheHasChanged && (store = tokenCache.serialize())),
          exclusively: ${lock},
        };
        const application = new PublicClientApplication({ auth, system: { fetch: answer }, cache: { cachePlugin } });
        ${signIn}
        application.getTokenCache().deserialize(twice);
        const { account } = await signIn();
        const stored = Object.values(JSON.parse(store).Account).length;
        console.log(JSON.stringify({ name: account.name, names: await names(), stored }));`);
      assert.deepEqual(seen, { name: "bob", names: ["bob", "u@example.org"], stored: 2 });
    });
  }
});

test("a text of a hundred megabytes is accepted or refused like any other", async () => {
  const { cache, app } = await application();
  const long = "x".repeat(100 << 20);
  const text = `{"Unknown":"${long}","Account":{"k":${JSON.stringify(person("u"))}}}`;
  cache.deserialize(text);
  const [account] = await app.getAllAccounts();
  await cache.removeAccount(account);
  const saved = cache.serialize();
  assert.ok(saved.startsWith(text.slice(0, long.length)) && saved.length < text.length && saved.length > long.length);
  assert.ok(refused(cache, `{"Account":{"k":"${long}`).length < 300);
});

describe("unusable entries of a text", { concurrency: true }, () => {
  const odd = {
    AccessToken: { a: "a-secret", b: { home_account_id: "u.t", secret: 7, expires_on: {} }, c: [] },
    RefreshToken: { d: { home_account_id: 7, secret: "a-secret" } },
    Account: { e: { ...person("u"), tenantProfiles: "a-secret" }, f: 1 },
  };
  const warning = /Warning - .*3 in AccessToken, 1 in RefreshToken, 2 in Account\.$/;

  test("are logged as a warning with sections and numbers, and are written back unchanged", async () => {
    const { cache, app, lines, signIn } = await application();
    const text = JSON.stringify(odd);
    cache.deserialize(text);
    assert.deepEqual([lines.length, lines[0][0]], [1, LogLevel.Warning]);
    assert.match(lines[0][1], warning);
    assert.doesNotMatch(lines[0][1], /a-secret/);
    assert.deepEqual((await app.getAllAccounts()).map(({ username }) => username), ["u@example.org"]);
    assert.equal(cache.serialize(), text);
    await signIn();
    const saved = JSON.parse(cache.serialize());
    for (const [section, entries] of Object.entries(odd)) {
      for (const [key, entry] of Object.entries(entries)) assert.deepEqual(saved[section][key], entry, `${section} ${key}`);
    }
  });

  test("are logged once as long as a store's text stays the same", async () => {
    const cachePlugin = {
      beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(JSON.stringify(odd)),
      afterCacheAccess: async () => {},
    };
    const { app, lines } = await application({ cachePlugin });
    for (let time = 0; time < 3; time++) await app.getAllAccounts();
    assert.equal(lines.length, 1);
    assert.match(lines[0][1], warning);
  });

  test("change nothing without a logger, and a text without them logs nothing", async () => {
    const { cache, lines } = await application();
    cache.deserialize(JSON.stringify({ Account: { k: person("u") }, Unknown: 7 }));
    assert.deepEqual(lines, []);
    const silent = new PublicClientApplication({ auth });
    await silent.getAllAccounts();
    silent.getTokenCache().deserialize(JSON.stringify(odd));
    assert.equal((await silent.getAllAccounts()).length, 1);
  });
});

describe("a text is written back", { concurrency: true }, () => {
  // Characters of one, two, three and four bytes, a lone surrogate, and an escape of each.
  const names = { ascii: "Ada", latin: "José", greek: "Ωδή", emoji: "😀😀", half: "\ud800 half", mixed: "aé€😀\ud83d" };
  const layouts = { "in one line": (cache) => JSON.stringify(cache), "in many": (cache) => `\ufeff\n${JSON.stringify(cache, null, 4)}\n` };
  for (const [layout, write] of Object.entries(layouts)) {
    for (const [kind, name] of Object.entries(names)) {
      // JSON.stringify would escape a lone surrogate.
      const text = write({ Before: [name], Account: { a: person("a", name), [`b ${name}`]: person("b", name), c: person("c", name) }, After: { name } })
        .replaceAll("\\ud800", "\ud800")
        .replaceAll("\\ud83d", "\ud83d");

      test(`${layout}, with ${kind} letters: unchanged but for what has changed`, async () => {
        const { cache, app, signIn } = await application();
        cache.deserialize(text);
        assert.equal(cache.serialize(), text.replace(/^\ufeff/, ""));
        await cache.removeAccount((await app.getAllAccounts())[1]);
        const less = JSON.parse(text.replace(/^\ufeff/, ""));
        delete less.Account[`b ${name}`];
        const without = cache.serialize();
        const saved = JSON.parse(without);
        assert.deepEqual([saved.Before, saved.Account, saved.After], [less.Before, less.Account, less.After]);
        if (layout === "in many") assert.ok(without.includes('\n            "username": "c@example.org"'), without);
        await signIn();
        const more = JSON.parse(cache.serialize());
        assert.equal(Object.keys(more.Account).length, 3);
        for (const key of Object.keys(less.Account)) assert.deepEqual(more.Account[key], less.Account[key]);
        // The next application reads the text that was written.
        cache.deserialize(cache.serialize());
        assert.deepEqual(JSON.parse(cache.serialize()), more);
      });
    }
  }

  test("after many writes, with the original entries and the last new one", async () => {
    const { cache, signIn } = await application();
    cache.deserialize(JSON.stringify({ Unknown: "é".repeat(1000), Account: { k: person("k", "José") } }));
    for (let time = 0; time < 6; time++) {
      await signIn({ ...ada, name: `Ada ${time} é` });
      if (time % 2) cache.serialize();
    }
    const saved = JSON.parse(cache.serialize());
    assert.deepEqual([saved.Unknown, saved.Account.k.name], ["é".repeat(1000), "José"]);
    assert.ok(Object.values(saved.Account).some(({ name }) => name === "Ada 5 é"));
  });
});

test("a store's text that has not changed is not read again", () => {
  const person = JSON.stringify(cachedPerson("u@example.org")).slice(1, -1);
  const seen = run(`
    // Longer than the text that contains the module, which is encoded as well; and not ASCII, which is passed without an encoder.
    const rest = "x".repeat(600_000);
    const text = '{"Unknown":"é' + rest + '",${person}}';
    let taken = 0;
    for (const name of ["encode", "encodeInto"]) {
      const encode = TextEncoder.prototype[name];
      TextEncoder.prototype[name] = function (given, ...into) {
        if (given.length >= rest.length) taken++;
        return encode.call(this, given, ...into);
      };
    }
    const cachePlugin = {
      beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(Buffer.from(text).toString()),
      afterCacheAccess: async () => {},
    };
    const application = new PublicClientApplication({ auth, cache: { cachePlugin } });
    const lists = [];
    for (let time = 0; time < 5; time++) lists.push((await application.getAllAccounts()).length);
    console.log(JSON.stringify({ taken, lists }));`);
  assert.deepEqual(seen, { taken: 1, lists: [1, 1, 1, 1, 1] });
});

// A copy for each account would need more than the module's four gigabytes.
test("a person in very many tenants is listed with all of them, and other flows continue", async () => {
  const { app, cache, signIn } = await application();
  const profile = (tenantId) => JSON.stringify({ tenantId, localAccountId: "l", name: tenantId + "x".repeat(20_000) });
  const tenants = Array.from({ length: 500 }, (_, number) => `t${number}`);
  const other = { ...person("v"), environment: "login.microsoftonline.us" };
  cache.deserialize(JSON.stringify({ Account: { u: { ...person("u"), tenantProfiles: tenants.map(profile) }, v: other, w: person("w") } }));
  const accounts = await app.getAllAccounts();
  assert.deepEqual(accounts.map(({ tenantId }) => tenantId), [...tenants, "t", "t"]);
  assert.deepEqual(accounts.map(({ homeAccountId }) => homeAccountId), [...tenants.map(() => "u.t"), "v.t", "w.t"]);
  for (const account of accounts) {
    const { homeAccountId, environment, name, tenantId, tenantProfiles } = account;
    assert.equal(environment, homeAccountId === "v.t" ? other.environment : "login.windows.net");
    assert.deepEqual([...tenantProfiles.keys()], homeAccountId === "u.t" ? tenants : ["t"]);
    assert.equal(tenantProfiles.get(tenantId).name, name);
  }
  assert.ok((await signIn()).accessToken);
});
