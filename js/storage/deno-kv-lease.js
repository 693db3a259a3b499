// @ts-check
// The lock of denoKvCache: an entry that its holder renews. If nobody renews it for LEASE_TIMEOUT, another process takes it over.

import { unref } from "./cache-plugin.js";
import { describeKey } from "./deno-kv-key.js";
import { noteRelease } from "./lock-polling.js";
import { lockLost } from "./storage-errors.js";

/** @typedef {import("./deno-kv-cache.js").Key} Key */

/**
 * The store whose lock it is.
 * @typedef {import("./storage-errors.js").Location & { kv: import("./deno-kv-cache.js").PatientKv, onLockLost: (error: Error) => void }} LeasedStore
 */

// In milliseconds. Deno KV removes the entry some time later.
const LEASE_TIMEOUT = 15_000;
const RENEWAL_INTERVAL = 4_000;

export class Lease {
  /** @type {string} */
  name;
  /** @type {LeasedStore} */
  store;
  /** @type {Key} */
  key;
  /** @type {string} */
  owner;
  since = new Date().toISOString();
  /** @type {"held" | "lost" | "released"} */
  state = "held";
  /**
   * Of the entry as this process wrote it last.
   * @type {string | null}
   */
  versionstamp = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  timer = undefined;
  /**
   * The renewal that is running.
   * @type {Promise<boolean> | undefined}
   */
  renewal = undefined;

  /**
   * @param {LeasedStore} store
   * @param {Key} key
   * @param {string} owner
   */
  constructor(store, key, owner) {
    this.name = describeKey(key);
    this.store = store;
    this.key = key;
    this.owner = owner;
  }

  get lost() {
    return this.state !== "held";
  }

  /**
   * Takes the lease if its entry still has this versionstamp.
   * @param {string | null} versionstamp
   */
  async acquire(versionstamp) {
    if (!(await this.write(versionstamp))) return false;
    this.timer = setInterval(() => this.renew().catch(() => {}), RENEWAL_INTERVAL);
    unref(this.timer);
    return true;
  }

  /** Does this process still hold the lease? */
  async confirm() {
    return !this.lost && (await this.renew());
  }

  /** One renewal runs at a time, because each needs the versionstamp of the one before. */
  renew() {
    if (!this.renewal) {
      this.renewal = this.renewNow().finally(() => {
        this.renewal = undefined;
      });
    }
    return this.renewal;
  }

  async renewNow() {
    if (this.lost) return false;
    const isHeld = await this.write(this.versionstamp);
    if (!isHeld && this.state === "held") {
      this.state = "lost";
      clearInterval(this.timer);
      this.store.onLockLost(lockLost(this.store, this.name));
    }
    return isHeld;
  }

  /**
   * Writes the entry if it still has this versionstamp.
   * @param {string | null} versionstamp
   */
  async write(versionstamp) {
    const { owner, since, key } = this;
    const options = { expireIn: 4 * LEASE_TIMEOUT };
    const result = await this.store.kv.commit((atomic) => atomic.check({ key, versionstamp }).set(key, { owner, since }, options));
    if (result.ok) this.versionstamp = result.versionstamp;
    return result.ok;
  }

  async release() {
    if (this.state === "released") return;
    this.state = "released";
    clearInterval(this.timer);
    try {
      await this.renewal;
      const { key, versionstamp } = this;
      await this.store.kv.commit((atomic) => atomic.check({ key, versionstamp }).delete(key));
    } catch (error) {
      // The lease expires, because nobody renews it any more.
    }
    noteRelease(this.name);
  }
}

/** The attempts of one caller to get a lease. A lease that does not change for LEASE_TIMEOUT has lost its holder. */
export class LeaseAttempts {
  /** @type {LeasedStore} */
  store;
  /** @type {Key} */
  key;
  owner = Math.random().toString(36).slice(2);
  /**
   * The lease of another process as it was read last.
   * @type {import("./deno-kv-cache.js").Entry | undefined}
   */
  entry = undefined;
  /** When the lease was first seen with that versionstamp. */
  unchangedSince = 0;

  /**
   * @param {LeasedStore} store
   * @param {Key} key
   */
  constructor(store, key) {
    this.store = store;
    this.key = key;
  }

  /** @returns {Promise<Lease | undefined>} */
  async tryAcquire() {
    const entry = await this.store.kv.get(this.key);
    const now = performance.now();
    if (!this.entry || entry.versionstamp !== this.entry.versionstamp) this.unchangedSince = now;
    this.entry = entry;
    const isHeld = entry.value !== null && now - this.unchangedSince <= LEASE_TIMEOUT;
    if (isHeld) return undefined;
    const lease = new Lease(this.store, this.key, this.owner);
    return (await lease.acquire(entry.versionstamp)) ? lease : undefined;
  }

  holder() {
    const value = this.entry && this.entry.value;
    return value ? `a process that took it at ${value.since}` : undefined;
  }
}
