// @ts-check
// Takes over locks whose holders are gone, by means of markers.
//
// A holder is gone if its process has ended (same machine), or if it has not touched its file for LOCK_TIMEOUT. Both times that are
// compared are the file system's, so that clocks that differ between machines do not matter.
//
// A process that examines or removes a lock first creates its marker, so that two processes that wait do not both get the lock. A
// marker is a second file, with the id of the lock's file in its name (tokens.json.store.lock.5bd1f0…). A marker that is created late
// therefore marks a file that does not exist any more. A process can be killed while it has a marker. Then the marker is removed in
// the same way, under a marker of its own.

import { closeSync, fstatSync, fsyncSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { attempt, contentOf, createFile, findFile, newOwner } from "./exclusive-file.js";
import { hasEnded, thisProcess } from "./process-identity.js";

// In milliseconds.
export const LOCK_TIMEOUT = 15_000;
// A marker is needed for as long as a disk takes to tell the time. One that is older may have been left by a killed process.
const MARKER_TIMEOUT = 1_000;

// BigInt literals are newer than the engines that the build is for.
const NANOSECONDS_PER_MILLISECOND = BigInt(1e6);

const MARKER_NAME = /^(.+\.[a-z0-9-]+\.lock(?:\.[0-9a-f]+)*)\.([0-9a-f]+)$/;

/**
 * Removes the file of a lock or of a marker if its creator is gone. Gives true if the file does not exist afterwards.
 * @param {string} file
 * @returns {boolean}
 */
export function removeIfAbandoned(file) {
  const found = findFile(file);
  if (!found) return true;
  try {
    return withMarker(file, found.id, (now) => removeUnlessUsed(file, found, now)) === true;
  } catch (error) {
    return Object(error).code === "ENOENT";
  }
}

/**
 * @param {string} file
 * @param {import("./exclusive-file.js").FoundFile} found
 * @param {bigint} now the file system's time
 */
function removeUnlessUsed(file, found, now) {
  const creatorHasEnded = hasEnded(found);
  // The file is read once more: if it was created anew in between, it has another id.
  const current = findFile(file);
  if (!current || current.id !== found.id) return false;
  // A time in the future counts as old too. A clock that is set back must not keep a lock for as long as it was wrong.
  const isOld = differenceInMilliseconds(now, current.modified) > LOCK_TIMEOUT;
  if (!creatorHasEnded && !isOld) return false;
  unlinkSync(file);
  return true;
}

/**
 * Creates the marker of a file, runs `work` and removes the marker. The result is that of `work`; undefined if another process has
 * the marker. `work` receives the file system's time. It must not await anything.
 * @template T
 * @param {string} file
 * @param {string} id of the file
 * @param {(now: bigint) => T} work
 * @returns {T | undefined}
 */
export function withMarker(file, id, work) {
  const marker = `${file}.${id}`;
  const owner = newOwner();
  const descriptor = createFile(marker, JSON.stringify({ ...thisProcess(), owner }));
  if (descriptor === undefined) {
    if (mayBeAbandoned(marker)) removeIfAbandoned(marker);
    return undefined;
  }
  try {
    fsyncSync(descriptor);
    return work(fstatSync(descriptor, { bigint: true }).mtimeNs);
  } finally {
    closeSync(descriptor);
    // Another process may have taken this marker for abandoned, and created its own.
    attempt(() => contentOf(marker).owner === owner && unlinkSync(marker));
  }
}

/**
 * Most markers are not abandoned. If each process that waits created a marker for the marker before it, they would pile up.
 * @param {string} marker
 */
function mayBeAbandoned(marker) {
  const found = findFile(marker);
  if (!found) return false;
  const now = BigInt(Date.now()) * NANOSECONDS_PER_MILLISECOND;
  return hasEnded(found) || differenceInMilliseconds(found.modified, now) > MARKER_TIMEOUT;
}

/**
 * @param {bigint} one in nanoseconds
 * @param {bigint} other in nanoseconds
 */
function differenceInMilliseconds(one, other) {
  return Math.abs(Number(one - other)) / 1e6;
}

/**
 * Removes the markers in a folder that killed processes left: the files that they mark do not exist any more.
 * @param {string} folder
 * @param {string[]} names of files in it
 */
export function removeOldMarkers(folder, names) {
  for (const name of names) {
    const match = MARKER_NAME.exec(name);
    if (!match) continue;
    const [, markedName, id] = match;
    const marked = findFile(join(folder, markedName));
    if (!marked || marked.id !== id) attempt(() => unlinkSync(join(folder, name)));
  }
}
