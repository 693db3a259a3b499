// The tarball of `make package`, unpacked and installed as a person's project would have it. Holds no test.
//
// Everything under tests/pack looks at this copy and never at js/ or dist/package: what is published is what is tested.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "../..");
const { version } = JSON.parse(readFileSync(join(top, "dist/package/package.json"), "utf8"));

/** The file to publish. */
export const tarball = join(top, `dist/device-code-flow-${version}.tgz`);

/** A program of tests/pack, as installed by its lock file. */
export function tool(name) {
  return join(here, "node_modules/.bin", name);
}

/** A new folder with tests/pack/program in it and the package in its node_modules; removed when the process ends. */
export function project() {
  const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(here, "program"), folder, { recursive: true });
  const installed = join(folder, "node_modules/device-code-flow");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed]);
  // The declarations of `fetch` and of timers that a TypeScript program for Node has.
  mkdirSync(join(folder, "node_modules/@types"));
  symlinkSync(join(here, "node_modules/@types/node"), join(folder, "node_modules/@types/node"), "dir");
  symlinkSync(join(here, "node_modules/undici-types"), join(folder, "node_modules/undici-types"), "dir");
  return { folder, installed };
}

/** The files of JavaScript that are shipped. */
export function scripts(installed) {
  return readdirSync(installed, { recursive: true })
    .filter((file) => /\.[cm]?js$/.test(file))
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
}

/** The files that `exports` leads to, under whatever condition; without declarations and the manifest. */
export function promised(installed) {
  const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const files = (target) => {
    if (typeof target === "string") return [target];
    return Object.entries(target).flatMap(([condition, it]) => (condition === "types" ? [] : files(it)));
  };
  return [...new Set(files(exports))].map((file) => file.replace(/^\.\//, "")).filter((file) => file !== "package.json");
}
