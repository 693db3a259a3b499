// The types of device-code-flow/workers together with Cloudflare's types.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "./worker.mjs";

const installed = join(dirname(fileURLToPath(import.meta.url)), "node_modules");

test("tsc accepts a program for every engine with Cloudflare's types", () => {
  const folder = project("tests/workers/typed");
  mkdirSync(join(folder, "node_modules/@cloudflare"));
  symlinkSync(join(installed, "@cloudflare/workers-types"), join(folder, "node_modules/@cloudflare/workers-types"), "dir");
  const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--types", "@cloudflare/workers-types"];
  const { status, stdout } = spawnSync(join(installed, ".bin/tsc"), ["index.ts", ...options], { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, stdout);
});
