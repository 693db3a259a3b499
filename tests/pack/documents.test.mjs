// The documents in the tarball, read where they are unpacked: what they link to is there, and what they say of the repository they
// say in words.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { withoutDeadLinks } from "../../js/build/documents.mjs";
import { project } from "./tarball.mjs";

const { installed } = project();
const documents = readdirSync(installed, { recursive: true }).filter((name) => name.endsWith(".md"));
const textOf = (file) => readFileSync(file, "utf8").replace(/^```[^]*?^```$/gm, "");

/** The names that a page gives its headings, for links to them. */
function headings(file) {
  const lines = textOf(file).match(/^#+ .*$/gm) ?? [];
  return lines.map((line) => line.replace(/^#+ /, "").toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
}

test("every relative link and every picture of a packed document leads to a packed file, and to a heading in it", () => {
  assert.ok(documents.includes("README.md") && documents.length > 10);
  const dead = [];
  let followed = 0;
  for (const name of documents) {
    const file = join(installed, name);
    for (const [, target] of textOf(file).matchAll(/\]\(([^)\s]+)\)|^ *\[[^\]]+\]: *(\S+)/gm)) {
      if (/^[a-z]+:/.test(target)) continue;
      followed++;
      const [path, heading] = target.split("#");
      const there = path ? resolve(dirname(file), path) : file;
      const isFile = there.startsWith(resolve(installed)) && existsSync(there) && statSync(there).isFile();
      if (!isFile || (heading && !headings(there).includes(heading))) dead.push(`${name}: ${target}`);
    }
  }
  assert.deepEqual(dead, []);
  assert.ok(followed > 20);
});

test("a link out of the package becomes its words, a picture that is not there goes, and programs stay as they are", () => {
  const packed = ["README.md", "docs/a.md", "docs/b.md"];
  const here = (text) => withoutDeadLinks(text, "docs/a.md", packed);
  assert.equal(here("see [`tests/x`](../tests/x) and [the words](../y)"), "see `tests/x` and the words");
  const kept = "[b](b.md#part), [top](../README.md), [rfc](https://rfc.example), [below](#below)";
  assert.equal(here(kept), kept);
  assert.equal(here("one\n\n![a picture](demo.png)\n\ntwo"), "one\n\ntwo");
  assert.equal(here("```js\na[`x`](../tests/x);\n```\n[y](../y)"), "```js\na[`x`](../tests/x);\n```\ny");
});
