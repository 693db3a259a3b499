// Which process holds a lock, and whether that process has ended.
//
// Not a guess: where nothing certain is known (another machine, another container, a permission that Deno was not given) a
// process counts as running, and only the age of its lock tells.

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

let self;

/** { pid, host, started }: the last two are empty where they cannot be had. */
export function thisProcess() {
  return (self = self || { pid: process.pid, host: thisHost(), started: startOf("self").started || "" });
}

/** Has the process that wrote this into its lock ended, for certain? */
export function isGone({ pid, host, started }) {
  if (!pid || !host || host !== thisProcess().host) return false;
  const now = startOf(pid);
  // A number is given again to another process; when that was started differs.
  if (now.ended || (now.started && started && now.started !== started)) return true;
  if (now.started || !allowed({ name: "run" })) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** The machine since it was started, and the container: a number means a process only there. */
function thisHost() {
  if (!allowed({ name: "sys", kind: "hostname" })) return "";
  const parts = [() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), () => readlinkSync("/proc/self/ns/pid")];
  return [hostname(), ...parts.map(proc)].filter(Boolean).join(" ");
}

/** When a process was started, in the kernel's ticks, and whether it has ended and only waits to be collected. */
function startOf(pid) {
  const text = proc(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (!text) return {};
  // The name of the program, in parentheses, may have spaces; the state is the first field after it, the start the twentieth.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { ended: fields[0] === "Z" || fields[0] === "X", started: fields[19] };
}

/** Linux has /proc; where it cannot be read, nothing is known. */
function proc(read) {
  if (!allowed({ name: "read", path: "/proc" })) return "";
  try {
    return read();
  } catch {
    return "";
  }
}

/** Deno would ask the person at the terminal. */
function allowed(permission) {
  return typeof Deno === "undefined" || Deno.permissions.querySync(permission).state === "granted";
}
