// Runs the programs of programs/ as processes: starts them, reads their output, kills them. Only those that it started.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { storageProject } from "./project.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const children = new Set();
// A failed test leaves no process behind; the runner would wait for it.
after(() => children.forEach((child) => child.kill("SIGKILL")));

/** A project with the programs in it. */
export function programsProject() {
  const project = storageProject();
  cpSync(join(here, "programs"), project, { recursive: true });
  return project;
}

/** A process. `ended` resolves with its lines and its exit code. `line(text)` resolves once it has printed that line. */
export function start(project, [program, ...arguments_], options = {}) {
  const child = spawn(program, arguments_, { cwd: project, env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" }, ...options });
  children.add(child);
  child.once("close", () => children.delete(child));
  const lines = [];
  const waiting = new Map();
  const take = (line) => {
    lines.push(line);
    waiting.get(line)?.();
  };
  createInterface({ input: child.stdout }).on("line", take);
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(`stderr: ${line}`));
  const ended = new Promise((resolve, reject) => child.once("error", reject).once("close", (code, signal) => resolve({ lines, code, signal })));
  const line = (text) =>
    Promise.race([
      new Promise((resolve) => (lines.includes(text) ? resolve() : waiting.set(text, resolve))),
      ended.then(() => Promise.reject(new Error(`it ended without saying ${text}:\n${lines.join("\n")}`))),
    ]);
  return { child, lines, ended, line };
}

/** The number of lines that each has printed, from when all worked until the first one had finished. */
export async function turnsOf(processes) {
  await Promise.all(processes.map(({ child, ended }) => Promise.race([once(child.stdout, "data"), ended])));
  const before = processes.map(({ lines }) => lines.length);
  await Promise.race(processes.map(({ ended }) => ended));
  return processes.map(({ lines }, which) => lines.length - before[which]);
}
