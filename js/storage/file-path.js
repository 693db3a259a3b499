// @ts-check
// The path of the file of a cache: where symbolic links lead, and which names no cache can have.

import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { wrongArgument } from "./storage-errors.js";

const MAX_LINKS = 40;

// The files that this library puts beside a file: a lock (tokens.store.lock), its markers (tokens.store.lock.5bd1f0…), and a text that is
// being written. A cache in a file of such a name could be the lock of another cache, or be removed as one that was left behind.
const NAME_BESIDE = /\.[a-z0-9-]+\.lock(\.[0-9a-f]+)*$|\.[0-9a-f]{16}\.tmp$/i;

/** @param {string} path */
export function refuseNameBeside(path) {
  if (NAME_BESIDE.test(path)) throw wrongArgument("The path of fileCache", `another one: ${path} could be a lock or a temporary file of another cache`);
}

/**
 * The path that symbolic links lead to. The file, and the target of a link, need not exist yet.
 * @param {string} path
 */
export async function followLinks(path) {
  for (let links = 0; links < MAX_LINKS; links++) {
    const real = await realpath(path).catch(undefinedIfAbsent);
    if (real) return real;
    const target = await readlink(path).catch(() => undefined);
    if (target === undefined) {
      const folder = await realpath(dirname(path)).catch(undefinedIfAbsent);
      return folder ? join(folder, basename(path)) : path;
    }
    path = resolve(dirname(path), target);
  }
  return path;
}

/**
 * @param {NodeJS.ErrnoException} error
 * @returns {undefined}
 */
export function undefinedIfAbsent(error) {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
