// The stores of sign-ins and tokens, each on the real engine that a host passes, with `trouble` between the adapter and the engine
// (engines.mjs). Not a test.
//
// A store of flows is `{ open(key, trouble), lease, pause }`: a fresh SignInStore, as a new process makes one; how long the lease of a
// dead process lasts; and the least time between two ticks if only an older text may be visible. A token store is
// `{ open(key, trouble), text(key) }`: the plugin, as a new process makes one, and the text that is really stored.

import { memory, troubledDatabase, troubledDenoKv, troubledNamespace, troubledPage, troubledStorage } from "./engines.mjs";

const LEASE = 61_000;
const sealing = new Uint8Array(32).fill(9);
const STILL = { read: (work) => work(), write: (work) => work(), readNow: (work) => work(), writeNow: (work) => work(), other: (work) => work() };

/**
 * `objects`: the storage of a Durable Object. `drawer`: `{ get(key), set(key, text) }` with null for no text, for a store like one that a
 * program brings, where none of Cloudflare's exists.
 */
export function flowStores({ d1Store, durableObjectStore, encryptedStore, kvStore, encryption }, { d1, kv, objects, drawer }) {
  const [rows, entries, texts] = [memory(), memory(), memory()];
  const flows = {};
  if (drawer) flows["a store of one's own"] = { lease: 0, open: (_, trouble) => ownStore(drawer, trouble, texts) };
  if (d1) flows.d1Store = { lease: LEASE, open: (_, trouble) => d1Store(troubledDatabase(d1, trouble, rows)) };
  if (objects) {
    flows.durableObjectStore = { lease: 0, open: (_, trouble) => durableObjectStore(troubledStorage(objects, trouble, entries)) };
  }
  // KV shows an older text for a minute: one from the life of this process, not an earlier one.
  if (kv) flows.kvStore = { lease: LEASE, pause: 60_000, open: (_, trouble) => kvStore(troubledNamespace(kv, trouble, memory())) };
  for (const [name, store] of Object.entries(flows)) {
    const open = (key, trouble) => encryptedStore(store.open(key, trouble), encryption(sealing));
    flows[`encryptedStore(${name})`] = { ...store, open };
  }
  return flows;
}

/**
 * `files`: a folder whose files fail (hosts/files.mjs). `pages`: name → `{ storage, given }`, a storage of a page, and the part of it that
 * the adapter gets. If a host lacks an engine, its store is missing.
 */
export function tokenStores({ denoKvCache, durableObjectCache, encrypted, encryption, fileCache, kvCache, webStorageCache }, { kv, objects, deno, files, pages = {} }) {
  const tokens = {};
  const add = (name, open) => {
    const seen = memory();
    tokens[name] = { open: (key, trouble) => open(key, trouble, seen), text: (key) => loaded(open(key, STILL, memory())) };
  };
  if (kv) add("kvCache", (key, trouble, seen) => kvCache(troubledNamespace(kv, trouble, seen), `tokens ${key}`));
  if (objects) add("durableObjectCache", (key, trouble, seen) => durableObjectCache(troubledStorage(objects, trouble, seen), `tokens ${key}`));
  if (deno) add("denoKvCache", (key, trouble, seen) => denoKvCache(troubledDenoKv(deno, trouble, seen), ["tokens", key]));
  for (const [name, { storage, given }] of Object.entries(pages)) {
    add(`webStorageCache(${name})`, (key, trouble, seen) => webStorageCache(given(troubledPage(storage, trouble, seen)), `tokens ${key}`));
  }
  if (files) tokens.fileCache = { open: (key, trouble) => fileCache(files.place(key, trouble)), text: async (key) => files.text(key) };
  for (const [name, { open, text }] of Object.entries(tokens)) {
    tokens[`encrypted(${name})`] = {
      open: (key, trouble) => encrypted(open(`sealed ${key}`, trouble), sealing),
      text: async (key) => {
        const sealed = await text(`sealed ${key}`);
        const { place } = open(`sealed ${key}`, STILL);
        return sealed && encryption(sealing).open(sealed, { purpose: "token-cache", context: place });
      },
    };
  }
  return tokens;
}

function ownStore(drawer, trouble, seen) {
  return {
    name: "a store of one's own",
    read: (key) => trouble.read(async () => seen.saw(key, await drawer.get(key)), seen.before(key)),
    lease: async (key) => ({
      write: (text, before) =>
        trouble.write(async () => {
          if (before !== undefined && (await drawer.get(key)) !== before) throw new Error("another has written");
          await drawer.set(key, text);
        }),
      release: async () => {},
    }),
  };
}

/** The text that a plugin loads. */
async function loaded(plugin) {
  let found = "";
  const context = { cacheHasChanged: false, tokenCache: { deserialize: (text) => void (found = text), serialize: () => found } };
  await plugin.beforeCacheAccess(context);
  await plugin.afterCacheAccess(context);
  return found;
}
