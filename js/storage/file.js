// fileCache: the text in a file of its owner's, for Node, Deno and Bun. Written beside it and renamed, so that a file is
// whole at every moment, also after a power cut; locked by files beside it (file-lock.js).
//
// Not for a folder that others can write to: whoever can, can put a file of theirs in its place.

import { randomBytes } from "node:crypto";
import { renameSync, unlinkSync } from "node:fs";
import { copyFile, link, mkdir, open, readdir, readlink, realpath, stat, unlink, constants } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { damaged, locked, lockLost, unwritable, wrongArgument } from "./failures.js";
import { holderOf, lockFile, removeLeftMarkers } from "./file-lock.js";
import { moment, patienceFor, pluginOf } from "./plugin.js";

// The coarsest clock of a file system (FAT's) ticks every two seconds: what was written within it may be written again
// under the same time.
const GRANULE = 2500;
const NO_LEAVE = ["EACCES", "EPERM", "EROFS"];

export function fileCache(path, { patience, onLockLost } = {}) {
  if (path instanceof URL) path = fileURLToPath(path);
  if (typeof path !== "string" || !path) throw wrongArgument("The path of fileCache", "a path or a file: URL");
  return pluginOf(new FileStore(resolve(path), patience, onLockLost));
}

class FileStore {
  constructor(path, patience, onLockLost = () => {}) {
    Object.assign(this, { name: "fileCache", place: path, patience, onLockLost });
    // known: the text that was read or written last, and which state of the file it was.
  }

  async acquire(name) {
    const patience = patienceFor(name, this.patience);
    let file, lock;
    try {
      file = `${await followed(this.place)}.${name}.lock`;
      lock = await lockFile(file, patience, () => this.onLockLost(lockLost(this, file)));
    } catch (cause) {
      // A file that may only be read is whole at every moment; nothing will be written, so there is nothing to lock.
      if (!NO_LEAVE.includes(codeOf(cause))) throw unwritable(this, cause);
      return { refused: cause, release: async () => {} };
    }
    if (!lock) throw locked(this, file, patience / 1000, holderOf(file));
    return lock;
  }

  async load(lock) {
    const path = await followed(this.place);
    const seen = await stateOf(path);
    if (!seen) {
      this.known = undefined;
      return "";
    }
    if (!seen.isFile) throw new Error("it is not a file");
    const { known } = this;
    // Unchanged is only what was older than a tick of the clock when it was read: then nobody can have written since under
    // the same time. Which time the file system has, a lock tells; without one, it is how long the file has been seen so.
    if (known && known.settled && known.id === seen.id) return known.text;
    const now = performance.now();
    const handle = await open(path, "r");
    try {
      const { id, changed } = stateFrom(await handle.stat({ bigint: true }));
      const text = decoded(this, await handle.readFile());
      const since = known && known.id === id ? known.since : now;
      const settled = now - since > GRANULE || Boolean(lock && lock.time && Number(lock.time - changed) / 1e6 > GRANULE);
      this.known = { text, id, since, settled };
      return text;
    } finally {
      await handle.close();
    }
  }

  async save(text, lock) {
    if (lock.refused) throw lock.refused;
    const path = await followed(this.place);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (!this.tidied) await removeLeft(path);
    this.tidied = true;
    const temporary = `${path}.${randomBytes(8).toString("hex")}.tmp`;
    try {
      await written(temporary, text);
      if (!lock.confirm()) throw lockLost(this, lock.name);
      renameSync(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    }
    await settledOnDisk(dirname(path));
    this.known = { text, id: (await stateOf(path)).id, since: performance.now(), settled: false };
  }

  async setAside(lock) {
    if (lock.refused) throw lock.refused;
    this.known = undefined;
    const path = await followed(this.place);
    const first = `${path}.damaged-${moment()}`;
    for (let number = 1; ; number++) {
      const kept = number === 1 ? first : `${first}-${number}`;
      try {
        await link(path, kept).catch((error) => {
          if (error.code === "EEXIST") throw error;
          // Not every file system has links.
          return copyFile(path, kept, constants.COPYFILE_EXCL);
        });
      } catch (error) {
        if (error.code === "EEXIST") continue;
        throw error;
      }
      if (!lock.confirm()) {
        await unlink(kept);
        throw lockLost(this, lock.name);
      }
      unlinkSync(path);
      return kept;
    }
  }
}

/** Where the file is or will be: symbolic links are followed, also to what is not there yet. */
async function followed(path) {
  for (let links = 0; links < 40; links++) {
    const real = await realpath(path).catch(absent);
    if (real) return real;
    const target = await readlink(path).catch(() => undefined);
    if (target === undefined) {
      const folder = await realpath(dirname(path)).catch(absent);
      return folder ? join(folder, basename(path)) : path;
    }
    path = resolve(dirname(path), target);
  }
  return path;
}

function absent(error) {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

async function stateOf(path) {
  const found = await stat(path, { bigint: true }).catch(absent);
  return found && stateFrom(found);
}

/** Everything that differs between two states of a file; the times are the file system's, in nanoseconds. */
function stateFrom(found) {
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  return { isFile: found.isFile(), id: [dev, ino, size, mtimeNs, ctimeNs].join(), changed: ctimeNs > mtimeNs ? ctimeNs : mtimeNs };
}

/** Bytes that are no text must not become one that is then written back. */
function decoded(store, bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw damaged(store, "its bytes are not UTF-8");
  }
}

/** A new file that only its owner can read, on the disk when this resolves. */
async function written(path, text) {
  const handle = await open(path, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The renaming itself survives a power cut. Not every host opens folders; then it will be there a little later. */
async function settledOnDisk(folder) {
  const handle = await open(folder, "r").catch(() => undefined);
  if (!handle) return;
  await handle.sync().catch(() => {});
  await handle.close();
}

/** What processes left that were killed while they wrote. Only the holder of the lock writes. */
async function removeLeft(path) {
  const own = `${basename(path)}.`;
  const names = (await readdir(dirname(path)).catch(() => [])).filter((name) => name.startsWith(own));
  const left = names.filter((name) => /^[0-9a-f]{16}\.tmp$/.test(name.slice(own.length)));
  await Promise.all(left.map((name) => unlink(join(dirname(path), name)).catch(() => {})));
  removeLeftMarkers(dirname(path), names);
}

/** Deno's own refusal has no code of the system's. */
function codeOf(error) {
  return error.code || (error.name === "NotCapable" ? "EACCES" : undefined);
}
