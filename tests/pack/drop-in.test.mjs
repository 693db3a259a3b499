// The types of a drop-in: a program for @azure/msal-node compiles with its import changed, and code that is typed with
// msal-node takes what is ours. Not what either does at run time: tests/interop.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project, tool } from "./tarball.mjs";

const { folder } = project();
mkdirSync(join(folder, "node_modules/@azure"));
for (const name of ["msal-node", "msal-common"]) {
  symlinkSync(join(import.meta.dirname, "node_modules/@azure", name), join(folder, "node_modules/@azure", name), "dir");
}
const program = readFileSync(join(folder, "msal-program.ts"), "utf8");

function compile(file) {
  const options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--types", "node", "--module", "nodenext", "--skipLibCheck"];
  const { status, stdout } = spawnSync("node", [tool("tsc"), "--ignoreConfig", ...options, file], { cwd: folder, encoding: "utf8" });
  return { status, stdout };
}

test("the program compiles against @azure/msal-node", () => {
  assert.deepEqual(compile("msal-program.ts"), { status: 0, stdout: "" });
});

test("it compiles against ours with the import changed and nothing else", () => {
  const changed = program.replace('from "@azure/msal-node"', 'from "device-code-flow"');
  assert.notEqual(changed, program);
  writeFileSync(join(folder, "our-program.ts"), changed);
  assert.deepEqual(compile("our-program.ts"), { status: 0, stdout: "" });
});

test("a program that asks for what is not there does not compile", () => {
  writeFileSync(join(folder, "wrong-program.ts"), 'import { ConfidentialClientApplication } from "device-code-flow";\nexport const app = ConfidentialClientApplication;\n');
  assert.match(compile("wrong-program.ts").stdout, /ConfidentialClientApplication/);
});

test("code that is typed with msal-node takes our class, our results and our accounts, and ours its requests", () => {
  assert.deepEqual(compile("both.ts"), { status: 0, stdout: "" });
});
