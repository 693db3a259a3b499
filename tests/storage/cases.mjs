// The one list of cases for every store. A short host file runs it in each engine.
//
// It starts nothing and knows no store. A host passes the library, its storage entry, and for each store a `place()`:
//   plugin(options)     the store's plugin, another object each time, on the same place
//   text(), put(text)   the text that is stored there, without the plugin; "" for none
//   nonsense            values that the store can hold and that are not texts, if there are any
//   keptAside()         the texts that were set aside
//   locks               whether it can lock
//   key                 the key of the text, where the store has keys
//   name, where         what its errors must name

import { equal, failureOf, ok, sleep } from "./tools.mjs";

const KEY = new Uint8Array(32).map((_, at) => at * 7);
const OTHER_KEY = new Uint8Array(32).map((_, at) => at * 11);

// A cache of Ada's as the release before sealed it under KEY, which did not bind a text to its place.
const UNBOUND = [
  "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiSllZNXFsdk1XWS03UnpzdEpLaXpnMGV2ZVo2UXhXUy1iTzhXWFRDM09yZyJ9",
  "",
  "soZZdBvW57XsKcsv",
  "aiIlJEvRMbV-lPDk1SW6fBlUgBVryrRJAjr2G28iFAJwv8f-G_fcCwMhP2wMz4UAt2RVeeeyg_MiZQROh5rdT1Ocff4I10rDRV8TIh5zC5TT2KNVM6Si9jSmV-QJEMux2LBXxlWnCFQ7lc4XAE68D9-W2BkeJ9CLM_2_RfagdLSxEhQPNtqohegtTgDU1oF_d2lsoRIIz7nk6_Q--SzFzkZ_OzZnZ547lY8r0pI6PWaK5UURP13HLkr8jlzXHzuImw",
  "aZ9AxJHgNjlDithqfsAh-Q",
].join(".");

/** A cache of MSAL's with these people, and with entries that this library does not know. */
export function cacheOf(...people) {
  const accounts = people.map((name) => [
    `${name}.tenant-login.windows.net-tenant`,
    {
      home_account_id: `${name}.tenant`,
      environment: "login.windows.net",
      realm: "tenant",
      local_account_id: name,
      username: `${name}@example.com`,
      authority_type: "MSSTS",
      name,
    },
  ]);
  return JSON.stringify({ Account: Object.fromEntries(accounts), "a section of the future": { "ключ 🗝": 1 } });
}

/** What a cache library does with a plugin: load, change the text, store. `change` may return a promise, unlike in any library. */
export async function access(plugin, change, { loaded = () => {} } = {}) {
  const cache = { text: undefined };
  const tokenCache = {
    deserialize(text) {
      loaded(text);
      cache.text = text;
    },
    serialize: () => cache.text,
  };
  const context = { cacheHasChanged: Boolean(change), tokenCache };
  try {
    await plugin.beforeCacheAccess(context);
    if (change) cache.text = await change(cache.text);
  } finally {
    await plugin.afterCacheAccess(context);
  }
  return cache.text;
}

const put = (plugin, text) => access(plugin, () => text);
const take = (plugin) => access(plugin);
const plusOne = async (text) => {
  const number = Number(text || 0);
  await sleep(1);
  return String(number + 1);
};

function app(library, cachePlugin) {
  const auth = { clientId: "client", authority: "https://login.microsoftonline.com/tenant" };
  return new library.PublicClientApplication({ auth, cache: { cachePlugin } });
}

const names = async (app) => (await app.getAllAccounts()).map(({ name }) => name).sort();

export const everyStore = {
  async "an empty store is an empty cache"({ library, place }) {
    equal(await take(place.plugin()), "");
    equal(await names(app(library, place.plugin())), []);
  },

  async "a stored text is loaded, by the same plugin and by another"({ place }) {
    const plugin = place.plugin();
    await put(plugin, "one");
    equal([await take(plugin), await take(place.plugin()), await place.text()], ["one", "one", "one"]);
    await put(place.plugin(), "two");
    equal([await take(place.plugin()), await place.text()], ["two", "two"]);
  },

  async "people who signed in are listed, and a person who signs out is gone for others; unknown entries stay"({ library, place }) {
    await place.put(cacheOf("ada", "bob"));
    const [one, other] = [app(library, place.plugin()), app(library, place.plugin())];
    equal(await names(one), ["ada", "bob"]);
    const [account] = await one.getAllAccounts();
    await one.signOut({ account });
    equal(JSON.parse(await place.text())["a section of the future"], { "ключ 🗝": 1 });
    equal(await names(other), [account.name === "ada" ? "bob" : "ada"]);
  },

  async "a text of two megabytes, with characters of every width, comes back; a shorter one after it leaves no rest"({ place }) {
    const text = JSON.stringify({ a: "aé漢🗝".repeat(180_000) });
    await put(place.plugin(), text);
    ok((await take(place.plugin())) === text, "the long text came back as another");
    await put(place.plugin(), "{}");
    equal([await take(place.plugin()), await place.text()], ["{}", "{}"]);
  },

  async "a damaged text is set aside, unchanged and never over another, and the error says where"({ library, place }) {
    const texts = ["{ cut sho", "[1]", "nonsense é漢🗝"];
    for (const text of texts) {
      await place.put(text);
      const error = await failureOf(app(library, place.plugin()).getAllAccounts());
      ok(error instanceof library.AuthError, String(error));
      equal(error.errorCode, "token_cache_invalid");
      ok(error.message.includes(place.name) && error.message.includes(place.where), error.message);
      ok(error.hint, "a hint");
      equal(await place.text(), "");
    }
    equal((await place.keptAside()).sort(), [...texts].sort());
    equal(await names(app(library, place.plugin())), []);
  },

  async "a text that could not be read is not overwritten"({ place }) {
    await place.put("of a later version");
    const trouble = new Error("not mine");
    const loaded = () => {
      throw trouble;
    };
    const plugin = place.plugin();
    equal(await failureOf(access(plugin, () => "mine", { loaded })), trouble);
    equal(await place.text(), "of a later version");
    equal(await take(plugin), "of a later version");
  },
};

export const storesOfValues = {
  async "a value that this library did not write is set aside, and the error says where"({ library, place }) {
    for (const value of place.nonsense) {
      await place.put(value);
      const error = await failureOf(app(library, place.plugin()).getAllAccounts());
      equal([error.errorCode, error instanceof library.AuthError], ["token_cache_invalid", true]);
      ok(error.message.includes(place.name) && error.message.includes(place.where) && error.hint, error.message);
      equal(await names(app(library, place.plugin())), []);
    }
    equal((await place.keptAside()).length, place.nonsense.length);
  },
};

export const lockingStores = {
  async "work under one name runs one at a time, under other names in parallel"({ place }) {
    const plugins = [place.plugin(), place.plugin()];
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (inside += 1));
      await sleep(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, (_, at) => plugins[at % 2].exclusively("refresh-0badcafe", work)));
    equal(most, 1, "at once");
    let within = false;
    await plugins[0].exclusively("refresh-0badcafe", () => plugins[0].exclusively("store", () => plugins[1].exclusively("refresh-1badcafe", async () => (within = true))));
    ok(within, "locks of other names are free");
  },

  async "it resolves and rejects as the work does, and the lock is free again"({ place }) {
    const plugin = place.plugin();
    equal(await plugin.exclusively("store", async () => 42), 42);
    const trouble = new Error("trouble");
    equal(await failureOf(plugin.exclusively("store", () => Promise.reject(trouble))), trouble);
    equal(await place.plugin().exclusively("store", async () => "free"), "free");
  },

  async "twenty changes under the lock lose nothing"({ place }) {
    const plugins = [place.plugin(), place.plugin()];
    const one = (_, at) => plugins[at % 2].exclusively("store", () => access(plugins[at % 2], plusOne));
    await Promise.all(Array.from({ length: 20 }, one));
    equal(await place.text(), "20");
  },

  async "a library without exclusively loses nothing either: load to store is under the lock"({ place }) {
    const plugins = [place.plugin(), place.plugin()];
    await Promise.all(Array.from({ length: 20 }, (_, at) => access(plugins[at % 2], plusOne)));
    equal(await place.text(), "20");
  },

  async "a load that fails releases the lock"({ place }) {
    const loaded = () => {
      throw new Error("no");
    };
    await failureOf(access(place.plugin(), () => "x", { loaded }));
    equal(await put(place.plugin({ patience: 200 }), "y"), "y");
  },

  async "a reader never waits for the lock"({ place }) {
    await place.put("before");
    const seen = await place.plugin().exclusively("store", () => take(place.plugin({ patience: 200 })));
    equal(seen, "before");
  },

  async "a user that waits too long gets the name of the lock, and the next one gets the lock"({ library, place }) {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    const holder = place.plugin().exclusively("store", () => held);
    await sleep(50);
    const patient = access(place.plugin(), () => "patient");
    const error = await failureOf(put(place.plugin({ patience: 300 }), "hasty"));
    ok(error instanceof library.AuthError, String(error));
    equal([error.errorCode, error.retryable], ["storage_locked", true]);
    ok(error.message.includes(place.name) && error.message.includes(place.where) && error.hint, error.message);
    release();
    await holder;
    await patient;
    equal(await place.text(), "patient");
  },

  async "a lock name that could leave its folder is refused"({ place }) {
    for (const name of ["../x", "", "A", "a b"]) equal((await failureOf(place.plugin().exclusively(name, async () => {}))).errorCode, "invalid_argument");
  },
};

export const encryptedStores = {
  async "the store contains no readable text, and two writes of one text differ"({ library, storage, place }) {
    const plugin = storage.encrypted(place.plugin(), KEY);
    await put(plugin, cacheOf("ada"));
    const first = await place.text();
    ok(!/ada|Account/.test(first), first);
    await put(plugin, cacheOf("ada"));
    ok((await place.text()) !== first, "the same twice");
    equal(await names(app(library, storage.encrypted(place.plugin(), KEY))), ["ada"]);
    equal(await storage.encryption(KEY).open(first, { purpose: "token-cache", context: place.key }), cacheOf("ada"));
  },

  async "a text that was sealed for another purpose, key or context is refused with the place, and stays"({ library, storage, place }) {
    const { seal } = storage.encryption(KEY);
    const purpose = "token-cache";
    const own = place.key === undefined ? {} : { context: place.key };
    for (const [options, given] of [
      [undefined],
      [own],
      [{ ...own, purpose: "sign-in" }],
      [{ ...own, purpose: "Token-cache" }],
      [{ purpose, context: "of another" }],
      [{ purpose, context: `${place.key}/` }],
      [{ purpose, ...own }, { context: "of mallory" }],
      [{ purpose, context: "of victim" }, { context: "of mallory" }],
      ...(place.key === undefined ? [] : [[{ purpose }], [{ purpose, ...own }, { context: "" }]]),
    ]) {
      const text = await seal(cacheOf("ada"), options);
      await place.put(text);
      const plugin = () => storage.encrypted(place.plugin(), KEY, given);
      const error = await failureOf(app(library, plugin()).getAllAccounts());
      const what = JSON.stringify([options, given]);
      equal([error.errorCode, error instanceof library.ClientAuthError], ["encrypted_text_misplaced", true], what);
      ok(error.message.includes(place.name) && error.message.includes(place.where) && error.hint, error.message);
      await failureOf(put(plugin(), "mine"));
      ok((await place.text()) === text, `${what}: the text was written over`);
    }
    equal(await place.keptAside(), []);
    await place.put(await seal(cacheOf("ada"), { purpose, ...own }));
    equal(await names(app(library, storage.encrypted(place.plugin(), KEY))), ["ada"]);
    await place.put(await seal(cacheOf("bob"), { purpose, context: "of bob" }));
    equal(await names(app(library, storage.encrypted(place.plugin(), KEY, { context: "of bob" }))), ["bob"]);
  },

  async "a text of the release before is read, and bound to its place by the next write"({ library, storage, place }) {
    const closed = storage.encryption(KEY, { acceptUnbound: false });
    await place.put(UNBOUND);
    const plugin = () => storage.encrypted(place.plugin(), KEY);
    equal(await names(app(library, plugin())), ["ada"]);
    const error = await failureOf(app(library, storage.encrypted(place.plugin(), closed)).getAllAccounts());
    equal([error.errorCode, error instanceof library.ClientAuthError], ["encrypted_text_unbound", true]);
    ok(error.message.includes(place.name) && error.message.includes(place.where) && error.hint, error.message);
    await failureOf(put(storage.encrypted(place.plugin(), closed), "mine"));
    ok((await place.text()) === UNBOUND, "the text was written over");
    await access(plugin(), (text) => text);
    equal(await names(app(library, storage.encrypted(place.plugin(), closed))), ["ada"]);
    equal((await failureOf(storage.encryption(KEY).open(await place.text()))).errorCode, "encrypted_text_misplaced");
  },

  async "another key, a changed text and an unencrypted one have different errors, and nothing is overwritten"({ library, storage, place }) {
    const sealed = await storage.encryption(KEY).seal(cacheOf("ada"));
    const changed = `${sealed.slice(0, 200)}${sealed[200] === "x" ? "y" : "x"}${sealed.slice(201)}`;
    const cut = sealed.slice(0, 150);
    for (const [text, key, code] of [
      [sealed, OTHER_KEY, "encryption_key_mismatch"],
      [sealed, KEY.subarray(0, 16), "encryption_key_mismatch"],
      [cut, KEY, "encrypted_text_damaged"],
      [changed, KEY, "encrypted_text_damaged"],
      [cacheOf("ada"), KEY, "encrypted_text_expected"],
    ]) {
      await place.put(text);
      const owner = app(library, storage.encrypted(place.plugin(), key));
      for (const call of [() => owner.getAllAccounts(), () => owner.signOut({ account: { homeAccountId: "ada.tenant", environment: "login.windows.net" } })]) {
        const error = await failureOf(call());
        equal([error.errorCode, error instanceof library.ClientAuthError], [code, true]);
        ok(error.message.includes(place.name) && error.message.includes(place.where) && error.hint, error.message);
        // A library other than this one calls afterCacheAccess all the same.
        await failureOf(put(storage.encrypted(place.plugin(), key), "mine"));
        ok((await place.text()) === text, `${code}: the text was written over`);
      }
    }
    equal(await place.keptAside(), []);
  },

  async "a program without encrypted() gets an error that says so, and the text stays unchanged"({ library, storage, place }) {
    await put(storage.encrypted(place.plugin(), KEY), cacheOf("ada"));
    const sealed = await place.text();
    const forgetful = app(library, place.plugin());
    for (const call of [() => forgetful.getAllAccounts(), () => forgetful.signOut({ account: { homeAccountId: "ada.tenant", environment: "login.windows.net" } })]) {
      const error = await failureOf(call());
      equal([error.errorCode, error instanceof library.AuthError], ["token_cache_invalid", true]);
      ok(error.message.includes(place.name) && error.message.includes(place.where) && error.message.includes("is encrypted"), error.message);
      ok(error.hint.includes("encrypted("), error.hint);
    }
    // msal-node's own cache lets JSON.parse throw.
    const error = await failureOf(access(place.plugin(), () => "mine", { loaded: JSON.parse }));
    ok(error.message.includes("is encrypted"), error.message);
    ok((await place.text()) === sealed, "the text was written over");
    equal(await place.keptAside(), []);
    equal(await names(app(library, storage.encrypted(place.plugin(), KEY))), ["ada"]);
  },

  async "locks are passed on to the store: twenty changes, none lost"({ storage, place }) {
    const plugins = [storage.encrypted(place.plugin(), KEY), storage.encrypted(place.plugin(), KEY)];
    equal(Boolean(plugins[0].exclusively), place.locks);
    if (!place.locks) return;
    await Promise.all(Array.from({ length: 20 }, (_, at) => plugins[at % 2].exclusively("store", () => access(plugins[at % 2], plusOne))));
    equal(await take(plugins[0]), "20");
  },
};

export const encryptionItself = {
  async "a saved flow is sealed and opened by the same key, in any form of the key"({ storage }) {
    const base64 = btoa(String.fromCharCode(...KEY));
    const url = base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
    // Node 18 has no global name for WebCrypto. Its CryptoKey is then made in another way.
    const cryptoKey = globalThis.crypto && (await crypto.subtle.importKey("raw", KEY, "AES-GCM", false, ["encrypt", "decrypt"]));
    const keys = [KEY, KEY.buffer, base64, url, ` ${base64}\n`, ...(cryptoKey ? [cryptoKey] : [])];
    for (const key of keys) equal(await storage.encryption(key).open(await storage.encryption(KEY).seal('{"version":2}')), '{"version":2}');
    equal(await storage.encryption(KEY).open(await storage.encryption(KEY).seal("")), "");
  },

  async "a text is opened with the purpose and the context that it was sealed with, and with no others"({ library, storage }) {
    const vault = storage.encryption(KEY);
    const contexts = [undefined, "K", "k", "K ", "K (lease)", '["K"]', "\u0000", "ключ 🗝", "K\u0000text"];
    const bindings = [undefined, "text-", "token-cache", "sign-in", "K"].flatMap((purpose) => contexts.map((context) => ({ purpose, context })));
    for (const sealedFor of bindings) {
      const sealed = await vault.seal("a text", sealedFor);
      const others = bindings.filter((other) => other !== sealedFor);
      equal(await vault.open(sealed, { ...sealedFor, place: "here" }), "a text");
      for (const other of others) {
        const error = await failureOf(vault.open(sealed, { ...other, place: "my shelf" }));
        equal([error.errorCode, error instanceof library.ClientAuthError], ["encrypted_text_misplaced", true], JSON.stringify([sealedFor, other]));
        ok(error.message.includes("my shelf") && error.hint, error.message);
      }
    }
    const [header] = (await vault.seal("a text", { context: "ada@example.com" })).split(".");
    ok(!atob(header.replace(/-/g, "+").replace(/_/g, "/")).includes("ada"), "the context can be read without the key");
    // Nothing is known of the place: this is the same as no context.
    equal(await vault.open(await vault.seal("a text", { context: "" })), "a text");
    equal(await vault.open(await vault.seal("a text"), "a place"), "a text");
  },

  async "a misspelt option, and one of a wrong type, are refused: the text would be unprotected"({ library, storage }) {
    const vault = storage.encryption(KEY);
    const plugin = { beforeCacheAccess() {}, afterCacheAccess() {} };
    const sealed = await vault.seal("a text");
    for (const work of [
      async () => storage.encryption(KEY, { acceptUnbounded: false }),
      async () => storage.encryption(KEY, { acceptUnbound: "no" }),
      async () => storage.encrypted(plugin, KEY, { contxt: "K" }),
      async () => storage.encrypted(plugin, KEY, { context: 1 }),
      async () => storage.encrypted(plugin, KEY, "K"),
      () => vault.seal("a text", { for: "K" }),
      () => vault.seal("a text", { context: null }),
      () => vault.seal("a text", { purpose: "" }),
      () => vault.seal("a text", "K"),
      () => vault.open(sealed, { content: "K" }),
      () => vault.open(sealed, { context: 5 }),
    ]) {
      const error = await failureOf(work());
      ok(error instanceof library.ClientConfigurationError && error.errorCode === "invalid_argument", `${work}: ${error}`);
    }
  },

  async "a plugin of one's own that tells its place has its texts bound to it"({ library, storage }) {
    const shelf = new Map();
    const own = (place, more = {}) => ({
      async beforeCacheAccess({ tokenCache }) {
        tokenCache.deserialize(shelf.get(place) || "");
      },
      async afterCacheAccess({ cacheHasChanged, tokenCache }) {
        if (cacheHasChanged) shelf.set(place, tokenCache.serialize());
      },
      ...more,
    });
    await put(storage.encrypted(own("victim", { place: "victim" }), KEY), cacheOf("victim"));
    shelf.set("mallory", shelf.get("victim"));
    equal((await failureOf(take(storage.encrypted(own("mallory", { place: "mallory" }), KEY)))).errorCode, "encrypted_text_misplaced");
    equal(await take(storage.encrypted(own("victim", { place: "victim" }), KEY)), cacheOf("victim"));
    equal(await names(app(library, storage.encrypted(own("victim"), KEY, { context: "victim" }))), ["victim"]);
  },

  async "only a text can be sealed: a flow instead of its text is refused"({ library, storage }) {
    for (const value of [{ save: () => "text" }, undefined, null, 42, new Uint8Array(3), Promise.resolve("text")]) {
      const error = await failureOf(storage.encryption(KEY).seal(value));
      ok(error instanceof library.ClientConfigurationError && error.errorCode === "invalid_argument", `${String(value)}: ${error}`);
      ok(error.message.includes("seal"), error.message);
    }
  },

  async "every changed bit of a sealed text is reported as a change, wherever the text is cut"({ storage }) {
    const vault = storage.encryption(KEY);
    const sealed = await vault.seal('{"a":1}');
    const other = (letter, mask) => String.fromCharCode(letter.charCodeAt(0) ^ mask);
    for (let at = 0; at < sealed.length; at++) {
      for (const mask of [1, 32]) {
        const text = sealed.slice(0, at) + other(sealed[at], mask) + sealed.slice(at + 1);
        // The last character of each part has unused bits.
        const opened = await vault.open(text).then(() => "", ({ errorCode }) => errorCode);
        ok(opened === "encrypted_text_damaged" || (opened === "" && [undefined, "."].includes(sealed[at + 1])), `${at} ${mask} ${opened}: ${text}`);
      }
      equal((await failureOf(vault.open(sealed.slice(0, at)))).errorCode, "encrypted_text_damaged", `cut at ${at}`);
    }
  },

  async "a passphrase and other values that are not a key are refused at once, with the way to make one"({ library, storage }) {
    const bad = [undefined, null, "", "correct horse battery staple", "abcdefghijklmnopqrstuvwxyzabcdef", "0123456789abcdef0123456789abcdef", new Uint8Array(31), 42, {}, "A".repeat(43)];
    for (const key of bad) {
      let error;
      try {
        storage.encryption(key);
      } catch (thrown) {
        error = thrown;
      }
      ok(error instanceof library.ClientConfigurationError && error.errorCode === "encryption_key_invalid", `${String(key)}: ${error}`);
      ok(error.hint.includes("randomBytes") && (typeof key !== "string" || !key || !error.message.includes(key)), error.message);
    }
  },
};
