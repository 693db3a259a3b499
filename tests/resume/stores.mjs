// The stores that sign-ins and tokens are kept in, each on the real thing (Workers KV, D1 and a Durable Object in workerd, a file, a
// page's storage), with `trouble` between the adapter and it. No test.
//
// A flow's store is `{ open(key, trouble), lease, pause }`: a fresh SignInStore, as a new process makes one; how long the lease of a
// dead process holds it; and how far apart ticks are at least where an older text may be all that there is. A token store is
// `{ open(key, trouble), text(key) }`, with the text as it really is.

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

export function flowStores({ d1Store, durableObjectStore, encryptedStore, kvStore, encryption }, { d1, kv, objects }) {
  return {
    d1Store: {
      lease: 61_000,
      open: (_, trouble) => d1Store(troubledDatabase(d1, trouble)),
    },
    durableObjectStore: {
      lease: 0,
      open: (key, trouble) => durableObjectStore(troubledStorage(objects, key, trouble)),
    },
    "encryptedStore(d1Store)": {
      lease: 61_000,
      open: (_, trouble) => encryptedStore(d1Store(troubledDatabase(d1, trouble)), encryption(new Uint8Array(32).fill(9))),
    },
    kvStore: {
      lease: 61_000,
      // What KV may still show of the past (its documentation).
      pause: 60_000,
      open: (_, trouble) => kvStore(troubledNamespace(kv, trouble)),
    },
  };
}

export function tokenStores({ encrypted, fileCache, kvCache, webStorageCache }, { kv, folder }) {
  const file = (key) => join(folder, key.replace(/\W/g, "-"));
  const page = pageStorage();
  const seal = new Uint8Array(32).fill(7);
  return {
    fileCache: {
      open: (key, trouble) => troubledPlugin(fileCache(file(key)), trouble),
      text: (key) => readFile(file(key), "utf8").catch(() => ""),
      forget: (key) => rm(file(key), { force: true }),
    },
    kvCache: {
      open: (key, trouble) => troubledPlugin(kvCache(kv, `tokens ${key}`), trouble),
      text: async (key) => (await kv.get(`tokens ${key}`, "text")) ?? "",
    },
    webStorageCache: {
      open: (key, trouble) => troubledPlugin(webStorageCache(page, `page ${key}`), trouble),
      text: async (key) => page.getItem(`page ${key}`) ?? "",
    },
    "encrypted(fileCache)": {
      open: (key, trouble) => troubledPlugin(encrypted(fileCache(`${file(key)}-sealed`), seal), trouble),
      // It cannot be read here, which is what it is for: that it is there has to do.
      text: (key) => readFile(`${file(key)}-sealed`, "utf8").then(() => "RefreshToken", () => ""),
    },
  };
}

/** Trouble where the adapter asks its plugin; what a lost write leaves behind is what was there before. */
function troubledPlugin(plugin, trouble) {
  const troubled = {
    beforeCacheAccess: (context) => trouble.read(() => plugin.beforeCacheAccess(context)),
    afterCacheAccess: (context) =>
      context.cacheHasChanged
        ? trouble.write(
            () => plugin.afterCacheAccess(context),
            () => (context.tokenCache.serialize(), plugin.afterCacheAccess({ ...context, cacheHasChanged: false })),
          )
        : plugin.afterCacheAccess(context),
  };
  if (plugin.exclusively) troubled.exclusively = (name, work) => plugin.exclusively(name, work);
  return troubled;
}

/** D1: what changes is decided where the data is; what is read may come from a replica. */
function troubledDatabase(database, trouble) {
  const olderOf = new Map();
  return {
    prepare: (sql) => {
      const bound = (...values) => {
        const real = () => database.prepare(sql).bind(...values).run();
        if (!/^(SELECT|UPDATE)/.test(sql)) return { run: () => trouble.other(real) };
        const [key] = values;
        if (sql.startsWith("UPDATE")) return { run: () => trouble.write(real, () => ({ meta: { changes: 1 } })) };
        const run = async () => {
          const older = olderOf.get(key);
          const seen = await trouble.read(real, older && (() => older));
          if (!older || trouble.happened.at(-1) !== "stale read") olderOf.set(key, seen);
          return seen;
        };
        return { run };
      };
      return { bind: bound, run: () => trouble.other(() => database.prepare(sql).run()) };
    },
  };
}

/** Workers KV, which may show what was there before. */
function troubledNamespace(namespace, trouble) {
  let older = [];
  const remembered = (name, key) => older.find((seen) => seen.name === name && seen.key === key);
  const read = (name) => async (key, type) => {
    const before = remembered(name, key);
    const value = await trouble.read(() => namespace[name](key, type), before && (() => before.value));
    if (!before) older = [...older, { name, key, value }];
    return value;
  };
  return {
    // A put is read back where it was made, where KV is right.
    get: (key, type) => trouble.read(() => namespace.get(key, type)),
    getWithMetadata: read("getWithMetadata"),
    put: (key, text, options) => trouble.write(() => namespace.put(key, text, options)),
    delete: (key) => trouble.write(() => namespace.delete(key)),
  };
}

/** The storage of a Durable Object, over RPC; a transaction sees what is there. */
function troubledStorage(objects, key, trouble) {
  const object = objects.get(objects.idFromName(key));
  const storage = { get: (name) => object.get(name), put: (name, text) => object.put(name, text), delete: (name) => object.remove(name) };
  let older;
  return {
    async get(name) {
      const before = older;
      const value = await trouble.read(() => storage.get(name), before && (() => before.value));
      older = older || { value };
      return value;
    },
    transaction: (work) => trouble.write(() => work(storage)),
  };
}

function pageStorage() {
  const texts = new Map();
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, String(text)),
    removeItem: (key) => void texts.delete(key),
  };
}
