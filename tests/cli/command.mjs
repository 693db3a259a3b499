// The installed command as its tests start it: `start` runs it, `signIn` with the options of a server. Not a test.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { installedProject } from "../runtime/project.mjs";

export const windows = process.platform === "win32";
export const project = installedProject();

/** A run of the command, as `run` gives it. */
export function start(...args) {
  return startIn({}, ...args);
}

/** The same in surroundings of its own: `env`; `stdout` or `stderr` (descriptors) for what is not to be in `output`. */
export function startIn(surroundings, ...args) {
  return runIn(surroundings, join(project, "node_modules/.bin/device-code-flow"), ...args);
}

/** A program of the project: `output` is what it has said so far, `ended` what it was in the end. */
export function run(program, ...args) {
  return runIn({}, program, ...args);
}

function runIn({ env, stdout = "pipe", stderr = "pipe" }, program, ...args) {
  // A group of its own, as a terminal makes one: Ctrl-C reaches everybody in it.
  const child = spawn(program, args, { cwd: project, env, detached: !windows, shell: windows, stdio: ["pipe", stdout, stderr] });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) child[stream]?.setEncoding("utf8").on("data", (text) => (output[stream] += text));
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  /** Resolves once it has said this on standard error. */
  const said = async (text) => {
    while (!output.stderr.includes(text)) {
      const over = await Promise.race([ended, sleep(20)]);
      if (over && !output.stderr.includes(text)) throw new Error(`it ended before it said ${text}: ${JSON.stringify(over)}`);
    }
  };
  return { child, ended, output, said };
}

/** `sign-in` at this server, whose client and scopes it names. */
export function signIn(server, ...args) {
  return signInIn({}, server, ...args);
}

export function signInIn(surroundings, server, ...args) {
  const wanted = ["--authority", server.issuer, "--client-id", server.clientId, "--scope", "openid profile email"];
  return startIn(surroundings, "sign-in", ...wanted, ...args);
}

/** The code that the message for the person names. */
export function codeIn({ stderr }) {
  return /the code (\S+)\./.exec(stderr)[1];
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
