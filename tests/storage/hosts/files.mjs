// fileCache in Node, Bun and Deno: `files.mjs FOLDER`. Deno may use that folder and nothing else.
import * as library from "device-code-flow";
import * as storage from "device-code-flow/storage";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { runCases } from "./suite.mjs";

const folder = (globalThis.Deno ? Deno.args : process.argv.slice(2))[0];
let places = 0;

function place() {
  const name = `${(places += 1)}.json`;
  const path = `${folder}/${name}`;
  return {
    name: "fileCache",
    where: path,
    locks: true,
    plugin: (options) => storage.fileCache(path, options),
    text: () => (readdirSync(folder).includes(name) ? readFileSync(path, "utf8") : ""),
    put: (text) => writeFileSync(path, text),
    keptAside: () => readdirSync(folder).filter((file) => file.startsWith(`${name}.damaged-`)).map((file) => readFileSync(`${folder}/${file}`, "utf8")),
  };
}

const failed = await runCases(library, storage, { fileCache: place }, console.log);
const left = readdirSync(folder).filter((file) => /lock|tmp/.test(file));
if (left.length) console.log(`left behind: ${left}\n0 passed, 1 failed`);
globalThis.process.exit(failed || left.length ? 1 : 0);
