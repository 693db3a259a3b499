// durableObjectCache: the text in the storage of a Durable Object, in pieces that the storage takes, replaced in one
// transaction.
//
// Nobody else touches the storage of a Durable Object: it runs once, in one place. So a lock is a queue in memory.

import { damaged, locked, wrongArgument } from "./failures.js";
import { cut, isHead, joined } from "./pieces.js";
import { moment, patienceFor, pluginOf } from "./plugin.js";

// Of 128 KiB (131,072 bytes) that a value may have in an object that is kept in key-value storage.
const PIECE = 120_000;
// So many keys in one call.
const KEYS = 128;
// A request that was cancelled may never come back from what it awaited; after this the next in the queue goes on.
const HOLD = { store: 30_000, other: 150_000 };

export function durableObjectCache(storage, key = "device-code-flow", { patience } = {}) {
  if (typeof Object(storage).transaction !== "function") throw wrongArgument("The storage of durableObjectCache", "ctx.storage of a Durable Object");
  if (typeof key !== "string" || !key) throw wrongArgument("The key of durableObjectCache", "a text");
  return pluginOf(new ObjectStore(storage, key, patience));
}

class ObjectStore {
  constructor(storage, key, patience) {
    Object.assign(this, { name: "durableObjectCache", place: key, storage, patience });
    // known: the text that was read or written last, and its generation; seen: the head as it was read last.
  }

  async load() {
    const { place, storage, known } = this;
    const head = (this.seen = await storage.get(place));
    if (head === undefined) return "";
    // Somebody has put the text there by hand.
    if (typeof head === "string") return head;
    if (!isHead(head)) throw damaged(this, "its head entry is not one that was written here");
    if (known && known.generation === head.generation) return known.text;
    const pieces = await storage.list({ prefix: `${place}/${head.generation}/` });
    const text = joined(this, head, [...pieces.values()]);
    this.known = { text, generation: head.generation };
    return text;
  }

  async save(text) {
    const { place, storage } = this;
    const { head, pieces } = cut(text, PIECE);
    const keys = keysOf(place, head);
    await storage.transaction(async (transaction) => {
      const old = await transaction.get(place);
      for (const some of portions(keys)) await transaction.put(Object.fromEntries(some.map((key) => [key, pieces[keys.indexOf(key)]])));
      await transaction.put(place, head);
      if (isHead(old)) for (const some of portions(keysOf(place, old))) await transaction.delete(some);
    });
    this.known = { text, generation: head.generation };
  }

  async setAside() {
    const { place, seen } = this;
    const kept = `${place}.damaged-${moment()}`;
    this.known = undefined;
    await this.storage.transaction(async (transaction) => {
      const head = await transaction.get(place);
      // Only what was found damaged.
      if (JSON.stringify(head) !== JSON.stringify(seen)) throw new Error("it was changed while it was set aside");
      // The pieces stay where the head says they are.
      await transaction.put(kept, head);
      await transaction.delete(place);
    });
    return kept;
  }

  async acquire(name) {
    const queues = queuesOf(this.storage);
    const queue = `${this.place} ${name}`;
    const patience = patienceFor(name, this.patience);
    const lock = { name: queue, lost: false };
    const done = new Promise((resolve) => (lock.release = async () => resolve()));
    const before = queues.get(queue) || Promise.resolve();
    const turn = before.then(() => over(lock, done, name)).then(() => queues.get(queue) === turn && queues.delete(queue));
    queues.set(queue, turn);
    if (await within(before, patience)) return lock;
    // Whoever comes after need not wait for one who has left.
    lock.release();
    throw locked(this, queue, patience / 1000);
  }
}

// Storage → name of a lock → when the last one in its queue is done. One instance serves an object until it is evicted.
const queuesPerStorage = new WeakMap();

function queuesOf(storage) {
  if (!queuesPerStorage.has(storage)) queuesPerStorage.set(storage, new Map());
  return queuesPerStorage.get(storage);
}

/** Resolves when the lock is given back, or has been held for longer than anybody should. */
async function over(lock, done, name) {
  await within(done, name === "store" ? HOLD.store : HOLD.other);
  lock.lost = true;
}

/** Does it resolve within this time? No timer is left behind: it would keep the object in memory. */
async function within(promise, milliseconds) {
  let timer;
  const later = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds, false)));
  const result = await Promise.race([promise.then(() => true), later]);
  clearTimeout(timer);
  return result;
}

/** Numbered so that a list of them is in order. */
function keysOf(place, { generation, pieces }) {
  return Array.from({ length: pieces }, (_, number) => `${place}/${generation}/${String(number).padStart(6, "0")}`);
}

function portions(keys) {
  return Array.from({ length: Math.ceil(keys.length / KEYS) }, (_, at) => keys.slice(at * KEYS, (at + 1) * KEYS));
}
