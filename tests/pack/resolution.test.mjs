// One package under both module systems, at run time and under tsc. Not the runtimes themselves: tests/runtime.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project, tool } from "./tarball.mjs";

const { folder } = project();

test("import and require give the same classes", () => {
  writeFileSync(
    join(folder, "same.mjs"),
    `import * as imported from "device-code-flow";
     import { createRequire } from "node:module";
     const required = createRequire(import.meta.url)("device-code-flow");
     const names = (object) => Object.keys(object).filter((name) => name !== "__esModule").sort();
     console.log(JSON.stringify({
       imported: names(imported),
       required: names(required),
       different: names(imported).filter((name) => imported[name] !== required[name]),
     }));`,
  );
  const seen = JSON.parse(execFileSync("node", ["same.mjs"], { cwd: folder, encoding: "utf8" }));
  assert.deepEqual(seen.imported, seen.required);
  assert.deepEqual(seen.different, []);
  assert.ok(seen.imported.includes("PublicClientApplication"));
});

for (const entry of ["device-code-flow", "device-code-flow/storage", "device-code-flow/workers"]) {
  test(`every value that the types of ${entry} promise is exported, and no other`, () => {
    writeFileSync(join(folder, "list.mjs"), `import * as all from "${entry}"; console.log(Object.keys(all).join());`);
    const exported = execFileSync("node", ["list.mjs"], { cwd: folder, encoding: "utf8" }).trim().split(",");
    const record = exported.map((name) => `${name}: true`).join(", ");
    writeFileSync(
      join(folder, "names.mts"),
      `import * as all from "${entry}";
       export const exported: Record<keyof typeof all, true> = { ${record} };`,
    );
    compile(["names.mts", "--module", "nodenext", "--noEmit"]);
  });
}

for (const [file, ...options] of [
  ["sign-in.mts", "--module", "node16"],
  ["sign-in.mts", "--module", "nodenext"],
  ["sign-in.cts", "--module", "node16"],
  ["sign-in.cts", "--module", "nodenext"],
  ["sign-in.ts", "--module", "esnext", "--moduleResolution", "bundler"],
  ["sign-in.ts", "--module", "esnext", "--moduleResolution", "bundler", "--customConditions", "workerd"],
]) {
  test(`tsc takes ${file} under ${options.join(" ")}`, () => compile([file, "--noEmit", ...options]));
}

function compile(arguments_) {
  const { status, stdout } = spawnSync(
    "node",
    [tool("tsc"), "--ignoreConfig", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--lib", "es2022,dom", "--types", "node", ...arguments_],
    { cwd: folder, encoding: "utf8" },
  );
  assert.equal(status, 0, stdout);
}
