// The file of `--state`: a sign-in between two runs. It is a credential, so only its owner may read it.
//
// Not what is in it (the library writes and reads that), nor when a run goes on.

import { open, readFile, rename, rm } from "node:fs/promises";

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
  const next = `${file}.${process.pid}`;
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

/** The result of `work` while no other run is at the file; nothing if one is. A run that was killed does not count. */
export async function alone(file, work) {
  const lock = `${file}.lock`;
  if (!(await taken(lock))) return undefined;
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function taken(lock) {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const handle = await open(lock, "wx", 0o600);
      await handle.writeFile(String(process.pid)).finally(() => handle.close());
      return true;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = Number(await read(lock));
    // An empty one is just being written.
    if (!owner) await new Promise((resolve) => setTimeout(resolve, 50));
    else if (runs(owner)) return false;
    if (!owner || !runs(owner)) await rm(lock, { force: true });
  }
  return false;
}

function runs(pid) {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return error.code === "EPERM";
  }
}
