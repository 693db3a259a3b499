// The size of each entry, as a program loads it: brotli of all of its files. None grows by more than a hundredth unless
// js/size-budget.json is changed with it, so that somebody has looked: `make size-budget` writes what is there now.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { project } from "./tarball.mjs";

const { installed } = project();
const budgetFile = join(import.meta.dirname, "../../js/size-budget.json");
const wasm = "device_code_flow.wasm";

/** What is loaded by whom. */
const entries = {
  index: ["index.mjs", "core.mjs"],
  workerd: ["workerd.mjs", "core.mjs", wasm],
  slim: ["slim.mjs", "core.mjs", wasm],
  js: ["js.mjs", "core.mjs"],
  iife: ["iife/index.js"],
  "iife/js": ["iife/js.js"],
  cli: ["cli.mjs"],
};

const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
const brotli = (file) => brotliCompressSync(readFileSync(join(installed, file)), { params }).length;
const sizes = Object.fromEntries(Object.entries(entries).map(([entry, files]) => [entry, files.map(brotli).reduce((one, other) => one + other)]));

if (process.argv.includes("--write")) {
  writeFileSync(budgetFile, `${JSON.stringify(sizes, null, 2)}\n`);
} else {
  const budget = JSON.parse(readFileSync(budgetFile, "utf8"));

  test("the budget has every entry, and no other", () => assert.deepEqual(Object.keys(budget), Object.keys(entries)));

  for (const [entry, size] of Object.entries(sizes)) {
    test(`${entry}: ${size} bytes of brotli, no more than a hundredth above the budget`, () => {
      assert.ok(size <= budget[entry] * 1.01, `${entry} has grown from ${budget[entry]} to ${size} bytes: make it smaller, or run \`make size-budget\` and say why`);
    });
  }
}
