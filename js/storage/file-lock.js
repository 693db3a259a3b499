// A lock among processes: a file that only one of them can make, and that the others take over once its maker is gone.
//
// Not a lock of the operating system: those end at the edge of a machine, or are not in Deno, or not on a network's disk.
//
// Gone means: its process has ended (same machine), or it has not touched its file for STALE. Both times that are compared
// are the file system's, so that clocks that differ between machines do not matter. Only whoever holds the guard, a second
// file, judges and removes; and what was removed is looked at again, so that two who wait never both get in.

import { randomBytes } from "node:crypto";
import { closeSync, fdatasyncSync, fstatSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { isGone, thisProcess } from "./process-identity.js";

const STALE = 15_000;
const TOUCH = 3_000;
// Between two looks at whether the holder is gone.
const LOOK = 250;

/**
 * Waits for the lock `file` and gives it; undefined when `patience` (milliseconds) is over. `onLost` is called when another
 * takes it over.
 */
export async function lockFile(file, patience, onLost) {
  const start = performance.now();
  let looked = -Infinity;
  for (let pause = 2; ; pause = Math.min(pause * 1.5, 100)) {
    const lock = made(file, onLost);
    if (lock) return lock;
    const now = performance.now();
    if (now - looked >= LOOK) {
      looked = now;
      if (guarded(file, (time) => removedIfStale(file, time))) continue;
    }
    if (now - start >= patience) return undefined;
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
  }
}

/** Who holds it, in words. */
export function holderOf(file) {
  const { pid, host, since } = contentOf(file);
  return pid ? `process ${pid}${host ? ` on ${host.split(" ")[0]}` : ""}, since ${since},` : "";
}

/** The lock, if there was none. */
function made(file, onLost) {
  const owner = randomBytes(12).toString("hex");
  const text = JSON.stringify({ ...thisProcess(), since: new Date().toISOString(), owner });
  const descriptor = created(file, text);
  return descriptor === undefined ? undefined : new Lock(file, descriptor, owner, text, onLost);
}

class Lock {
  constructor(file, descriptor, owner, text, onLost) {
    Object.assign(this, { name: file, descriptor, owner, text, onLost, lost: false, touched: performance.now() });
    // What time the file system says it is, in nanoseconds.
    this.time = fstatSync(descriptor, { bigint: true }).mtimeNs;
    this.timer = setInterval(() => this.touch(), TOUCH);
    if (this.timer.unref) this.timer.unref();
  }

  touch() {
    if (!this.confirm()) return;
    try {
      writeSync(this.descriptor, this.text, 0);
      fdatasyncSync(this.descriptor);
      this.touched = performance.now();
    } catch {
      // Then others may find it stale, and `confirm` will tell.
    }
  }

  /** Is it still ours? Nobody takes it over between the answer and what is done at once, without awaiting anything. */
  confirm() {
    if (this.lost || this.descriptor === undefined) return false;
    const ours = () => contentOf(this.name).owner === this.owner;
    // After a sleep, another may be about to take it over: only under the guard is the answer good.
    const held = this.late() ? patiently(() => guarded(this.name, () => ours() && this.refreshed())) : ours();
    if (!held) {
      this.lost = true;
      this.onLost();
    }
    return held;
  }

  late() {
    return performance.now() - this.touched > STALE / 2;
  }

  refreshed() {
    writeSync(this.descriptor, this.text, 0);
    fsyncSync(this.descriptor);
    this.touched = performance.now();
    return true;
  }

  async release() {
    if (this.descriptor === undefined) return;
    clearInterval(this.timer);
    try {
      if (this.confirm()) unlinkSync(this.name);
    } catch {
      // Left to those who wait: this process touches it no more.
    }
    closeSync(this.descriptor);
    this.descriptor = undefined;
    this.lost = true;
  }
}

/** Without awaiting anything: whoever has the guard gives it back in less than a millisecond, or has been killed. */
function patiently(work) {
  let result;
  for (const end = performance.now() + 100; result === undefined && performance.now() < end; ) result = work();
  return result;
}

/**
 * The result of `work(time)`, which nobody else does at the same time for this lock; undefined if another is at it. `work`
 * awaits nothing. `time` is the file system's.
 */
function guarded(file, work) {
  const guard = `${file}.guard`;
  const mark = JSON.stringify({ ...thisProcess(), owner: randomBytes(12).toString("hex") });
  const descriptor = created(guard, mark);
  if (descriptor === undefined) {
    removeLeftGuard(guard);
    return undefined;
  }
  try {
    fsyncSync(descriptor);
    return work(fstatSync(descriptor, { bigint: true }).mtimeNs);
  } finally {
    closeSync(descriptor);
    removed(guard, JSON.parse(mark).owner);
  }
}

function removedIfStale(file, time) {
  const content = contentOf(file);
  const seen = modified(file);
  if (seen === undefined) return true;
  const untouched = Number(time - seen) / 1e6;
  return (isGone(content) || untouched > STALE) && removed(file, content.owner);
}

// Guard → whose it is and since when it has been seen. It is held for less than a millisecond, unless its process was killed.
const guardsSeen = new Map();

function removeLeftGuard(guard) {
  const content = contentOf(guard);
  const { owner, since } = guardsSeen.get(guard) || {};
  const now = performance.now();
  if (since === undefined || owner !== content.owner) guardsSeen.set(guard, { owner: content.owner, since: now });
  else if (isGone(content) || now - since > STALE) {
    guardsSeen.delete(guard);
    removed(guard, content.owner);
  }
}

/** Removes the file if it is `owner`'s. One that turns out to be another's is put back. */
function removed(file, owner) {
  const aside = `${file}.${randomBytes(8).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch {
    return false;
  }
  const right = contentOf(aside).owner === owner;
  // If it cannot be put back, a third has made it anew; the one it belonged to notices before it writes.
  if (!right) attempt(() => linkSync(aside, file));
  attempt(() => unlinkSync(aside));
  return right;
}

/** A new file with this text, open; undefined if it is there already. */
function created(file, text) {
  let descriptor;
  try {
    descriptor = openSync(file, "wx", 0o600);
  } catch (error) {
    if (error.code === "EEXIST") return undefined;
    if (error.code !== "ENOENT") throw error;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    descriptor = openSync(file, "wx", 0o600);
  }
  try {
    writeSync(descriptor, text, 0);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    attempt(() => unlinkSync(file));
    throw error;
  }
}

/** What stands in it; nothing of one that is gone, or that its maker was killed over. */
function contentOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

function modified(file) {
  try {
    return statSync(file, { bigint: true }).mtimeNs;
  } catch {
    return undefined;
  }
}

function attempt(work) {
  try {
    work();
  } catch {
    // Nothing depends on it.
  }
}
