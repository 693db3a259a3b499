// Runs the installed command for its tests: `start` runs it, `signIn` adds the options of a server. Not a test.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { installedProject } from "../runtime/project.mjs";

export const windows = process.platform === "win32";
export const project = installedProject();

/** A run of the command. Returns the same as `run`. */
export function start(...args) {
  return startIn({}, ...args);
}

/** The same with an `env` of its own. `stdout` or `stderr` are descriptors for a stream that is not to be in `output`. */
export function startIn(surroundings, ...args) {
  return runIn(surroundings, join(project, "node_modules/.bin/device-code-flow"), ...args);
}

/** A program of the project. `output` is what it has printed so far. `ended` resolves with its end. */
export function run(program, ...args) {
  return runIn({}, program, ...args);
}

function runIn({ env, stdout = "pipe", stderr = "pipe" }, program, ...args) {
  // A process group, like that of a terminal: Ctrl-C reaches every process in it.
  const child = spawn(program, args, { cwd: project, env, detached: !windows, shell: windows, stdio: ["pipe", stdout, stderr] });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) child[stream]?.setEncoding("utf8").on("data", (text) => (output[stream] += text));
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...output }));
  });
  /** Resolves once this text is on standard error. */
  const said = async (text) => {
    while (!output.stderr.includes(text)) {
      const over = await Promise.race([ended, sleep(20)]);
      if (over && !output.stderr.includes(text)) throw new Error(`it ended before it said ${text}: ${JSON.stringify(over)}`);
    }
  };
  return { child, ended, output, said };
}

/** `sign-in` at this server, with its client id and scopes. */
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
