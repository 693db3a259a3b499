// The size of each file that an entry leads to, as a program loads it: brotli of it and of what it loads. None grows by more than
// a hundredth unless js/size-budget.json is changed with it, so that somebody has looked: `make size-budget` writes what is there now.

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { project, promised } from "./tarball.mjs";

const { installed } = project();
const { bin } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
const budgetFile = join(import.meta.dirname, "../../js/size-budget.json");

/** A file, and whatever of the package it names; slim's module is brought by the program. */
function loads(file) {
  const text = /js$/.test(file) ? readFileSync(join(installed, file), "utf8") : "";
  const named = [...text.matchAll(/["']\.\/([\w.-]+\.(?:[cm]?js|wasm))["']/g)].map(([, name]) => name).filter((name) => existsSync(join(installed, name)));
  return new Set([file, ...named.flatMap((name) => [...loads(name)]), ...(/^slim\.[cm]js$/.test(file) ? ["device_code_flow.wasm"] : [])]);
}

const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
const known = new Map();
function brotli(file) {
  if (!known.has(file)) known.set(file, brotliCompressSync(readFileSync(join(installed, file)), { params }).length);
  return known.get(file);
}
const sum = (files) => [...files].map(brotli).reduce((one, other) => one + other);

const sizes = Object.fromEntries([
  ...promised(installed).map((file) => [file, sum(loads(file))]),
  // Without the package that it uses, under which its own growth would not be seen.
  ...[...Object.values(bin), "command.mjs"].map((file) => [file, brotli(file)]),
]);

if (process.argv.includes("--write")) {
  writeFileSync(budgetFile, `${JSON.stringify(sizes, null, 2)}\n`);
} else {
  const budget = JSON.parse(readFileSync(budgetFile, "utf8"));

  test("the budget has every file that the manifest leads to, and no other", () => {
    assert.deepEqual(Object.keys(budget).sort(), Object.keys(sizes).sort());
  });

  for (const [file, size] of Object.entries(sizes)) {
    test(`${file}: ${size} bytes of brotli, no more than a hundredth above the budget`, () => {
      const grown = `${file} has grown from ${budget[file]} to ${size} bytes`;
      assert.ok(size <= budget[file] * 1.01, `${grown}: make it smaller, or run \`make size-budget\` and say why`);
    });
  }
}
