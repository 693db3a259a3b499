// @ts-check
// denoKvCache: the text in Deno KV, in pieces that fit into a value. The head entry names the current pieces. It is replaced only if
// nobody else has replaced it; otherwise the text that is stored now is merged in first.

import { createCachePlugin, lockPatience, timestamp } from "./cache-plugin.js";
import { describeKey } from "./deno-kv-key.js";
import { LeaseAttempts } from "./deno-kv-lease.js";
import { pollForLock } from "./lock-polling.js";
import { cut, isHead, join } from "./pieces.js";
import { damaged, locked, lockLost, wrongArgument } from "./storage-errors.js";

/** @typedef {import("device-code-flow/storage").DenoKv} DenoKv */
/** @typedef {import("./deno-kv-lease.js").Lease} Lease */
/** @typedef {import("./pieces.js").Head} Head */

/**
 * A key of Deno KV: a list of parts.
 * @typedef {readonly unknown[]} Key
 */

/**
 * An entry as Deno KV gives it. `versionstamp` is null where there is none.
 * @typedef {{ value: any, versionstamp: string | null }} Entry
 */

// In bytes. A value of Deno KV takes 65,536.
const PIECE_BYTES = 60_000;
// How many pieces one transaction writes; it takes 800 KiB.
const MAX_PIECES = 12;
// How often a head is written when others write at the same time without a lock.
const MAX_ATTEMPTS = 20;
// How often a call is repeated while SQLite is locked by another process.
const MAX_BUSY_ATTEMPTS = 200;
// From one attempt to get a lock to the next, in milliseconds.
const LOCK_INTERVAL = 40;

/**
 * @param {DenoKv} kv
 * @param {string | readonly unknown[]} [key]
 * @param {import("device-code-flow/storage").LeaseOptions} [options]
 * @returns {import("device-code-flow/storage").LockingCachePlugin}
 */
export function denoKvCache(kv, key = ["device-code-flow"], { patience, onLockLost } = {}) {
  if (typeof Object(kv).atomic !== "function") throw wrongArgument("The store of denoKvCache", "what Deno.openKv() gives");
  const parts = typeof key === "string" && key ? [key] : key;
  if (!Array.isArray(parts) || !parts.length) throw wrongArgument("The key of denoKvCache", "a text or a list of parts of a key");
  return createCachePlugin(new DenoStore(new PatientKv(kv), parts, patience, onLockLost));
}

/** The calls of Deno KV that are used here. If Deno KV is a file that another process uses, SQLite refuses a call, and it is repeated. */
export class PatientKv {
  /** @type {DenoKv} */
  kv;

  /** @param {DenoKv} kv */
  constructor(kv) {
    this.kv = kv;
  }

  /**
   * @param {Key} key
   * @returns {Promise<Entry>}
   */
  get(key) {
    return repeatWhileBusy(() => this.kv.get(key, { consistency: "strong" }));
  }

  /**
   * The values under a prefix, in the order of their keys.
   * @param {Key} prefix
   * @returns {Promise<unknown[]>}
   */
  list(prefix) {
    return repeatWhileBusy(async () => {
      const values = [];
      for await (const { value } of this.kv.list({ prefix })) values.push(value);
      return values;
    });
  }

  /**
   * Runs a transaction: `change` adds its checks and writes to Deno's AtomicOperation.
   * @param {(atomic: any) => any} change
   * @returns {Promise<{ ok: boolean, versionstamp: string }>}
   */
  commit(change) {
    return repeatWhileBusy(() => change(this.kv.atomic()).commit());
  }
}

/**
 * @template T
 * @param {() => Promise<T>} call
 * @returns {Promise<T>}
 */
async function repeatWhileBusy(call) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === MAX_BUSY_ATTEMPTS || !/database is locked/.test(Object(error).message)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
    }
  }
}

class DenoStore {
  name = "denoKvCache";
  /** @type {string} */
  place;
  /** @type {PatientKv} */
  kv;
  /**
   * The key as a text.
   * @type {string}
   */
  key;
  /** @type {Key} */
  parts;
  /** @type {number | undefined} */
  patience;
  /** @type {(error: Error) => void} */
  onLockLost;
  /**
   * The versionstamp of the head when it was read or written last: null if there was none, undefined before the first read.
   * @type {string | null | undefined}
   */
  versionstamp = undefined;
  /**
   * The text that was read or written last.
   * @type {{ text: string, generation: string } | undefined}
   */
  lastText = undefined;

  /**
   * @param {PatientKv} kv
   * @param {Key} parts
   * @param {number | undefined} patience
   * @param {((error: Error) => void) | undefined} onLockLost
   */
  constructor(kv, parts, patience, onLockLost = () => {}) {
    this.kv = kv;
    this.parts = parts;
    this.key = this.place = describeKey(parts);
    this.patience = patience;
    this.onLockLost = onLockLost;
  }

  /** @returns {Promise<string>} */
  async load() {
    for (let attempt = 0; ; attempt++) {
      const { value: head, versionstamp } = await this.kv.get(this.headKey());
      this.versionstamp = versionstamp;
      if (head === null) return "";
      // A person has stored the text there.
      if (typeof head === "string") return head;
      if (!isHead(head)) throw damaged(this, "its head entry is not one that was written here");
      if (this.lastText && this.lastText.generation === head.generation) return this.lastText.text;
      const pieces = await this.kv.list(this.piecesKey(head));
      // Another process may have replaced the pieces after the head was read.
      const mayBeReplaced = pieces.length !== head.pieces && attempt < MAX_ATTEMPTS;
      if (mayBeReplaced && (await this.kv.get(this.headKey())).versionstamp !== versionstamp) continue;
      const text = join(this, head, pieces);
      this.lastText = { text, generation: head.generation };
      return text;
    }
  }

  /**
   * @param {string} text
   * @param {Lease} lease
   * @param {(other: string) => Promise<string>} merge
   */
  async save(text, lease, merge) {
    for (let attempt = 0; ; attempt++) {
      const { head, pieces } = cut(text, PIECE_BYTES);
      await this.writePieces(head, pieces);
      const previous = await this.kv.get(this.headKey());
      // Nothing was loaded before.
      if (this.versionstamp === undefined) this.versionstamp = previous.versionstamp;
      if (await this.replaceHead(head, lease)) {
        this.lastText = { text, generation: head.generation };
        if (isHead(previous.value)) await this.removePieces(previous.value);
        return;
      }
      await this.removePieces(head);
      if (!(await lease.confirm())) throw lockLost(this, lease.name);
      // The head is unchanged: the lease's timer has renewed the lease during the transaction.
      if (previous.versionstamp === this.versionstamp) continue;
      if (attempt === MAX_ATTEMPTS) throw new Error(`others have written ${MAX_ATTEMPTS} times at the same moment`);
      text = await merge(await this.load());
    }
  }

  async setAside() {
    const backupKey = [...this.parts, `damaged-${timestamp()}`];
    const key = this.headKey();
    const { value } = await this.kv.get(key);
    this.lastText = undefined;
    const check = { key, versionstamp: this.versionstamp };
    // The pieces stay where they are; the head names them.
    const { ok } = await this.kv.commit((atomic) => atomic.check(check).set(backupKey, value).delete(key));
    if (!ok) throw new Error("it was changed while it was set aside");
    this.versionstamp = null;
    return describeKey(backupKey);
  }

  /** @param {string} name */
  async acquire(name) {
    // No lock may be the head of the key [...parts, "lock"]. No other lock has a name with capital letters.
    const key = [...this.parts, "lock", name === "head" ? "HEAD" : name];
    const patience = lockPatience(name, this.patience);
    const attempts = new LeaseAttempts(this, key);
    const lease = await pollForLock(describeKey(key), patience, LOCK_INTERVAL, () => attempts.tryAcquire());
    if (lease) return lease;
    throw locked(this, describeKey(key), patience, attempts.holder());
  }

  /**
   * Replaces the head if nobody else has replaced it and the lease is still held.
   * @param {Head} head
   * @param {Lease} lease
   */
  async replaceHead(head, lease) {
    const headCheck = { key: this.headKey(), versionstamp: this.versionstamp };
    const leaseCheck = { key: lease.key, versionstamp: lease.versionstamp };
    const { ok, versionstamp } = await this.kv.commit((atomic) => atomic.check(headCheck, leaseCheck).set(headCheck.key, head));
    if (ok) this.versionstamp = versionstamp;
    return ok;
  }

  headKey() {
    return [...this.parts, "head"];
  }

  /** @param {Head} head */
  piecesKey({ generation }) {
    return [...this.parts, "pieces", generation];
  }

  /**
   * @param {Head} head
   * @param {Uint8Array[]} pieces
   */
  async writePieces(head, pieces) {
    await this.changePieces(head, (atomic, key, number) => atomic.set(key, pieces[number]));
  }

  /** @param {Head} head */
  async removePieces(head) {
    await this.changePieces(head, (atomic, key) => atomic.delete(key));
  }

  /**
   * Changes all pieces, in as many transactions as they need.
   * @param {Head} head
   * @param {(atomic: any, key: Key, number: number) => any} change
   */
  async changePieces(head, change) {
    const keys = Array.from({ length: head.pieces }, (_, number) => [...this.piecesKey(head), number]);
    for (let start = 0; start < keys.length; start += MAX_PIECES) {
      const batch = keys.slice(start, start + MAX_PIECES);
      await this.kv.commit((atomic) => batch.reduce((operation, key, index) => change(operation, key, start + index), atomic));
    }
  }
}
