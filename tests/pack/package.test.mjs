// What is in the tarball, and whether the tools that judge packages find fault with it. Not how it behaves: tests/runtime.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { publint } from "publint";
import { bytesOfWasmText } from "../../js/entry/wasm-text.js";
import { project, tarball, tool } from "./tarball.mjs";

const { folder, installed } = project();
const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

test("the tarball holds these files and no other", () => {
  const files = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).trim().split("\n");
  assert.deepEqual(files.map((file) => file.replace(/^package\//, "")).sort(), [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "cli.mjs",
    "command.mjs",
    "core.cjs",
    "core.mjs",
    "credential.cjs",
    "credential.d.cts",
    "credential.d.ts",
    "credential.mjs",
    "device_code_flow.wasm",
    "docs/architecture.md",
    "docs/authorities.md",
    "docs/bench.svg",
    "docs/credential.md",
    "docs/errors.md",
    "docs/limits.md",
    "docs/msal-node.md",
    "docs/resume.md",
    "docs/runtimes.md",
    "docs/storage.md",
    "docs/workers.md",
    "iife/index.d.ts",
    "iife/index.js",
    "iife/js.d.ts",
    "iife/js.js",
    "iife/package.json",
    "index.cjs",
    "index.d.cts",
    "index.d.ts",
    "index.mjs",
    "js.cjs",
    "js.d.cts",
    "js.d.ts",
    "js.mjs",
    "js.node.mjs",
    "node.mjs",
    "package.json",
    "slim.cjs",
    "slim.d.cts",
    "slim.d.ts",
    "slim.mjs",
    "slim.node.mjs",
    "storage-node.cjs",
    "storage-node.mjs",
    "storage.cjs",
    "storage.d.cts",
    "storage.d.ts",
    "storage.mjs",
    "workerd.mjs",
    "workers.cjs",
    "workers.d.cts",
    "workers.d.ts",
    "workers.mjs",
  ]);
});

test("the manifest has nothing that runs at install, and no dependency", () => {
  for (const key of ["scripts", "dependencies", "devDependencies", "private"]) assert.equal(manifest[key], undefined, key);
});

test("publint finds nothing", async () => {
  const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
  assert.deepEqual(messages, []);
});

test("TypeScript's resolutions find the right types", () => {
  const { stdout } = spawnSync("node", [tool("attw"), tarball, "--format", "json", "--exclude-entrypoints", "./device_code_flow.wasm"], {
    encoding: "utf8",
  });
  const { analysis } = JSON.parse(stdout);
  assert.deepEqual(analysis.problems, []);
});

test("the module is the first WebAssembly: the oldest engines take it", () => {
  const module = join(installed, "device_code_flow.wasm");
  const { status, stderr } = spawnSync("node", [tool("wasm-opt"), "--mvp-features", module, "-o", join(folder, "checked.wasm")], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
});

test("the module inside the entries that hold it is device_code_flow.wasm", () => {
  const module = readFileSync(join(installed, "device_code_flow.wasm"));
  for (const name of ["index.mjs", "index.cjs", "iife/index.js"]) {
    const [, text] = readFileSync(join(installed, name), "utf8").match(/["'`]([^"'`]{100000,})["'`]/);
    assert.deepEqual(Buffer.from(bytesOfWasmText(text)), module, name);
  }
});

test("no file names a path of the machine that built it", () => {
  const home = /\/(?:home|root|Users|work|tmp|build)\/|[A-Z]:\\\\|\.cargo\/registry/;
  for (const name of readdirSync(installed, { recursive: true }).filter((name) => statSync(join(installed, name)).isFile())) {
    const text = readFileSync(join(installed, name), "latin1").replace(/js\/build\//g, "");
    assert.equal(text.match(home)?.[0], undefined, name);
  }
});

test("the command line can be run, and is small because it uses the package", () => {
  const cli = join(installed, manifest.bin["device-code-flow"]);
  assert.match(readFileSync(cli, "utf8"), /^#!\/usr\/bin\/env node\n/);
  assert.ok(statSync(join(installed, "command.mjs")).size < 20_000);
});
