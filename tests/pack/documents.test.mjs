// The documents in the tarball, read where they are unpacked: what they link to is there, and what they say of the repository they
// say in words.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { withoutDeadLinks } from "../../js/build/documents.mjs";
import { project, tool } from "./tarball.mjs";

const { folder, installed } = project();
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

test("no program of a document takes for granted what an answer may leave out: who it is, and until when", () => {
  const lines = documents.flatMap((name) => (readFileSync(join(installed, name), "utf8").match(/^```(js|ts|html)$[^]*?^```$/gm) ?? []).join("\n").split("\n"));
  assert.ok(lines.some((line) => line.includes("expiresOn?.")));
  assert.deepEqual(lines.filter((line) => /\b(account|expiresOn)\.\w/.test(line)), []);
});

/** The first program under `heading` of a packed document, with what it takes from the lines before it, as TypeScript sees it. */
function compiles(document, heading, before, ...options) {
  const [, program] = readFileSync(join(installed, document), "utf8").split(heading)[1].match(/```js\n([^]*?)```/);
  writeFileSync(join(folder, "program.mts"), `${before}${program}`);
  const usual = ["--noEmit", "--ignoreConfig", "--strict", "--target", "es2022", "--module", "nodenext", "--types", "node"];
  const { stdout } = spawnSync("node", [tool("tsc"), ...usual, ...options, "program.mts"], { cwd: folder, encoding: "utf8" });
  assert.equal(stdout, "", document);
}

test("the first programs of docs/storage.md and docs/workers.md have their imports, and compile", () => {
  compiles("docs/storage.md", "# Where", `declare const auth: { clientId: string };\n`);
  // Its handler is JavaScript: the types of its parameters are Cloudflare's.
  compiles("docs/workers.md", "## A step", "", "--noImplicitAny", "false");
});
