// The command of the tarball in every Node of the matrix: it runs, or names the version that it needs.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { installedProject, top } from "../runtime/project.mjs";

const command = join(installedProject(), "node_modules/device-code-flow/cli.mjs");
const engines = [join(top, "tests/matrix/node_modules"), join(top, "tests/runtime/node_modules")].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /^node-\d+$/.test(name))
    .map((name) => [Number(name.slice(5)), join(folder, name, "bin/node")]),
);

test("the Nodes of the matrix are installed", () => {
  assert.ok(engines.length > 6 && Math.min(...engines.map(([major]) => major)) === 12, String(engines));
});

for (const [major, node] of engines) {
  test(`Node ${major}: ${major < 18 ? "says that it is too old" : "prints the usage"}`, () => {
    const { status, stdout, stderr } = spawnSync(node, [command, "--help"], { encoding: "utf8" });
    if (major >= 18) {
      assert.deepEqual([status, stderr], [0, ""]);
      return assert.match(stdout, /^Usage: device-code-flow sign-in/);
    }
    assert.deepEqual([status, stdout], [2, ""]);
    // Node 12 first warns that its modules are experimental.
    assert.match(stderr, /^(\(node:\d+\) ExperimentalWarning: .*\n)*The command needs Node 18\.3 or newer, and this is Node \d+\.\d+\.\d+\. .*\n$/);
  });
}
