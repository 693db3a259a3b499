// @ts-check
// webStorageCache: the text in localStorage or sessionStorage of a page, locked among its tabs by Web Locks.
//
// It does not hide the text: every script of the page's origin can read it. encrypted.js helps only if its key is kept elsewhere.

import { createCachePlugin, lockPatience, timestamp } from "./cache-plugin.js";
import { nameOfText } from "./derived-names.js";
import { locked, unsupported, withCause, wrongArgument } from "./storage-errors.js";
import { WriteNumbers } from "./write-numbers.js";

/** @typedef {import("device-code-flow/storage").WebStorage} WebStorage */
/** @typedef {import("./cache-plugin.js").Lock} Lock */

/**
 * @param {WebStorage} [storage]
 * @param {string} [key]
 * @param {import("device-code-flow/storage").LockOptions} [options]
 * @returns {import("device-code-flow").ICachePlugin & Partial<import("device-code-flow/storage").LockingCachePlugin>}
 */
export function webStorageCache(storage, key = "device-code-flow", { patience } = {}) {
  const usedStorage = storage === undefined ? localStorageOfPage() : storage;
  if (typeof Object(usedStorage).getItem !== "function") throw wrongArgument("The storage of webStorageCache", "a Storage, such as localStorage");
  if (typeof key !== "string" || !key) throw wrongArgument("The key of webStorageCache", "a text");
  const store = new WebStore(usedStorage, key, patience);
  // Pages that are not on https have no Web Locks, and neither have old televisions.
  /** @type {{ locks?: LockManager }} */
  const { locks } = Object(globalThis.navigator);
  if (locks) store.acquire = (name) => acquireWebLock(store, locks, name);
  // A sessionStorage belongs to one tab.
  if (locks && isLocalStorage(usedStorage)) store.writeNumbers = new WriteNumbers(usedStorage, key, locks);
  return createCachePlugin(store);
}

/** @returns {Storage} */
function localStorageOfPage() {
  let cause;
  try {
    if (globalThis.localStorage) return globalThis.localStorage;
  } catch (error) {
    // Where it is switched off, even reading the property throws.
    cause = error;
  }
  throw withCause(unsupported("webStorageCache needs localStorage, which this host does not have or does not give to this page"), cause);
}

/** @param {WebStorage} storage */
function isLocalStorage(storage) {
  try {
    return storage === globalThis.localStorage;
  } catch (error) {
    return false;
  }
}

class WebStore {
  name = "webStorageCache";
  /** @type {string} */
  place;
  /** @type {string} */
  key;
  /** @type {WebStorage} */
  storage;
  /** @type {number | undefined} */
  patience;
  /** @type {((name: string) => Promise<Lock>) | undefined} */
  acquire = undefined;
  /** @type {WriteNumbers | undefined} */
  writeNumbers = undefined;

  /**
   * @param {WebStorage} storage
   * @param {string} key
   * @param {number | undefined} patience
   */
  constructor(storage, key, patience) {
    this.storage = storage;
    this.key = key;
    this.place = nameOfText(key);
    this.patience = patience;
  }

  async load() {
    if (this.writeNumbers) await this.writeNumbers.waitForNewest();
    return this.storage.getItem(this.place) || "";
  }

  /** @param {string} text */
  async save(text) {
    this.storage.setItem(this.place, text);
    if (this.writeNumbers) await this.writeNumbers.increment();
  }

  async setAside() {
    const backup = this.moveToBackup();
    if (this.writeNumbers) await this.writeNumbers.increment();
    return backup;
  }

  moveToBackup() {
    const { storage, place } = this;
    const text = storage.getItem(place) || "";
    const backup = `${place}.damaged-${timestamp()}`;
    // The storage may have no room for the text twice.
    storage.removeItem(place);
    try {
      storage.setItem(backup, text);
    } catch (error) {
      storage.setItem(place, text);
      throw error;
    }
    return backup;
  }
}

/**
 * The browser releases the lock when the tab is gone.
 * @param {WebStore} store
 * @param {LockManager} locks
 * @param {string} name
 * @returns {Promise<Lock>}
 */
function acquireWebLock(store, locks, name) {
  const fullName = `device-code-flow ${store.place} ${name}`;
  const patience = lockPatience(name, store.patience);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), patience);
  return new Promise((resolve, reject) => {
    /** The browser holds the lock until the returned promise resolves. */
    const hold = () => {
      clearTimeout(timer);
      return new Promise((release) => resolve({ name: fullName, lost: false, release: async () => release(undefined) }));
    };
    locks.request(fullName, { signal: controller.signal }, hold).catch((cause) => {
      reject(withCause(locked(store, fullName, patience), cause));
    });
  });
}
