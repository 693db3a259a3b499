// @ts-check
// The file of `--state`: a sign-in between two runs. It is a credential, so only its owner may read it; and a run believes what is in it,
// so only its owner may write it (own-file.js).
//
// The first line is the text of the flow, which the library writes and reads. If the sign-in has replaced another one, a second line counts
// the replacements (restarts.js). The first line is empty while no new code has been asked for.

import { randomBytes } from "node:crypto";
import { access, constants, open, readdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { refuseForeignFile, refuseForeignFolder, UnsafeFileError } from "./own-file.js";
import { printable } from "./printable.js";

// Loads device-code-flow/storage by its name. It is not a static import, because runs without --state need no store.
const requirePackage = createRequire(import.meta.url);

// The longest text, in bytes: 1 MiB for the flow (LONGEST of src/flow/saved/mod.rs), and 1 KiB for the line about restarts.
const MAX_BYTES = 1024 * 1025;

// How long to wait for the lock, in milliseconds: long enough for two runs to find out that the owner of the lock is gone.
const LOCK_PATIENCE = 300;

/** @typedef {import("./restarts.js").Restarting} Restarting */

/**
 * What the text of the file says.
 * @param {string} text
 * @returns {{ flow: string, before?: Restarting }}
 */
export function parseState(text) {
  const match = /^([^\n]*)\n(\{"restarts":\{"count":\d+,"after":\d+\}\})\n?$/.exec(text);
  if (!match) return { flow: text };
  const { count, after } = JSON.parse(match[2]).restarts;
  return { flow: match[1], before: { restarts: count, restartOn: after } };
}

/**
 * @param {string} flow the text of the flow; empty while there is none
 * @param {Restarting} [before]
 */
export function stateText(flow, before) {
  return before ? `${flow}\n${JSON.stringify({ restarts: { count: before.restarts, after: before.restartOn } })}` : flow;
}

/**
 * The text of the file, or undefined if there is no file.
 * @param {string} file
 * @throws {UnsafeFileError} it may be somebody else's text, or it is none
 */
export async function read(file) {
  // A pipe would be waited for.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK || 0)).catch(undefinedIfAbsent);
  if (!handle) return undefined;
  try {
    const stats = await handle.stat();
    refuseForeignFile(file, stats);
    if (!stats.isFile() && !stats.isDirectory()) throw new UnsafeFileError(`${printable(file)} is refused: it is not a file.`);
    if (stats.size > MAX_BYTES && stats.isFile()) throw new UnsafeFileError(`${printable(file)} has ${stats.size} bytes. The limit is ${MAX_BYTES}.`);
    // A folder is refused here by the system.
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

/**
 * @param {NodeJS.ErrnoException} error
 * @returns {undefined}
 */
function undefinedIfAbsent(error) {
  if (error.code === "ENOENT") return undefined;
  throw error;
}

/**
 * Replaces the text of the file in one step. If the run is killed meanwhile, the file has the text that it had before.
 * @param {string} file
 * @param {string} text
 */
export async function write(file, text) {
  // No file of `--state` has such a name: fileCache refuses it.
  const temporary = `${file}.${randomBytes(8).toString("hex")}.tmp`;
  const handle = await open(temporary, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** @param {string} file */
export function remove(file) {
  return rm(file, { force: true });
}

/**
 * Removes the temporary files of runs that were killed while they wrote. They are credentials that nobody knows of. Only the
 * holder of the lock may call this, because only the holder writes.
 * @param {string} file
 */
async function removeTemporaryFiles(file) {
  const prefix = `${basename(file)}.`;
  // If the folder cannot be read, the files stay.
  const names = await readdir(dirname(file)).catch(() => []);
  const temporary = names.filter((name) => name.startsWith(prefix) && /^[0-9a-f]{16}\.tmp$/.test(name.slice(prefix.length)));
  await Promise.all(temporary.map((name) => remove(join(dirname(file), name))));
}

/** Another run uses the file. */
export class AnotherRunError extends Error {}

/**
 * Runs `work` while no other run uses the file, and gives its result. `onLockLost` is called with an AnotherRunError if another
 * run takes over the lock because this process did not run for too long.
 * @template T
 * @param {string} file
 * @param {(error: AnotherRunError) => void} onLockLost
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {AnotherRunError} another run uses the file
 * @throws {UnsafeFileError} somebody else can replace the file
 */
export async function withLock(file, onLockLost, work) {
  // The lock would create a folder whose name is mistyped, and it would do without a lock where no file can be created.
  await access(dirname(file), constants.W_OK);
  // A first run would show a code that no later run goes on with.
  await refuseForeignFolder(file);
  const lost = () => onLockLost(anotherRun(file, "it took over the lock because this run did not renew it in time."));
  const { exclusively } = lockOf(file, lost);
  let hasLock = false;
  try {
    return await exclusively("run", async () => {
      hasLock = true;
      await removeTemporaryFiles(file);
      return work();
    });
  } catch (error) {
    throw hasLock ? error : lockError(file, /** @type {import("device-code-flow").AuthError} */ (error));
  }
}

/**
 * The plugin whose lock is used.
 * @param {string} file
 * @param {() => void} onLockLost
 */
function lockOf(file, onLockLost) {
  /** @type {typeof import("device-code-flow/storage")} */
  const { fileCache } = requirePackage("device-code-flow/storage");
  try {
    return fileCache(file, { patience: LOCK_PATIENCE, onLockLost });
  } catch (error) {
    throw withOptionName(error);
  }
}

/**
 * An error about the path, for a person who typed it.
 * @param {any} error
 */
function withOptionName(error) {
  if (error.errorCode === "invalid_argument") error.errorMessage = error.errorMessage.replace("The path of fileCache", "--state");
  return error;
}

/**
 * The error of a lock that this run did not get.
 * @param {string} file
 * @param {import("device-code-flow").AuthError} error
 */
function lockError(file, error) {
  if (error.errorCode !== "storage_locked") return error.cause || withOptionName(error);
  const reason = printable(error.errorMessage.replace(`fileCache (${resolve(file)}): `, ""));
  return anotherRun(file, `${reason}\nIf that run is gone, its lock expires within 15 s: then run this again.`);
}

/**
 * @param {string} file
 * @param {string} reason
 */
function anotherRun(file, reason) {
  return new AnotherRunError(`Another run uses ${printable(file)}: ${reason}`);
}
