// @ts-check
// Numbers the writes to localStorage, so that a tab does not read an old text.
//
// A lock passes from tab to tab faster than the text that was written under it: each tab has a copy of localStorage, and the writes of
// other tabs reach it a little later. So a writer also holds a second lock with the number of its write in the name, and a reader
// waits until its copy has that number too.

import { nameBeside } from "./derived-names.js";

// Longer than a write takes to reach another tab, in milliseconds. After that somebody has removed the number, and the text that
// is there counts.
const MAX_DELAY = 1000;

export class WriteNumbers {
  /** @type {import("device-code-flow/storage").WebStorage} */
  storage;
  /** @type {string} */
  key;
  /**
   * The name of a lock without its number.
   * @type {string}
   */
  prefix;
  /** @type {LockManager} */
  locks;
  /** A number that never reached this tab. It is not waited for again. */
  missing = 0;
  /** Releases the lock of this tab's last write. */
  release = () => {};

  /**
   * @param {import("device-code-flow/storage").WebStorage} storage
   * @param {string} key
   * @param {LockManager} locks
   */
  constructor(storage, key, locks) {
    this.storage = storage;
    this.key = nameBeside("number", key);
    // The other locks have no capital letter after the last space, so that no key makes one of them equal to one of these.
    this.prefix = `device-code-flow ${key} NUMBER-`;
    this.locks = locks;
  }

  /** Resolves when the newest write can be read in this tab. */
  async waitForNewest() {
    const newest = await this.newest();
    if (newest <= this.missing) return;
    const end = Date.now() + MAX_DELAY;
    while (this.stored() < newest && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    if (this.stored() < newest) this.missing = newest;
  }

  /** Gives a write its number. The caller holds the lock of the store. */
  async increment() {
    const number = Math.max(this.stored(), await this.newest()) + 1;
    this.storage.setItem(this.key, String(number));
    const releasePrevious = this.release;
    this.release = await this.hold(`${this.prefix}${number}`);
    releasePrevious();
  }

  stored() {
    return Number(this.storage.getItem(this.key)) || 0;
  }

  /** The highest number in the name of a lock. */
  async newest() {
    const { held = [] } = await this.locks.query();
    const names = held.map(({ name }) => String(name)).filter((name) => name.startsWith(this.prefix));
    return Math.max(0, ...names.map((name) => Number(name.slice(this.prefix.length)) || 0));
  }

  /**
   * Acquires a lock and gives the function that releases it.
   * @param {string} name
   * @returns {Promise<() => void>}
   */
  hold(name) {
    return new Promise((resolve, reject) => {
      const hold = () => new Promise((release) => resolve(() => release(undefined)));
      this.locks.request(name, hold).catch(reject);
    });
  }
}
