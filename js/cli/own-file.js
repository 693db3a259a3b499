// @ts-check
// Is a file of this user, and can nobody else write it? Whoever can write the file of `--state` decides where this user's run sends its
// requests, and whose tokens it prints.
//
// Windows has no owner and no mode that Node could read. There only the permissions of the folder protect the file.

import { lstat, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { printable } from "./printable.js";

/** @typedef {import("node:fs").Stats} Stats */

const OTHERS_CAN_WRITE = 0o002;
const GROUP_CAN_WRITE = 0o020;
// In a folder with this bit, such as /tmp, only its owner and root can replace the files of others.
const STICKY = 0o1000;

/** The file, or a folder that it is in, is not safe. */
export class UnsafeFileError extends Error {}

/**
 * Refuses a file whose text may come from somebody else. `stats` are those of the open file, which nobody can exchange any more.
 * @param {string} file
 * @param {Stats} stats
 */
export function refuseForeignFile(file, stats) {
  const user = thisUser();
  if (user === undefined) return;
  if (stats.uid !== user) throw unsafe(file, `it belongs to another user (uid ${stats.uid})`, REMOVE);
  if (stats.mode & (OTHERS_CAN_WRITE | GROUP_CAN_WRITE)) throw unsafe(file, `others can write to it (mode ${modeOf(stats)})`, REMOVE);
}

/**
 * Refuses a path where somebody else can put another file in place of this one: in the folder of the path, or, if it is a symbolic link, of
 * the file that the link leads to. The file need not exist.
 * @param {string} file
 */
export async function refuseForeignFolder(file) {
  const user = thisUser();
  if (user === undefined) return;
  const path = resolve(file);
  const link = await lstat(path).catch(() => undefined);
  const isForeignLink = link && link.isSymbolicLink() && ![user, 0].includes(link.uid);
  if (isForeignLink) throw unsafe(file, `it is a symbolic link of another user (uid ${link.uid})`, MOVE);
  const target = await realpath(path).catch(() => path);
  for (const folder of new Set([dirname(path), dirname(target)])) {
    const stats = await stat(folder);
    const problem = problemOfFolder(stats, user);
    if (problem) throw unsafe(file, `the folder ${printable(folder)} ${problem}`, MOVE);
  }
}

const REMOVE = "If you do not know who wrote it, remove it: the next run then starts a new sign-in.";
const MOVE = "Name a file in a folder of your own, which nobody else can write to.";

/**
 * @param {Stats} stats
 * @param {number} user
 */
function problemOfFolder(stats, user) {
  if (![user, 0].includes(stats.uid)) return `belongs to another user (uid ${stats.uid})`;
  if (stats.mode & STICKY) return undefined;
  // Many systems give each user a group of their own, with the user's number, and let it write to new folders.
  const isOwnGroup = user !== 0 && stats.gid === user;
  const forbidden = isOwnGroup ? OTHERS_CAN_WRITE : OTHERS_CAN_WRITE | GROUP_CAN_WRITE;
  return stats.mode & forbidden ? `can be written to by others (mode ${modeOf(stats)})` : undefined;
}

/** The user whose rights this process has; undefined on Windows. */
function thisUser() {
  return process.geteuid ? process.geteuid() : undefined;
}

/** @param {Stats} stats */
function modeOf({ mode }) {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}

/**
 * @param {string} file
 * @param {string} reason
 * @param {string} advice
 */
function unsafe(file, reason, advice) {
  return new UnsafeFileError(`${printable(file)} is refused: ${reason}.\n${advice}`);
}
