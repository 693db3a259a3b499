// denoKvCache: the text in Deno KV, in pieces below its 64 KiB a value. One entry, the head, says which pieces count; it is
// changed only if nobody else has changed it, and what another has stored is merged in.
//
// Locks are leases: entries that their holder renews and that others take over once they stand still.

import { damaged, locked, lockLost, wrongArgument } from "./failures.js";
import { cut, isHead, joined } from "./pieces.js";
import { moment, patienceFor, pluginOf } from "./plugin.js";
import { gaveBack, waitedFor } from "./waiting.js";

// Of the 65,536 bytes that a value may have.
const PIECE = 60_000;
// A transaction may have 800 KiB.
const AT_ONCE = 12;
// How often a head is tried when others write at the same time without a lock.
const TRIES = 20;
const BUSY = 200;
// A lease that has not changed for so long, while somebody watched, is given up. Deno KV removes it some time after.
const STALE = 15_000;
const RENEW = 4_000;
// From one look at whether it is free to the next.
const AGAIN = 40;

export function denoKvCache(kv, key = ["device-code-flow"], { patience, onLockLost } = {}) {
  if (typeof Object(kv).atomic !== "function") throw wrongArgument("The store of denoKvCache", "what Deno.openKv() gives");
  const parts = typeof key === "string" && key ? [key] : key;
  if (!Array.isArray(parts) || !parts.length) throw wrongArgument("The key of denoKvCache", "a text or a list of parts of a key");
  return pluginOf(new DenoStore(patient(kv), parts, patience, onLockLost));
}

/** What is used of Deno KV. On a file, SQLite refuses at once what another process is in the way of: then again. */
function patient(kv) {
  return {
    get: (key) => again(() => kv.get(key, { consistency: "strong" })),
    list: (prefix) =>
      again(async () => {
        const values = [];
        for await (const { value } of kv.list({ prefix })) values.push(value);
        return values;
      }),
    /** Changes, in one transaction: `change(atomic)`. */
    commit: (change) => again(() => change(kv.atomic()).commit()),
  };
}

async function again(work) {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === BUSY || !/database is locked/.test(error.message)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * 40));
    }
  }
}

class DenoStore {
  constructor(kv, key, patience, onLockLost = () => {}) {
    Object.assign(this, { name: "denoKvCache", place: JSON.stringify(key), kv, key, patience, onLockLost });
    // seen: the head's versionstamp when it was read or written last; known: the text and its generation.
  }

  async load() {
    for (let tries = 0; ; tries++) {
      const { value: head, versionstamp } = await this.kv.get([...this.key, "head"]);
      this.seen = versionstamp;
      if (head === null) return "";
      // Somebody has put the text there by hand.
      if (typeof head === "string") return head;
      if (!isHead(head)) throw damaged(this, "its head entry is not one that was written here");
      if (this.known && this.known.generation === head.generation) return this.known.text;
      const pieces = await this.kv.list(this.piecesOf(head));
      // Another may have replaced them between the head and its pieces.
      if (pieces.length !== head.pieces && tries < TRIES && (await this.kv.get([...this.key, "head"])).versionstamp !== versionstamp) continue;
      const text = joined(this, head, pieces);
      this.known = { text, generation: head.generation };
      return text;
    }
  }

  async save(text, lease, merge) {
    for (let tries = 0; ; tries++) {
      const { head, pieces } = cut(text, PIECE);
      await this.each(pieces.length, (atomic, number) => atomic.set([...this.piecesOf(head), number], pieces[number]));
      const old = await this.kv.get([...this.key, "head"]);
      // Nothing was loaded before.
      if (this.seen === undefined) this.seen = old.versionstamp;
      const headCheck = { key: [...this.key, "head"], versionstamp: this.seen };
      const leaseCheck = { key: lease.key, versionstamp: lease.versionstamp };
      const { ok, versionstamp } = await this.kv.commit((atomic) => atomic.check(headCheck, leaseCheck).set(headCheck.key, head));
      if (ok) {
        this.seen = versionstamp;
        this.known = { text, generation: head.generation };
        if (isHead(old.value)) await this.removePieces(old.value);
        return;
      }
      await this.removePieces(head);
      if (!(await lease.confirm())) throw lockLost(this, lease.name);
      // Renewed meanwhile, by a timer: then only the lease's stamp was old.
      if (old.versionstamp === this.seen) continue;
      if (tries === TRIES) throw new Error(`others have written ${TRIES} times at the same moment`);
      text = await merge(await this.load());
    }
  }

  async setAside() {
    const kept = [...this.key, `damaged-${moment()}`];
    const head = [...this.key, "head"];
    const { value } = await this.kv.get(head);
    this.known = undefined;
    // Only what was found damaged. The pieces stay where the head says they are.
    const { ok } = await this.kv.commit((atomic) => atomic.check({ key: head, versionstamp: this.seen }).set(kept, value).delete(head));
    if (!ok) throw new Error("it was changed while it was set aside");
    this.seen = null;
    return JSON.stringify(kept);
  }

  piecesOf({ generation }) {
    return [...this.key, "pieces", generation];
  }

  async removePieces(head) {
    await this.each(head.pieces, (atomic, number) => atomic.delete([...this.piecesOf(head), number]));
  }

  async each(count, change) {
    for (let from = 0; from < count; from += AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => from + at);
      await this.kv.commit((atomic) => numbers.reduce(change, atomic));
    }
  }

  async acquire(name) {
    const key = [...this.key, "lock", name];
    const patience = patienceFor(name, this.patience);
    const owner = Math.random().toString(36).slice(2);
    let watched = {};
    let value, versionstamp;
    const lease = await waitedFor(JSON.stringify(key), patience, AGAIN, async () => {
      ({ value, versionstamp } = await this.kv.get(key));
      const now = performance.now();
      if (versionstamp !== watched.versionstamp) watched = { versionstamp, since: now };
      if (value !== null && now - watched.since <= STALE) return undefined;
      const free = new Lease(this, key, owner);
      return (await free.take(versionstamp)) ? free : undefined;
    });
    if (lease) return lease;
    throw locked(this, JSON.stringify(key), patience / 1000, value && `a process that took it at ${value.since}`);
  }
}

class Lease {
  constructor(store, key, owner) {
    Object.assign(this, { name: JSON.stringify(key), store, key, owner, lost: false, since: new Date().toISOString() });
  }

  async take(versionstamp) {
    if (!(await this.write(versionstamp))) return false;
    this.timer = setInterval(() => this.renewed().catch(() => {}), RENEW);
    if (this.timer.unref) this.timer.unref();
    else if (typeof Deno !== "undefined") Deno.unrefTimer(this.timer);
    return true;
  }

  /** Is it still ours? */
  async confirm() {
    return !this.lost && (await this.renewed());
  }

  /** One renewal at a time: each needs the stamp of the one before. */
  renewed() {
    return (this.renewing = this.renewing || this.renew().finally(() => (this.renewing = undefined)));
  }

  async renew() {
    if (this.over) return false;
    const held = await this.write(this.versionstamp);
    if (!held && !this.over) {
      this.lost = true;
      clearInterval(this.timer);
      this.store.onLockLost(lockLost(this.store, this.name));
    }
    return held;
  }

  async write(versionstamp) {
    const { owner, since, store, key } = this;
    const check = { key, versionstamp };
    const result = await store.kv.commit((atomic) => atomic.check(check).set(key, { owner, since }, { expireIn: 4 * STALE }));
    if (result.ok) this.versionstamp = result.versionstamp;
    return result.ok;
  }

  async release() {
    if (this.over) return;
    this.over = this.lost = true;
    clearInterval(this.timer);
    try {
      await this.renewing;
      await this.store.kv.commit((atomic) => atomic.check({ key: this.key, versionstamp: this.versionstamp }).delete(this.key));
    } catch (error) {
      // Left to those who wait: nobody renews it any more.
    }
    gaveBack(this.name);
  }
}
