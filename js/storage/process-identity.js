// @ts-check
// Identifies the process that holds a lock, and tells whether it has ended.
//
// A process counts as running unless it has certainly ended. On another machine, in another container, or without a permission of
// Deno, only the age of its lock tells.

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} host the machine since its start, and the container; empty if unknown
 * @property {string} started in ticks of the kernel's clock; empty if unknown
 */

/** @type {ProcessIdentity | undefined} */
let identity;

/** @returns {ProcessIdentity} */
export function thisProcess() {
  if (!identity) identity = { pid: process.pid, host: hostOfThisProcess(), started: statusOf("self").started || "" };
  return identity;
}

/**
 * Has the process certainly ended?
 * @param {Partial<ProcessIdentity>} identity from the file of a lock
 */
export function hasEnded({ pid, host, started }) {
  if (!pid || !host || host !== thisProcess().host) return false;
  const status = statusOf(pid);
  if (status.hasEnded) return true;
  // The system reuses the pid of a process. The new process has another start time.
  if (status.started) return Boolean(started) && status.started !== started;
  return isPermitted({ name: "run" }) && !exists(pid);
}

/** @param {number} pid */
function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Object(error).code !== "ESRCH";
  }
}

/** A pid identifies a process only on this machine since its start, and in this container. */
function hostOfThisProcess() {
  if (!isPermitted({ name: "sys", kind: "hostname" })) return "";
  const bootId = readProc(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const container = readProc(() => readlinkSync("/proc/self/ns/pid"));
  return [hostname(), bootId, container].filter(Boolean).join(" ");
}

/**
 * When the process was started, in ticks of the kernel's clock, and whether it has ended. Empty if the process does not exist or its
 * status cannot be read.
 * @param {number | "self"} pid
 * @returns {{ started?: string, hasEnded?: boolean }}
 */
function statusOf(pid) {
  const text = readProc(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (!text) return {};
  // The name of the program stands in parentheses and may have spaces. After it, field 0 is the state and field 19 the start time.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { hasEnded: fields[0] === "Z" || fields[0] === "X", started: fields[19] };
}

/**
 * Only Linux has /proc. Where it cannot be read, the result is empty.
 * @param {() => string} read
 */
function readProc(read) {
  if (!isPermitted({ name: "read", path: "/proc" })) return "";
  try {
    return read();
  } catch {
    return "";
  }
}

/**
 * Does Deno permit it without asking the person at the terminal?
 * @param {{ name: string, path?: string, kind?: string }} permission
 */
function isPermitted(permission) {
  return typeof Deno === "undefined" || Deno.permissions.querySync(permission).state === "granted";
}
