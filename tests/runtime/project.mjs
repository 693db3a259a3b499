// A new folder in which npm has installed the tarball of `make package`, like a user's project. Not a test.
//
// The published package is what is tested. Nothing here reads js/ or dist/package, except for the version.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** The top folder of the repository. */
export const top = join(here, "../..");

/** The tarball that `make package` has written. */
export function tarballOf() {
  const { version } = JSON.parse(readFileSync(join(top, "dist/package/package.json"), "utf8"));
  const file = join(top, `dist/device-code-flow-${version}.tgz`);
  return { file, version, sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
}

/** The folder. It is removed when the process ends. */
export function installedProject() {
  const tarball = tarballOf().file;
  const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--silent", tarball], { cwd: folder, shell: process.platform === "win32" });
  return folder;
}

/** The same, with the suite and the runners of all hosts in it. */
export function suiteProject() {
  const folder = installedProject();
  for (const name of ["suite.mjs", "tools.mjs", "cases"]) cpSync(join(here, name), join(folder, name), { recursive: true });
  cpSync(join(here, "hosts"), folder, { recursive: true });
  return folder;
}
