// docs/runtimes.md says what was run: it is what the script makes of the last run's table, and nothing in that failed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { documentOf, strangers, table, text } from "../matrix/document.mjs";
import { missingFrom } from "../matrix/required.mjs";

const rows = JSON.parse(readFileSync(table, "utf8"));

test("docs/runtimes.md is what docs/matrix.json says", () => {
  assert.equal(readFileSync(text, "utf8"), documentOf(rows), "run `node tests/matrix/document.mjs`");
});

test("every host of the table is in a section, every section has one, and what is left out has a reason", () => {
  assert.deepEqual(strangers(rows), []);
});

test("every host that tests/matrix/required.mjs lists is a row of the table", () => {
  assert.deepEqual(missingFrom(rows.map(({ host }) => host)), []);
});

test("in the run that is written down nothing failed", () => {
  assert.deepEqual(rows.filter(({ failed, passed }) => failed || !passed).map(({ host }) => host), []);
});
