// @ts-check
// Files that only one process can create. Locks and markers are such files.

import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * What stands in the file. A file that a killed process left may lack some of it.
 * @typedef {Partial<import("./process-identity.js").ProcessIdentity> & { owner?: string, since?: string }} FileContent
 */

/**
 * A file as it was found.
 * @typedef {FileContent & { id: string, modified: bigint }} FoundFile `id` belongs to this file alone; `modified` is the file
 * system's time, in nanoseconds
 */

/**
 * Creates the file and gives its descriptor; undefined if the file exists already. A missing folder is created.
 * @param {string} file
 * @param {string} text
 * @returns {number | undefined}
 */
export function createFile(file, text) {
  const descriptor = openNewFileAndFolder(file);
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

/** @param {string} file */
function openNewFileAndFolder(file) {
  try {
    return openNewFile(file);
  } catch (error) {
    if (Object(error).code !== "ENOENT") throw error;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return openNewFile(file);
  }
}

/** @param {string} file */
function openNewFile(file) {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    if (Object(error).code === "EEXIST") return undefined;
    throw error;
  }
}

/**
 * The file as it is now; undefined if it does not exist.
 * @param {string} file
 * @returns {FoundFile | undefined}
 */
export function findFile(file) {
  const content = contentOf(file);
  try {
    // The time is read after the content. If the file was replaced in between, it is taken for too new, not for too old.
    const stats = statSync(file, { bigint: true });
    return { ...content, id: idOf(content, stats), modified: stats.mtimeNs };
  } catch {
    return undefined;
  }
}

/**
 * @param {FileContent} content
 * @param {import("node:fs").BigIntStats} stats
 */
function idOf({ owner }, { ino, mtimeMs }) {
  // Every engine has the time in milliseconds.
  return /^[0-9a-f]+$/.test(String(owner)) ? String(owner) : `${ino.toString(16)}${mtimeMs.toString(16)}`;
}

/**
 * The content of the file; empty if the file does not exist, or if its creator was killed before it wrote.
 * @param {string} file
 * @returns {FileContent}
 */
export function contentOf(file) {
  try {
    return Object(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}

/** A new random text that identifies the creator of a file. */
export function newOwner() {
  return randomBytes(8).toString("hex");
}

/**
 * The result of `work`; undefined if it throws.
 * @template T
 * @param {() => T} work
 */
export function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
