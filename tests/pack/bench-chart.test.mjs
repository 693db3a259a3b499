// docs/bench.svg shows the figures of docs/bench.json, which `make bench` has measured, and the README's table says the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chartOf, figures, picture } from "../bench/chart.mjs";
import { formatFigure } from "../bench/table.mjs";

const measured = JSON.parse(readFileSync(figures, "utf8"));

test("docs/bench.svg is what docs/bench.json says", () => {
  assert.equal(readFileSync(picture, "utf8"), chartOf(measured), "run `node tests/bench/chart.mjs`");
});

test("a figure has as many digits as its limit needs: the smallest is not 0.00 of 0.01", () => {
  const targets = [
    { what: "a small share", figure: 0.0031934, limit: 0.005, met: true },
    { what: "a half", figure: 1.05639, limit: 0.5, met: false },
  ];
  const drawn = chartOf({ targets, machine: "a machine", node: "v1" }).matchAll(/class="figure">(.*?)<\/text>/g);
  assert.deepEqual([...drawn].map(([, text]) => text.replace(/<[^>]*>/g, "")), ["0.0032 of 0.0050", "1.06 of 0.50"]);
});

test("the README's table has these figures", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const rows = readme.split("<!-- bench -->")[1].split("<!-- /bench -->")[0];
  for (const target of measured.targets) {
    const [figure, limit] = formatFigure(target);
    assert.ok(rows.includes(`| ${target.what} | ${figure} | ≤ ${limit} | ${target.met ? "met" : "missed"} |\n`), target.what);
  }
});
