// @ts-check
// kvStore: a sign-in in Workers KV, which has no lock and shows writes late.
//
// Within one isolate the lease is exact, and an older text is recognized. Between two places of the world both are only as good as KV
// is. That is enough for one sign-in and one cron trigger a minute; where invocations may overlap, use D1 or a Durable Object.

import { nameBeside, nameOfText } from "../storage/derived-names.js";
import { requireMethods } from "./arguments.js";
import { takeIsolateLease, WRITE_CONFLICT } from "./isolate-leases.js";

/** @typedef {import("device-code-flow/workers").KvLike} KvLike */
/** @typedef {import("device-code-flow/workers").SignInLease} SignInLease */
/** @typedef {{ text: string | null, writtenAt: number }} Write */

// For how long Workers KV may show an older text elsewhere, in milliseconds.
const MAX_STALENESS = 60_000;

// The shortest time for which Workers KV keeps an entry, in seconds.
const MIN_EXPIRATION = 60;

/**
 * Namespace → key → what this isolate wrote last.
 * @type {WeakMap<KvLike, Map<string, Write>>}
 */
const writesPerNamespace = new WeakMap();

/**
 * @param {KvLike} namespace
 * @returns {import("device-code-flow/workers").SignInStore}
 */
export function kvStore(namespace) {
  requireMethods(namespace, ["get", "getWithMetadata", "put", "delete"], "namespace", "a KV binding, such as env.KV");
  const entries = new KvEntries(namespace);
  return {
    name: "Workers KV",
    read: (key) => entries.read(key),
    lease: (key, milliseconds) => entries.lease(key, milliseconds),
  };
}

class KvEntries {
  /** @type {KvLike} */
  namespace;
  /** @type {Map<string, Write>} */
  writes;

  /** @param {KvLike} namespace */
  constructor(namespace) {
    this.namespace = namespace;
    this.writes = writesPerNamespace.get(namespace) || new Map();
    writesPerNamespace.set(namespace, this.writes);
  }

  /** @param {string} key */
  async read(key) {
    const { value, metadata } = await this.namespace.getWithMetadata(nameOfText(key), "text");
    const lastWrite = this.writes.get(key);
    if (!lastWrite) return value;
    const isOlder = lastWrite.writtenAt > ((metadata && metadata.on) || 0) && Date.now() - lastWrite.writtenAt < MAX_STALENESS;
    return isOlder ? lastWrite.text : value;
  }

  /**
   * @param {string} key
   * @param {number} milliseconds
   * @returns {Promise<SignInLease | null>}
   */
  async lease(key, milliseconds) {
    const releaseInIsolate = takeIsolateLease(this.namespace, key, milliseconds);
    if (!releaseInIsolate) return null;
    const leaseKey = nameBeside("lease", key);
    let isTaken = false;
    try {
      isTaken = await this.takeLease(leaseKey, milliseconds);
    } finally {
      if (!isTaken) releaseInIsolate();
    }
    if (!isTaken) return null;
    return {
      write: (text, before) => this.write(key, text, before),
      release: async () => {
        try {
          await this.namespace.delete(leaseKey);
        } finally {
          releaseInIsolate();
        }
      },
    };
  }

  /**
   * @param {string} leaseKey
   * @param {number} milliseconds
   */
  async takeLease(leaseKey, milliseconds) {
    const current = await this.namespace.get(leaseKey, "text");
    if (current !== null && Number(current.split(" ")[1]) > Date.now()) return false;
    const holder = crypto.randomUUID();
    const expirationTtl = Math.max(MIN_EXPIRATION, Math.ceil(milliseconds / 1000));
    await this.namespace.put(leaseKey, `${holder} ${Date.now() + milliseconds}`, { expirationTtl });
    // If two took it at the same time, the later one has written over the earlier one.
    return String(await this.namespace.get(leaseKey, "text")).startsWith(holder);
  }

  /**
   * @param {string} key
   * @param {string | null} text
   * @param {string | null} [before] the text that must be there; any text if undefined
   */
  async write(key, text, before) {
    if (before !== undefined && (await this.read(key)) !== before) throw new Error(WRITE_CONFLICT);
    const writtenAt = Date.now();
    const name = nameOfText(key);
    if (text === null) await this.namespace.delete(name);
    else await this.namespace.put(name, text, { metadata: { on: writtenAt } });
    // In the place where it was written KV shows it at once.
    if ((await this.namespace.get(name, "text")) !== text) throw new Error("the write was lost");
    this.writes.set(key, { text, writtenAt });
  }
}
