// @ts-check
// durableObjectCache: the text in the storage of a Durable Object, in pieces that the storage accepts, replaced in one transaction.
//
// Only one object uses its storage, and it runs in one place. So a lock is a queue in memory.

import { createCachePlugin, lockPatience, timestamp } from "./cache-plugin.js";
import { cut, isHead, join } from "./pieces.js";
import { damaged, locked, wrongArgument } from "./storage-errors.js";

/** @typedef {import("device-code-flow/storage").ObjectStorage} ObjectStorage */
/** @typedef {import("./pieces.js").Head} Head */

// In bytes. An object with key-value storage takes 128 KiB (131,072 bytes) a value.
const PIECE_BYTES = 120_000;
// How many keys one call of the storage takes.
const MAX_KEYS = 128;
// A request that was cancelled may never continue after an await, so its lock expires. In milliseconds.
const STORE_LOCK_TIMEOUT = 30_000;
const OTHER_LOCK_TIMEOUT = 150_000;

/**
 * @param {ObjectStorage} storage
 * @param {string} [key]
 * @param {import("device-code-flow/storage").LockOptions} [options]
 * @returns {import("device-code-flow/storage").LockingCachePlugin}
 */
export function durableObjectCache(storage, key = "device-code-flow", { patience } = {}) {
  if (typeof Object(storage).transaction !== "function") throw wrongArgument("The storage of durableObjectCache", "ctx.storage of a Durable Object");
  if (typeof key !== "string" || !key) throw wrongArgument("The key of durableObjectCache", "a text");
  return createCachePlugin(new ObjectStore(storage, key, patience));
}

class ObjectStore {
  name = "durableObjectCache";
  /** @type {string} */
  place;
  /** @type {string} */
  key;
  /** @type {ObjectStorage} */
  storage;
  /** @type {number | undefined} */
  patience;
  /**
   * The text that was read or written last.
   * @type {{ text: string, generation: string } | undefined}
   */
  lastText = undefined;
  /**
   * The head as it was read last.
   * @type {unknown}
   */
  lastHead = undefined;

  /**
   * @param {ObjectStorage} storage
   * @param {string} key
   * @param {number | undefined} patience
   */
  constructor(storage, key, patience) {
    this.storage = storage;
    this.key = key;
    this.place = key;
    this.patience = patience;
  }

  /** @returns {Promise<string>} */
  async load() {
    const head = await this.storage.get(this.place);
    this.lastHead = head;
    if (head === undefined) return "";
    // A person has stored the text there.
    if (typeof head === "string") return head;
    if (!isHead(head)) throw damaged(this, "its head entry is not one that was written here");
    if (this.lastText && this.lastText.generation === head.generation) return this.lastText.text;
    const pieces = await this.storage.list({ prefix: `${this.place}/${head.generation}/` });
    const text = join(this, head, [...pieces.values()]);
    this.lastText = { text, generation: head.generation };
    return text;
  }

  /** @param {string} text */
  async save(text) {
    const { place } = this;
    const { head, pieces } = cut(text, PIECE_BYTES);
    const entries = keysOf(place, head).map((key, index) => [key, pieces[index]]);
    await this.storage.transaction(async (transaction) => {
      const previous = await transaction.get(place);
      for (const batch of batches(entries)) await transaction.put(Object.fromEntries(batch));
      await transaction.put(place, head);
      if (!isHead(previous)) return;
      for (const batch of batches(keysOf(place, previous))) await transaction.delete(batch);
    });
    this.lastText = { text, generation: head.generation };
  }

  async setAside() {
    const { place, lastHead } = this;
    const backup = `${place}.damaged-${timestamp()}`;
    this.lastText = undefined;
    await this.storage.transaction(async (transaction) => {
      const head = await transaction.get(place);
      if (JSON.stringify(head) !== JSON.stringify(lastHead)) throw new Error("it was changed while it was set aside");
      // The pieces stay where they are; the head names them.
      await transaction.put(backup, head);
      await transaction.delete(place);
    });
    return backup;
  }

  /** @param {string} name */
  async acquire(name) {
    const queues = queuesOf(this.storage);
    const lock = new QueuedLock(`${this.place} ${name}`);
    const previous = queues.get(lock.name) || Promise.resolve();
    const last = previous.then(() => lock.untilReleased(name === "store" ? STORE_LOCK_TIMEOUT : OTHER_LOCK_TIMEOUT));
    queues.set(lock.name, last);
    last.then(() => queues.get(lock.name) === last && queues.delete(lock.name));
    const patience = lockPatience(name, this.patience);
    if (await resolvesWithin(previous, patience)) return lock;
    // The next in the queue does not wait for a lock that nobody wants any more.
    lock.release();
    throw locked(this, lock.name, patience);
  }
}

class QueuedLock {
  /** @type {string} */
  name;
  lost = false;
  /** @type {() => void} */
  resolve = () => {};
  /** @type {Promise<void>} */
  released = new Promise((resolve) => {
    this.resolve = resolve;
  });

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  async release() {
    this.resolve();
  }

  /**
   * Resolves when the lock is released, or when it was held for too long.
   * @param {number} timeout
   */
  async untilReleased(timeout) {
    await resolvesWithin(this.released, timeout);
    this.lost = true;
  }
}

/**
 * Storage → name of a lock → a promise that resolves when the last one in the queue is done. One instance serves an object until
 * it is evicted.
 * @type {WeakMap<ObjectStorage, Map<string, Promise<void>>>}
 */
const queuesPerStorage = new WeakMap();

/** @param {ObjectStorage} storage */
function queuesOf(storage) {
  const queues = queuesPerStorage.get(storage) || new Map();
  queuesPerStorage.set(storage, queues);
  return queues;
}

/**
 * Does the promise resolve within this time? No timer is left behind, because it would keep the object in memory.
 * @param {Promise<unknown>} promise
 * @param {number} milliseconds
 * @returns {Promise<boolean>}
 */
async function resolvesWithin(promise, milliseconds) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<boolean>} */
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const isResolved = await Promise.race([promise.then(() => true), timeout]);
  clearTimeout(timer);
  return isResolved;
}

/**
 * The keys of the pieces. The generation has random characters, so that no key of a program is one of them. Their numbers have a fixed length, so that the storage lists them in order.
 * @param {string} place
 * @param {Head} head
 */
function keysOf(place, { generation, pieces }) {
  return Array.from({ length: pieces }, (_, number) => `${place}/${generation}/${String(number).padStart(6, "0")}`);
}

/**
 * @template T
 * @param {T[]} items
 * @returns {T[][]}
 */
function batches(items) {
  return Array.from({ length: Math.ceil(items.length / MAX_KEYS) }, (_, index) => items.slice(index * MAX_KEYS, (index + 1) * MAX_KEYS));
}
