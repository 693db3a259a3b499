// A lock among processes: a file that only one of them can make, and that the others take over once its maker is gone.
//
// Not a lock of the operating system: those end at the edge of a machine, or are not in Deno, or not on a network's disk.
//
// Gone means: its process has ended (same machine), or it has not touched its file for STALE. Both times that are compared
// are the file system's, so that clocks that differ between machines do not matter. Only whoever holds its marker judges and
// removes it, so that two who wait do not both get in. A marker is a second lock, with the id of what it marks in its name
// (tokens.json.store.lock.5bd1f0…): one that comes late marks what is not there any more. It can be left by a process that
// was killed as well, and is then removed in the same way, under a marker of its own.
//
// A process that is stopped for STALE between two lines of this file may take another's lock away. So a lock is no promise:
// whoever holds one asks `confirm` right before it writes.

import { randomBytes } from "node:crypto";
import { closeSync, fdatasyncSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { isGone, thisProcess } from "./process-identity.js";
import { gaveBack, waitedFor } from "./waiting.js";

const STALE = 15_000;
const TOUCH = 3_000;
// A marker is held for as long as a disk takes to say what time it is. One that is there for longer may have been left.
const MARKED = 1_000;
// From one look at whether it is free to the next, and at whether its holder is gone.
const AGAIN = 15;
const JUDGE = 250;
// In a millisecond. No literal: the engines of 2018 that the build is for have none.
const NANOSECONDS = BigInt(1e6);

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
  const touched = clocks();
  const descriptor = created(file, text);
  return descriptor === undefined ? undefined : new Lock(file, descriptor, owner, text, touched, onLost);
}

class Lock {
  constructor(file, descriptor, owner, text, touched, onLost) {
    Object.assign(this, { name: file, descriptor, owner, text, touched, onLost, lost: false });
    // What time the file system says it is, in nanoseconds.
    this.time = fstatSync(descriptor, { bigint: true }).mtimeNs;
    this.timer = setInterval(() => this.touch(), TOUCH);
    if (this.timer.unref) this.timer.unref();
  }

  touch() {
    if (!this.confirm()) return;
    // If that fails, others may find it stale, and `confirm` will tell.
    attempt(() => this.refreshed(fdatasyncSync));
  }

  /**
   * Is it still ours? Nobody takes it over between the answer and what is done at once, without awaiting anything, unless the
   * process is stopped just then. A disk that cannot say is a lock that is lost.
   */
  confirm() {
    if (this.lost || this.descriptor === undefined) return false;
    const ours = () => contentOf(this.name).owner === this.owner;
    // After a sleep, another may be about to take it over: only under the marker is the answer good.
    const underMarker = () => patiently(() => marked(this.name, this.owner, () => ours() && this.refreshed(fsyncSync)));
    const held = this.late() ? attempt(underMarker) : ours();
    if (!held) {
      this.lost = true;
      this.onLost();
    }
    return held;
  }

  late() {
    const now = clocks();
    return Math.max(...this.touched.map((then, clock) => now[clock] - then)) > STALE / 2;
  }

  refreshed(synced) {
    // As of before: a disk may take long.
    const touched = clocks();
    writeSync(this.descriptor, this.text, 0);
    synced(this.descriptor);
    this.touched = touched;
    return true;
  }

  async release() {
    if (this.descriptor === undefined) return;
    clearInterval(this.timer);
    const held = attempt(() => this.confirm());
    // Closed first: Windows keeps the name of what is open.
    attempt(() => closeSync(this.descriptor));
    this.descriptor = undefined;
    this.lost = true;
    // What cannot be removed is left to those who wait: this process touches it no more.
    if (held) attempt(() => unlinkSync(this.name));
    gaveBack(this.name);
  }
}

/** Without awaiting anything: whoever has the marker gives it back as soon as the disk answers, or has been killed. */
function patiently(work) {
  let result;
  for (const end = performance.now() + 100; result === undefined && performance.now() < end; ) result = work();
  return result;
}

/** Is the file of a lock, or of a marker, not there any more? Removes it if its maker is gone. */
function removedIfGone(file) {
  const seen = look(file);
  if (!seen) return true;
  try {
    return marked(file, seen.id, (time) => {
      const ended = isGone(seen);
      // Looked at after that: what was made anew since has another id, and what a process has left that ended stays.
      const { id, modified } = Object(look(file));
      // Also by a time in the future: a clock that is set back must not keep a lock for as long as it was wrong.
      if (id !== seen.id || (!ended && apart(time, modified) <= STALE)) return false;
      unlinkSync(file);
      return true;
    });
  } catch (error) {
    return error.code === "ENOENT";
  }
}

/**
 * The result of `work(time)`, which nobody else does at the same time about what `file` is now; undefined if another is at it.
 * `work` awaits nothing. `time` is the file system's.
 */
function marked(file, id, work) {
  const marker = `${file}.${id}`;
  const owner = newOwner();
  const descriptor = created(marker, JSON.stringify({ ...thisProcess(), owner }));
  if (descriptor === undefined) {
    if (mayBeLeft(marker)) removedIfGone(marker);
    return undefined;
  }
  try {
    fsyncSync(descriptor);
    return work(fstatSync(descriptor, { bigint: true }).mtimeNs);
  } finally {
    closeSync(descriptor);
    // Not that of another, who has found ours left meanwhile.
    attempt(() => contentOf(marker).owner === owner && unlinkSync(marker));
  }
}

/** Most are not: if each who waits made a marker for the one before, there would be a tower of them. */
function mayBeLeft(marker) {
  const seen = look(marker);
  return seen && (isGone(seen) || apart(seen.modified, BigInt(Date.now()) * NANOSECONDS) > MARKED);
}

/** How far two times in nanoseconds are from each other, in milliseconds. */
function apart(one, other) {
  return Math.abs(Number(one - other)) / 1e6;
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
    const { ino, mtimeMs, mtimeNs: modified } = statSync(file, { bigint: true });
    // In milliseconds, which all engines have.
    return { ...content, id: /^[0-9a-f]+$/.test(content.owner) ? content.owner : `${ino.toString(16)}${mtimeMs.toString(16)}`, modified };
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
    descriptor = openedNew(file);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    descriptor = openedNew(file);
  }
  if (descriptor === undefined) return undefined;
  try {
    writeSync(descriptor, text, 0);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    attempt(() => unlinkSync(file));
    throw error;
  }
}

function openedNew(file) {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    if (error.code === "EEXIST") return undefined;
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

/** What `work` gives, or nothing where it fails. */
function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** One stands still while the machine sleeps, the other can be set back. */
function clocks() {
  return [performance.now(), Date.now()];
}
