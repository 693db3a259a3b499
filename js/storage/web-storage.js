// webStorageCache: the text in localStorage or sessionStorage of a page, locked by Web Locks among its tabs.
//
// A lock passes from tab to tab faster than what was written under it: each tab has a copy of localStorage, and another's writing
// reaches it a little later. So who has written holds a second lock, with the number of the writing in its name, and who reads
// waits until that number is in the copy, too.
//
// Not a hiding place: every script of the page's origin reads it. encrypted.js helps only where its key is kept elsewhere.

import { locked, unsupported, wrongArgument } from "./failures.js";
import { patienceFor, pluginOf } from "./plugin.js";

// Longer than a writing takes to reach another tab. After that somebody has removed the number, and what is there counts.
const UNDER_WAY = 1000;

export function webStorageCache(storage, key = "device-code-flow", { patience } = {}) {
  const used = storage === undefined ? ownStorage() : storage;
  if (typeof Object(used).getItem !== "function") throw wrongArgument("The storage of webStorageCache", "a Storage, such as localStorage");
  if (typeof key !== "string" || !key) throw wrongArgument("The key of webStorageCache", "a text");
  const store = new WebStore(used, key, patience);
  // Pages that are not on https have no Web Locks, old televisions neither.
  const { locks } = Object(globalThis.navigator);
  if (locks) store.acquire = (name) => webLock(store, locks, name);
  // sessionStorage is one tab's own.
  if (locks && isShared(used)) store.numbers = new Numbers(used, key, locks);
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

function isShared(storage) {
  try {
    return storage === globalThis.localStorage;
  } catch (error) {
    return false;
  }
}

class WebStore {
  constructor(storage, key, patience) {
    Object.assign(this, { name: "webStorageCache", place: key, storage, patience });
  }

  async load() {
    if (this.numbers) await this.numbers.arrived();
    return this.storage.getItem(this.place) || "";
  }

  async save(text) {
    this.storage.setItem(this.place, text);
    if (this.numbers) await this.numbers.next();
  }

  async setAside() {
    const kept = this.moved();
    if (this.numbers) await this.numbers.next();
    return kept;
  }

  moved() {
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

/** The numbers of the writings: the newest is in the name of a lock that its writer holds until its next one. */
class Numbers {
  constructor(storage, key, locks) {
    Object.assign(this, { storage, key: `${key}.number`, prefix: `device-code-flow ${key} number `, locks, missing: 0, giveUp: () => {} });
  }

  stored() {
    return Number(this.storage.getItem(this.key)) || 0;
  }

  async newest() {
    const { held } = await this.locks.query();
    const own = held.filter(({ name }) => name.startsWith(this.prefix));
    return own.reduce((newest, { name }) => Math.max(newest, Number(name.slice(this.prefix.length)) || 0), 0);
  }

  /** Ready when the newest writing can be read here. */
  async arrived() {
    const newest = await this.newest();
    if (newest <= this.missing) return;
    const end = Date.now() + UNDER_WAY;
    while (this.stored() < newest && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    if (this.stored() < newest) this.missing = newest;
  }

  /** After a writing, under the lock of the store. */
  async next() {
    const number = Math.max(this.stored(), await this.newest()) + 1;
    this.storage.setItem(this.key, String(number));
    const before = this.giveUp;
    await new Promise((resolve, reject) => {
      const held = () => new Promise((release) => resolve((this.giveUp = release)));
      this.locks.request(`${this.prefix}${number}`, held).catch(reject);
    });
    before();
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
