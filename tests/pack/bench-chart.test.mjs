// docs/bench.svg shows the figures of docs/bench.json, which `make bench` has measured, and the README's table says the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chartOf, figures, picture } from "../bench/chart.mjs";

const measured = JSON.parse(readFileSync(figures, "utf8"));

test("docs/bench.svg is what docs/bench.json says", () => {
  assert.equal(readFileSync(picture, "utf8"), chartOf(measured), "run `node tests/bench/chart.mjs`");
});

test("the README's table has these figures", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const rows = readme.split("<!-- bench -->")[1].split("<!-- /bench -->")[0];
  for (const { what, figure, limit, met } of measured.targets) assert.ok(rows.includes(`| ${what} | ${figure.toFixed(limit < 0.01 ? 4 : 2)} |`) && rows.includes(met ? "met" : "missed"), what);
});
