// A folder with the packed tarball installed and the suite beside it, and the engines that run programs in it.

import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { program } from "../runtime/hosts.mjs";
import { installedProject } from "../runtime/project.mjs";

const here = dirname(fileURLToPath(import.meta.url));

export function storageProject() {
  const project = installedProject();
  for (const name of ["suite.mjs", "cases.mjs"]) cpSync(join(here, name), join(project, name));
  cpSync(join(here, "../runtime/tools.mjs"), join(project, "tools.mjs"));
  cpSync(join(here, "hosts"), project, { recursive: true });
  return project;
}

/** A folder that is removed when the process ends. */
export function emptyFolder() {
  const folder = mkdtempSync(join(tmpdir(), "storage-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Engine → the command that runs a file with files in `folder`, as a list. The file's name and its arguments follow. */
export function enginesWithFiles(folder) {
  const deno = [program("deno"), "run", "--no-prompt", `--allow-read=${folder}`, `--allow-write=${folder}`];
  const engines = { Node: [process.execPath], Bun: [program("bun")], Deno: deno };
  for (const version of ["18", "24"]) {
    const binary = join(here, `../runtime/node_modules/node-${version}/bin/node`);
    if (existsSync(binary)) engines[`Node ${version}`] = [binary];
  }
  return engines;
}

export const denoWithKv = [program("deno"), "run", "--no-prompt", "--unstable-kv", "--allow-read", "--allow-write"];
