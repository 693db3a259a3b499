// MSAL for Python, as a process that takes commands: python/program.py. Not a test.
//
// `make` installs it in target/python. requirements.txt names the versions.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const interpreter = fileURLToPath(new URL("../../target/python/bin/python", import.meta.url));
const program = fileURLToPath(new URL("python/program.py", import.meta.url));

/** A process that executes one command after another. `tell(command)` returns what the library returns, and throws what it throws. */
export function startedPython() {
  if (!existsSync(interpreter)) throw new Error("MSAL for Python is not installed: run `make test-interop`, which does it");
  const child = spawn(interpreter, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { resolve, reject } = waiting.shift();
    const { result, error } = JSON.parse(line);
    if (error === undefined) resolve(result);
    else reject(new Error(error));
  });
  child.on("close", (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`MSAL for Python ended with ${code}`));
  });
  const tell = (command) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(command)}\n`);
    });
  return { tell, end: () => child.stdin.end() };
}
