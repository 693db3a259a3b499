// A lock among processes: a file that only one of them can make, and that the others take over once its maker is gone.
//
// Not a lock of the operating system: those end at the edge of a machine, or are not in Deno, or not on a network's disk.
//
// Gone means: its process has ended (same machine), or it has not touched its file for STALE. Both times that are compared
// are the file system's, so that clocks that differ between machines do not matter. Only whoever holds its marker judges and
// removes it, so that two who wait never both get in. A marker is a second lock, with the id of what it marks in its name
// (tokens.json.store.lock.5bd1f0…): one that comes late marks what is not there any more. It can be left by a process that
// was killed as well, and is then removed in the same way, under a marker of its own.

import { randomBytes } from "node:crypto";
import { closeSync, fdatasyncSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { isGone, thisProcess } from "./process-identity.js";
import { gaveBack, waitedFor } from "./turns.js";

const STALE = 15_000;
const TOUCH = 3_000;
// From one look at whether it is free to the next, and at whether its holder is gone.
const AGAIN = 20;
const JUDGE = 250;

/**
 * Waits for the lock `file` and gives it; undefined when `patience` (milliseconds) is over. `onLost` is called when another
 * takes it over.
 */
export function lockFile(file, patience, onLost) {
  let looked = -Infinity;
  return waitedFor(file, patience, AGAIN, () => {
    const lock = made(file, onLost);
    if (lock || performance.now() - looked < JUDGE) return lock;
    looked = performance.now();
    return removedIfGone(file) ? made(file, onLost) : undefined;
  });
}

/** Who holds it, in words. */
export function holderOf(file) {
  const { pid, host, since } = contentOf(file);
  return pid ? `process ${pid}${host ? ` on ${host.split(" ")[0]}` : ""}, since ${since},` : "";
}

/** The lock, if there was none. */
function made(file, onLost) {
  const owner = newOwner();
  const text = JSON.stringify({ ...thisProcess(), since: new Date().toISOString(), owner });
  const descriptor = created(file, text);
  return descriptor === undefined ? undefined : new Lock(file, descriptor, owner, text, onLost);
}

class Lock {
  constructor(file, descriptor, owner, text, onLost) {
    Object.assign(this, { name: file, descriptor, owner, text, onLost, lost: false });
    this.touched = [performance.now(), Date.now()];
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
      this.touched = [performance.now(), Date.now()];
    } catch {
      // Then others may find it stale, and `confirm` will tell.
    }
  }

  /** Is it still ours? Nobody takes it over between the answer and what is done at once, without awaiting anything. */
  confirm() {
    if (this.lost || this.descriptor === undefined) return false;
    const ours = () => contentOf(this.name).owner === this.owner;
    // After a sleep, another may be about to take it over: only under the marker is the answer good.
    const held = this.late() ? patiently(() => marked(this.name, this.owner, () => ours() && this.refreshed())) : ours();
    if (!held) {
      this.lost = true;
      this.onLost();
    }
    return held;
  }

  late() {
    const [steady, wall] = this.touched;
    // One stands still while the machine sleeps, the other can be set back.
    return Math.max(performance.now() - steady, Date.now() - wall) > STALE / 2;
  }

  refreshed() {
    writeSync(this.descriptor, this.text, 0);
    fsyncSync(this.descriptor);
    this.touched = [performance.now(), Date.now()];
    return true;
  }

  async release() {
    if (this.descriptor === undefined) return;
    clearInterval(this.timer);
    // What cannot be removed is left to those who wait: this process touches it no more.
    attempt(() => this.confirm() && unlinkSync(this.name));
    closeSync(this.descriptor);
    this.descriptor = undefined;
    this.lost = true;
    gaveBack(this.name);
  }
}

/** Without awaiting anything: whoever has the marker gives it back in a few milliseconds, or has been killed. */
function patiently(work) {
  let result;
  for (const end = performance.now() + 100; result === undefined && performance.now() < end; ) result = work();
  return result;
}

/** Is the file of a lock, or of a marker, not there any more? Removes it if its maker is gone. */
function removedIfGone(file) {
  const seen = look(file);
  if (!seen) return true;
  return marked(file, seen.id, (time) => {
    const ended = isGone(seen);
    // Looked at after that: what was made anew since has another id, and what a process has left that ended stays.
    const { id, modified } = Object(look(file));
    if (id !== seen.id || (!ended && Number(time - modified) / 1e6 <= STALE)) return false;
    unlinkSync(file);
    return true;
  });
}

/**
 * The result of `work(time)`, which nobody else does at the same time about what `file` is now; undefined if another is at it.
 * `work` awaits nothing. `time` is the file system's.
 */
function marked(file, id, work) {
  const marker = `${file}.${id}`;
  const descriptor = created(marker, JSON.stringify({ ...thisProcess(), owner: newOwner() }));
  if (descriptor === undefined) {
    removedIfGone(marker);
    return undefined;
  }
  try {
    fsyncSync(descriptor);
    return work(fstatSync(descriptor, { bigint: true }).mtimeNs);
  } finally {
    closeSync(descriptor);
    attempt(() => unlinkSync(marker));
  }
}

const MARKER = /^(.+\.[a-z0-9-]+\.lock(?:\.[0-9a-f]+)*)\.([0-9a-f]+)$/;

/** Removes the markers that killed processes left in a folder: no file that they stand beside will ever have their id again. */
export function removeLeftMarkers(folder, names) {
  for (const [name, of, id] of names.map((name) => MARKER.exec(name)).filter(Boolean)) {
    if (Object(look(join(folder, of))).id !== id) attempt(() => unlinkSync(join(folder, name)));
  }
}

/** What stands in the file of a lock, when it was written, and an id that no other ever has; undefined if it is not there. */
function look(file) {
  const content = contentOf(file);
  try {
    // After the content: if another was made in between, it is taken for too new, not for too old.
    const { ino, mtimeNs: modified } = statSync(file, { bigint: true });
    return { ...content, id: /^[0-9a-f]+$/.test(content.owner) ? content.owner : `${ino.toString(16)}${modified.toString(16)}`, modified };
  } catch {
    return undefined;
  }
}

function newOwner() {
  return randomBytes(8).toString("hex");
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
    return Object(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}

function attempt(work) {
  try {
    work();
  } catch {
    // Nothing depends on it.
  }
}
