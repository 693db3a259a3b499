// @ts-check
// fileCache: the text in a file that only its owner can read, for Node, Deno and Bun. The text is written to a temporary file, which is
// then renamed, so that the file is whole at every moment, also after a power failure. Files beside it lock it (file-lock.js).
//
// It is not safe in a folder that others can write to: they could replace the file.

import { randomBytes } from "node:crypto";
import { renameSync, unlinkSync } from "node:fs";
import { constants, copyFile, link, mkdir, open, readdir, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AuthError } from "device-code-flow";
import { createCachePlugin, lockPatience, timestamp } from "./cache-plugin.js";
import { acquireFileLock, describeHolder } from "./file-lock.js";
import { removeOldMarkers } from "./file-lock-marker.js";
import { followLinks, refuseNameBeside, undefinedIfAbsent } from "./file-path.js";
import { damaged, locked, lockLost, unwritable, wrongArgument } from "./storage-errors.js";

/** @typedef {import("./file-lock.js").FileLock} FileLock */

/**
 * Stands for the lock of a file that may only be read.
 * @typedef {{ refused: unknown, release: () => Promise<void> }} NoLock
 */

/**
 * The text as it was read or written last.
 * @typedef {object} LastText
 * @property {string} text
 * @property {string} version of the file
 * @property {number} since when the file has been seen in this version
 * @property {boolean} isSettled nobody can have written since without changing the version
 */

// In milliseconds. The coarsest clock of a file system (FAT) ticks every two seconds. Two writes within one tick have the same time.
const CLOCK_TICK = 2500;
const NOT_PERMITTED = ["EACCES", "EPERM", "EROFS"];
// In bytes. The library takes texts of 128 Mi characters, which have up to three bytes each. A longer one is no text for this engine, and
// would count as damaged.
const MAX_BYTES = 3 * 128 * 1024 * 1024;

/**
 * @param {string | URL} path
 * @param {import("device-code-flow/storage").LeaseOptions} [options]
 * @returns {import("device-code-flow/storage").LockingCachePlugin}
 */
export function fileCache(path, { patience, onLockLost } = {}) {
  const file = path instanceof URL ? fileURLToPath(path) : path;
  if (typeof file !== "string" || !file) throw wrongArgument("The path of fileCache", "a path or a file: URL");
  refuseNameBeside(file);
  return createCachePlugin(new FileStore(resolve(file), patience, onLockLost));
}

class FileStore {
  name = "fileCache";
  /** @type {string} */
  place;
  /** @type {number | undefined} */
  patience;
  /** @type {(error: Error) => void} */
  onLockLost;
  /** @type {LastText | undefined} */
  lastText = undefined;
  /** The files that killed processes left have been removed. */
  isCleanedUp = false;

  /**
   * @param {string} path
   * @param {number | undefined} patience
   * @param {((error: Error) => void) | undefined} onLockLost
   */
  constructor(path, patience, onLockLost = () => {}) {
    this.place = path;
    this.patience = patience;
    this.onLockLost = onLockLost;
  }

  /**
   * @param {string} name
   * @returns {Promise<FileLock | NoLock>}
   */
  async acquire(name) {
    const patience = lockPatience(name, this.patience);
    let file = "";
    let lock;
    try {
      file = `${await this.followPlace()}.${name}.lock`;
      lock = await acquireFileLock(file, patience, () => this.onLockLost(lockLost(this, file)));
    } catch (cause) {
      if (cause instanceof AuthError) throw cause;
      // A file that may only be read needs no lock: nothing can be written to it.
      if (!NOT_PERMITTED.includes(codeOf(cause))) throw unwritable(this, cause);
      return { refused: cause, release: async () => {} };
    }
    if (!lock) throw locked(this, file, patience, describeHolder(file));
    return lock;
  }

  /** The path of the file itself: symbolic links are followed. */
  async followPlace() {
    const path = await followLinks(this.place);
    refuseNameBeside(path);
    return path;
  }

  /** @param {FileLock | NoLock | undefined} lock */
  async load(lock) {
    const path = await this.followPlace();
    const state = await stateOf(path);
    if (!state) {
      this.lastText = undefined;
      return "";
    }
    if (!state.isFile) throw new Error("it is not a file");
    const { lastText } = this;
    if (lastText && lastText.isSettled && lastText.version === state.version) return lastText.text;
    return this.read(path, lock);
  }

  /**
   * @param {string} path
   * @param {FileLock | NoLock | undefined} lock
   */
  async read(path, lock) {
    const now = performance.now();
    const handle = await open(path, "r");
    try {
      const { version, changedAt, size } = stateFrom(await handle.stat({ bigint: true }));
      if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, and a token cache has at most ${MAX_BYTES}`);
      const text = decode(this, await handle.readFile());
      const since = this.lastText && this.lastText.version === version ? this.lastText.since : now;
      // A lock knows what time the file system has. Without a lock only the time for which the file was seen unchanged counts.
      const age = lock && "time" in lock ? Number(lock.time - changedAt) / 1e6 : 0;
      this.lastText = { text, version, since, isSettled: now - since > CLOCK_TICK || age > CLOCK_TICK };
      return text;
    } finally {
      await handle.close();
    }
  }

  /**
   * @param {string} text
   * @param {FileLock | NoLock} lock
   */
  async save(text, lock) {
    if ("refused" in lock) throw lock.refused;
    const path = await this.followPlace();
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (!this.isCleanedUp) await removeLeftFiles(path);
    this.isCleanedUp = true;
    const temporary = `${path}.${randomBytes(8).toString("hex")}.tmp`;
    try {
      await writeNewFile(temporary, text);
      if (!lock.confirm()) throw lockLost(this, lock.name);
      renameSync(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    }
    await syncFolder(dirname(path));
    const state = await stateOf(path);
    this.lastText = state && { text, version: state.version, since: performance.now(), isSettled: false };
  }

  /** @param {FileLock | NoLock} lock */
  async setAside(lock) {
    if ("refused" in lock) throw lock.refused;
    this.lastText = undefined;
    const path = await this.followPlace();
    const backup = await copyToBackup(path);
    if (!lock.confirm()) {
      await unlink(backup);
      throw lockLost(this, lock.name);
    }
    unlinkSync(path);
    return backup;
  }
}

/**
 * Gives the file a second name, or makes a copy where the file system has no links. It never replaces another file.
 * @param {string} path
 */
async function copyToBackup(path) {
  const first = `${path}.damaged-${timestamp()}`;
  for (let number = 1; ; number++) {
    const backup = number === 1 ? first : `${first}-${number}`;
    try {
      await link(path, backup).catch((error) => {
        if (error.code === "EEXIST") throw error;
        return copyFile(path, backup, constants.COPYFILE_EXCL);
      });
      return backup;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}

/** @param {string} path */
async function stateOf(path) {
  const stats = await stat(path, { bigint: true }).catch(undefinedIfAbsent);
  return stats && stateFrom(stats);
}

/**
 * `version` differs between any two states of a file. `changedAt` is the file system's time, in nanoseconds.
 * @param {import("node:fs").BigIntStats} stats
 */
function stateFrom(stats) {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return { isFile: stats.isFile(), size: Number(size), version: [dev, ino, size, mtimeNs, ctimeNs].join(), changedAt: ctimeNs > mtimeNs ? ctimeNs : mtimeNs };
}

/**
 * Bytes that are not UTF-8 must not become a text that is then written back.
 * @param {FileStore} store
 * @param {Uint8Array} bytes
 */
function decode(store, bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw damaged(store, "its bytes are not UTF-8");
  }
}

/**
 * Makes a file that only its owner can read. It is on the disk when this resolves.
 * @param {string} path
 * @param {string} text
 */
async function writeNewFile(path, text) {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * After this a power failure does not undo the renaming. Some hosts cannot open folders: there it reaches the disk a little later.
 * @param {string} folder
 */
async function syncFolder(folder) {
  const handle = await open(folder, "r").catch(() => undefined);
  if (!handle) return;
  await handle.sync().catch(() => {});
  await handle.close();
}

/**
 * Removes the temporary files and markers of processes that were killed. Only the holder of the lock may call this, because only the
 * holder writes.
 * @param {string} path
 */
async function removeLeftFiles(path) {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(prefix));
  const temporary = names.filter((name) => /^[0-9a-f]{16}\.tmp$/.test(name.slice(prefix.length)));
  await Promise.all(temporary.map((name) => unlink(join(folder, name)).catch(() => {})));
  removeOldMarkers(folder, names);
}

/**
 * The code of a file system's error. Deno's own refusal has none.
 * @param {unknown} error
 */
function codeOf(error) {
  const { code, name } = Object(error);
  return code || (name === "NotCapable" ? "EACCES" : undefined);
}
