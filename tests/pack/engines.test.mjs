// What an engine must be to load a file of the package: which syntax it has, and that loading asks nothing of the environment.
// Not which functions it must have: tests/matrix loads the files in the old engines themselves.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse, tokenizer } from "acorn";
import { project, promised, scripts } from "./tarball.mjs";

const { folder, installed } = project();
const { bin } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

/** The year of a file's syntax, by TARGET in js/build.mjs. ES2022 has an await outside of functions, which only a program may use. */
function year(file) {
  if (file === "command.mjs") return 2022;
  // For Node alone: lines over a CommonJS file, which need import.meta, and what starts the command, which needs import().
  return /(^|\.)node\.mjs$/.test(file) || Object.values(bin).includes(file) ? 2020 : 2018;
}

for (const file of scripts(installed)) {
  test(`${file} has no syntax newer than ES${year(file)}${year(file) < 2022 ? ", and no await outside of functions" : ""}`, () => {
    const sourceType = file.endsWith(".mjs") ? "module" : "script";
    try {
      parse(readFileSync(join(installed, file), "utf8"), { ecmaVersion: year(file), sourceType, allowHashBang: true });
    } catch (error) {
      // Without the text, which is one line of 200,000 letters.
      assert.fail(error.message);
    }
  });
}

test("only a credential, which looks for what @azure/identity finds there, and the command line name the environment", () => {
  const named = scripts(installed).filter((file) => {
    const tokens = tokenizer(readFileSync(join(installed, file), "utf8"), { ecmaVersion: 2022, sourceType: "module", allowHashBang: true });
    return [...tokens].some(({ value }) => value === "env");
  });
  assert.deepEqual(named.filter((file) => file !== "command.mjs"), ["credential.cjs", "credential.mjs"]);
});

test("no script of a page has the word \"bigint\" to compare with: Chromium 64 crashes where it optimizes that", () => {
  const pages = scripts(installed).filter((file) => !/node|cli|command/.test(file));
  assert.ok(pages.includes("core.mjs") && pages.includes("iife/index.js"));
  for (const file of pages) {
    const tokens = tokenizer(readFileSync(join(installed, file), "utf8"), { ecmaVersion: 2022, sourceType: "module" });
    assert.equal([...tokens].some(({ type, value }) => type.label === "string" && value === "bigint"), false, file);
  }
});

test("loading a file reads no variable of the environment; making a credential does", () => {
  // workerd.mjs imports a module in Workers' way.
  const files = promised(installed).filter((file) => /js$/.test(file) && file !== "workerd.mjs");
  assert.ok(files.includes("credential.mjs") && files.includes("storage-node.cjs") && files.includes("iife/index.js"));
  writeFileSync(join(folder, "recorded.cjs"), recorder);
  writeFileSync(
    join(folder, "load.cjs"),
    `const { reads, observe } = require("./recorded.cjs");
     observe();
     (async () => {
       const found = {};
       for (const file of ${JSON.stringify(files)}) {
         const path = ${JSON.stringify(`${installed}/`)} + file;
         await (file.endsWith(".mjs") ? import(path) : require(path));
         found[file] = reads.splice(0);
       }
       new (require("device-code-flow/credential").DeviceCodeCredential)();
       found.credential = reads.splice(0);
       console.log(JSON.stringify(found));
     })();`,
  );
  const found = JSON.parse(execFileSync("node", ["load.cjs"], { cwd: folder, encoding: "utf8" }));
  const nothing = Object.fromEntries(files.map((file) => [file, []]));
  assert.deepEqual(found, { ...nothing, credential: ["process.env AZURE_AUTHORITY_HOST"] });
});

/** Writes down what files of the package read of the environment: Node's, and what stands for Deno's and Bun's. */
const recorder = `
  const reads = [];
  function note(what) {
    // Whoever asked: the first that is a file. Node itself reads variables while it loads one.
    const caller = new Error().stack.split("\\n").slice(1).find((line) => !/recorded\\.cjs|\\(<anonymous>\\)/.test(line));
    if (/node_modules.device-code-flow/.test(caller)) reads.push(what);
  }
  function observed(target, name) {
    const told = (trap) => (it, ...given) => {
      note(name + " " + String(given.length ? given[0] : trap));
      return Reflect[trap](it, ...given);
    };
    return new Proxy(target, Object.fromEntries(["get", "has", "getOwnPropertyDescriptor", "ownKeys"].map((trap) => [trap, told(trap)])));
  }
  function observe() {
    Error.stackTraceLimit = Infinity;
    const functions = { get() {}, has() {}, toObject: () => ({}) };
    globalThis.Deno = { env: observed(functions, "Deno.env"), permissions: { querySync: () => ({ state: "granted" }) } };
    globalThis.Bun = { env: observed({}, "Bun.env") };
    process.env = observed(process.env, "process.env");
  }
  module.exports = { reads, observe };
`;
