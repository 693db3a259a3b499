// What an editor shows beside a name: every member of what people get has a line of its own in the declarations.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project } from "./tarball.mjs";

const text = readFileSync(join(project().installed, "index.d.ts"), "utf8");

for (const type of ["AuthenticationResult", "AccountInfo", "TenantProfile"]) {
  test(`every member of ${type} says what it is`, () => {
    const [, body] = text.match(new RegExp(`export type ${type} = \\{\\n([^]*?)\\n\\};`));
    const bare = [...body.matchAll(/^(.*)\n {2}(\w+)\??:/gm)].filter(([, before]) => !/\*\/$/.test(before)).map(([, , name]) => name);
    assert.deepEqual(bare, []);
  });
}
