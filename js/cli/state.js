// The file of `--state`: a sign-in between two runs. It is a credential, so only its owner may read it.
//
// Not what is in it (the library writes and reads that), nor when a run goes on.

import { access, constants, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";

// The stores, by the name that others know them by. Not by a plain import: who keeps nothing in a file needs none.
const packaged = createRequire(import.meta.url);
// Long enough for a lock whose owner is gone to be judged by two who find it, in milliseconds.
const PATIENCE = 300;

/** The text, or undefined where there is no file. */
export async function read(file) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whole or not at all: a run that is killed meanwhile leaves the text that was there before. */
export async function write(file, text) {
  const next = `${file}.${process.pid}.tmp`;
  // A leftover of another run may be readable for others.
  await rm(next, { force: true });
  const handle = await open(next, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
}

export function remove(file) {
  return rm(file, { force: true });
}

/** What runs left that were killed while they wrote: a credential that nobody knows of. Only who is alone at the file writes. */
async function removeLeft(file) {
  const own = `${basename(file)}.`;
  // A folder that may be written but not read has to keep it.
  const names = await readdir(dirname(file)).catch(() => []);
  const left = names.filter((name) => name.startsWith(own) && /^\d+\.tmp$/.test(name.slice(own.length)));
  await Promise.all(left.map((name) => remove(join(dirname(file), name))));
}

/** A run that is kept out, because another is at the file. */
export class AnotherRun extends Error {}

/**
 * The result of `work` while no other run is at the file; AnotherRun if one is. `onLost` is told the same, should this one stand
 * still for so long that another takes over.
 */
export async function alone(file, onLost, work) {
  // The lock would make a folder that is mistyped, and do without where none may be made.
  await access(dirname(file), constants.W_OK);
  const another = (said) => new AnotherRun(`Another run is at ${file}: ${said}`);
  const { fileCache } = packaged("device-code-flow/storage");
  const onLockLost = () => onLost(another("it took over while this one stood still."));
  const { exclusively } = fileCache(file, { patience: PATIENCE, onLockLost });
  let worked = false;
  try {
    return await exclusively("run", async () => {
      worked = true;
      await removeLeft(file);
      return work();
    });
  } catch (error) {
    if (worked) throw error;
    if (error.errorCode !== "storage_locked") throw error.cause || error;
    const said = error.errorMessage.replace(`fileCache (${resolve(file)}): `, "");
    throw another(`${said}\nShould that one be gone, its lock is given up within 15 s: then run this again.`);
  }
}
