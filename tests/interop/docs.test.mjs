// docs/msal-node.md says what the tests beside this file check: its tables are theirs, and its list of missing names is the real
// difference between the exports of the two packages.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { document, written } from "./differences.mjs";
import { libraries } from "./sign-ins.mjs";

const text = readFileSync(document, "utf8");

test("its tables are what `node tests/interop/differences.mjs` writes", () => {
  assert.equal(text, written(text));
});

test("it names every export of msal-node that is missing here, and none that exists", () => {
  const [, list] = text.split("## Names that are not here");
  const named = [...list.split("\n## ")[0].matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const missing = Object.keys(libraries.msal).filter((name) => !(name in libraries.ours) && name !== "default");
  assert.deepEqual([...new Set(named)].sort(), missing.sort());
});
