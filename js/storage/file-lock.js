// @ts-check
// A lock among processes: a file that only one of them can create. Others take it over when its creator is gone
// (file-lock-marker.js).
//
// Locks of the operating system are no alternative: they end at the edge of a machine, or Deno does not have them, or network disks
// do not.
//
// A process that stops for LOCK_TIMEOUT between two lines of these files may take the lock of another process away. So the holder
// of a lock calls `confirm` immediately before it writes.

import { closeSync, fdatasyncSync, fstatSync, fsyncSync, unlinkSync, writeSync } from "node:fs";
import { attempt, contentOf, createFile, newOwner } from "./exclusive-file.js";
import { LOCK_TIMEOUT, removeIfAbandoned, withMarker } from "./file-lock-marker.js";
import { noteRelease, pollForLock } from "./lock-polling.js";
import { thisProcess } from "./process-identity.js";

// In milliseconds.
const TOUCH_INTERVAL = 3_000;
// From one attempt to create the lock to the next.
const ATTEMPT_INTERVAL = 15;
// From one check whether the holder is gone to the next.
const CHECK_INTERVAL = 250;
// How long to wait for a marker.
const MARKER_PATIENCE = 100;

/**
 * Waits for the lock; the result is undefined if it does not become free in time.
 * @param {string} file
 * @param {number} patience in milliseconds
 * @param {() => void} onLost is called when another process takes the lock over
 */
export function acquireFileLock(file, patience, onLost) {
  let lastCheck = -Infinity;
  return pollForLock(file, patience, ATTEMPT_INTERVAL, () => {
    const lock = createLock(file, onLost);
    if (lock || performance.now() - lastCheck < CHECK_INTERVAL) return lock;
    lastCheck = performance.now();
    return removeIfAbandoned(file) ? createLock(file, onLost) : undefined;
  });
}

/**
 * The holder of the lock, for messages; empty if unknown.
 * @param {string} file
 */
export function describeHolder(file) {
  const { pid, host, since } = contentOf(file);
  if (!pid) return "";
  return host ? `process ${pid} on ${host.split(" ")[0]}, since ${since},` : `process ${pid}, since ${since},`;
}

/**
 * The lock; undefined if another process holds it.
 * @param {string} file
 * @param {() => void} onLost
 */
function createLock(file, onLost) {
  const owner = newOwner();
  const text = JSON.stringify({ ...thisProcess(), since: new Date().toISOString(), owner });
  const touchedAt = readClocks();
  const descriptor = createFile(file, text);
  return descriptor === undefined ? undefined : new FileLock({ file, descriptor, owner, text, touchedAt, onLost });
}

export class FileLock {
  /** @type {string} */
  name;
  /** @type {string} */
  owner;
  /**
   * The content of the file.
   * @type {string}
   */
  text;
  /**
   * Of the file; undefined once the lock is released.
   * @type {number | undefined}
   */
  descriptor;
  /**
   * When the file was touched last, by each clock.
   * @type {Clocks}
   */
  touchedAt;
  /** @type {() => void} */
  onLost;
  lost = false;
  /**
   * The file system's time when the lock was created, in nanoseconds.
   * @type {bigint}
   */
  time;
  /** @type {ReturnType<typeof setInterval>} */
  timer;

  /** @param {{ file: string, descriptor: number, owner: string, text: string, touchedAt: Clocks, onLost: () => void }} created */
  constructor({ file, descriptor, owner, text, touchedAt, onLost }) {
    this.name = file;
    this.descriptor = descriptor;
    this.owner = owner;
    this.text = text;
    this.touchedAt = touchedAt;
    this.onLost = onLost;
    this.time = fstatSync(descriptor, { bigint: true }).mtimeNs;
    this.timer = setInterval(() => this.renew(), TOUCH_INTERVAL);
    if (this.timer.unref) this.timer.unref();
  }

  renew() {
    if (!this.confirm()) return;
    // If this fails, other processes may take the lock for abandoned. The next `confirm` finds out.
    attempt(() => this.touch(fdatasyncSync));
  }

  /**
   * Does this process still hold the lock? No other process takes it over between the answer and what is done at once, without
   * awaiting anything, unless this process is stopped at that moment. If the disk does not answer, the lock is lost.
   * @returns {boolean}
   */
  confirm() {
    if (this.lost || this.descriptor === undefined) return false;
    const isHeld = this.isLate() ? attempt(() => this.confirmWithMarker()) === true : this.isOwner();
    if (!isHeld) {
      this.lost = true;
      this.onLost();
    }
    return isHeld;
  }

  /** After a long pause another process may be taking the lock over. Then the answer is reliable only under the marker. */
  confirmWithMarker() {
    const end = performance.now() + MARKER_PATIENCE;
    let isHeld;
    // Whoever has the marker removes it as soon as the disk answers, or has been killed.
    while (isHeld === undefined && performance.now() < end) {
      isHeld = withMarker(this.name, this.owner, () => this.isOwner() && this.touch(fsyncSync));
    }
    return isHeld;
  }

  isOwner() {
    return contentOf(this.name).owner === this.owner;
  }

  isLate() {
    const now = readClocks();
    return Math.max(now.monotonic - this.touchedAt.monotonic, now.wall - this.touchedAt.wall) > LOCK_TIMEOUT / 2;
  }

  /**
   * Writes the file again, so that its time is new.
   * @param {(descriptor: number) => void} sync
   */
  touch(sync) {
    if (this.descriptor === undefined) return false;
    // The clocks are read before the write, because a disk may take long.
    const touchedAt = readClocks();
    writeSync(this.descriptor, this.text, 0);
    sync(this.descriptor);
    this.touchedAt = touchedAt;
    return true;
  }

  async release() {
    const { descriptor } = this;
    if (descriptor === undefined) return;
    clearInterval(this.timer);
    const isHeld = attempt(() => this.confirm());
    // The file is closed first, because Windows does not remove an open one.
    attempt(() => closeSync(descriptor));
    this.descriptor = undefined;
    this.lost = true;
    // If the file cannot be removed, it becomes abandoned, because this process does not touch it any more.
    if (isHeld) attempt(() => unlinkSync(this.name));
    noteRelease(this.name);
  }
}

/**
 * Two clocks, in milliseconds. One stands still while the machine sleeps, the other can be set back.
 * @typedef {{ monotonic: number, wall: number }} Clocks
 */

/** @returns {Clocks} */
function readClocks() {
  return { monotonic: performance.now(), wall: Date.now() };
}
