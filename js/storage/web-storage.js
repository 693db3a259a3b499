// webStorageCache: the text in localStorage or sessionStorage of a page, locked by Web Locks among its tabs.
//
// Not a hiding place: every script of the page's origin reads it. encrypted.js helps only where its key is kept elsewhere.

import { locked, unsupported, wrongArgument } from "./failures.js";
import { patienceFor, pluginOf } from "./plugin.js";

export function webStorageCache(storage, key = "device-code-flow", { patience } = {}) {
  const used = storage === undefined ? ownStorage() : storage;
  if (typeof Object(used).getItem !== "function") throw wrongArgument("The storage of webStorageCache", "a Storage, such as localStorage");
  if (typeof key !== "string" || !key) throw wrongArgument("The key of webStorageCache", "a text");
  const store = new WebStore(used, key, patience);
  // Pages that are not on https have no Web Locks, old televisions neither.
  const { locks } = Object(globalThis.navigator);
  if (locks) store.acquire = (name) => webLock(store, locks, name);
  return pluginOf(store);
}

/** The page's own. Where it is switched off, to name it throws already. */
function ownStorage() {
  let cause;
  try {
    if (globalThis.localStorage) return globalThis.localStorage;
  } catch (error) {
    cause = error;
  }
  const error = unsupported("webStorageCache needs localStorage, which this host does not have or does not give to this page");
  error.cause = cause;
  throw error;
}

class WebStore {
  constructor(storage, key, patience) {
    Object.assign(this, { name: "webStorageCache", place: key, storage, patience });
  }

  async load() {
    return this.storage.getItem(this.place) || "";
  }

  async save(text) {
    this.storage.setItem(this.place, text);
  }

  async setAside() {
    const { storage, place } = this;
    const text = storage.getItem(place);
    let kept = `${place}.damaged`;
    for (let number = 2; storage.getItem(kept) !== null; number++) kept = `${place}.damaged-${number}`;
    // There may be no room for the text twice.
    storage.removeItem(place);
    try {
      storage.setItem(kept, text);
    } catch (error) {
      storage.setItem(place, text);
      throw error;
    }
    return kept;
  }
}

/** The browser gives it back when the tab is gone. */
function webLock(store, locks, name) {
  const full = `device-code-flow ${store.place} ${name}`;
  const patience = patienceFor(name, store.patience);
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(), patience);
  return new Promise((resolve, reject) => {
    const held = (lock) => {
      clearTimeout(timer);
      return new Promise((release) => resolve({ name: lock.name, lost: false, release: async () => release() }));
    };
    locks.request(full, { signal: tooLong.signal }, held).catch((cause) => {
      const error = locked(store, full, patience / 1000);
      error.cause = cause;
      reject(error);
    });
  });
}
