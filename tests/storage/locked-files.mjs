// Files that processes compete for: a new place for each, and the programs that store there, in every engine. Not a test.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { programsProject, start } from "./processes.mjs";
import { emptyFolder, enginesWithFiles } from "./project.mjs";

export const project = programsProject();
const folder = emptyFolder();
export const engines = enginesWithFiles(folder);
export const file = () => join(mkdtempSync(join(folder, "place-")), "tokens.json");
export const count = (engine, path, rounds, way = "exclusively") => start(project, [...engines[engine], "count.mjs", "file", path, String(rounds), way]);
export const hold = (engine, path) => start(project, [...engines[engine], "hold.mjs", "file", path]);
export const read = (path) => readFileSync(path, "utf8");
export const beside = (path) => readdirSync(dirname(path)).filter((name) => name !== basename(path));

/** Every number is there once. Two processes in the lock at the same time would both have stored the same number. */
export function noneTwice(runs, path) {
  for (const { code, lines } of runs) assert.equal(code, 0, lines.join("\n"));
  const numbers = runs.flatMap(({ lines }) => lines.map(Number)).sort((one, other) => one - other);
  assert.deepEqual(numbers, numbers.map((_, at) => at + 1));
  assert.equal(read(path), String(numbers.length));
  assert.deepEqual(beside(path), []);
}
