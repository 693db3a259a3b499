// One package under both module systems, at run time and under tsc. Not the runtimes themselves: tests/runtime.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project, tool } from "./tarball.mjs";

const { folder, installed } = project();
// Of one text, what Node takes for an ES module.
copyFileSync(join(folder, "entries.ts"), join(folder, "entries.mts"));

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

const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
const typed = Object.keys(exports).filter((entry) => JSON.stringify(exports[entry]).includes('"types"'));

test("six entries have types of their own", () => {
  assert.deepEqual(typed.sort(), [".", "./credential", "./js", "./slim", "./storage", "./workers"]);
});

for (const name of typed.map((entry) => `device-code-flow${entry.slice(1)}`)) {
  test(`who imports ${name} gets every value that its types promise, and no other`, () => {
    const line = `import * as all from "${name}";`;
    keepsPromise({ script: "list.mjs", load: line }, { program: "names.mts", declare: line });
  });

  test(`who requires ${name} gets every value that its types promise, and no other`, () => {
    keepsPromise({ script: "list.cjs", load: `const all = require("${name}");` }, { program: "names.cts", declare: `import all = require("${name}");` });
  });
}

/** The names that `script` finds in `all`, and those that tsc knows of it in `program`, are the same. */
function keepsPromise({ script, load }, { program, declare }) {
  // Node's own: newer ones add the second to what they import from CommonJS.
  const foreign = ["__esModule", "module.exports"];
  writeFileSync(join(folder, script), `${load} console.log(Object.keys(all).join());`);
  const found = execFileSync("node", [script], { cwd: folder, encoding: "utf8" }).trim().split(",");
  const record = found.filter((name) => !foreign.includes(name)).map((name) => `${name}: true`);
  writeFileSync(join(folder, program), `${declare}\nexport const exported: Record<keyof typeof all, true> = { ${record.join(", ")} };`);
  compile([program, "--module", "nodenext", "--noEmit"]);
}

for (const [file, ...options] of [
  ["sign-in.mts", "--module", "node16"],
  ["sign-in.mts", "--module", "nodenext"],
  ["sign-in.cts", "--module", "node16"],
  ["sign-in.cts", "--module", "nodenext"],
  ["sign-in.ts", "--module", "esnext", "--moduleResolution", "bundler"],
  ["sign-in.ts", "--module", "esnext", "--moduleResolution", "bundler", "--customConditions", "workerd"],
  ["entries.ts", "--module", "nodenext"],
  ["entries.mts", "--module", "nodenext"],
  ["entries.mts", "--module", "nodenext", "--lib", "es2022"],
  ["entries.ts", "--module", "esnext", "--moduleResolution", "bundler"],
  ["page.ts", "--module", "nodenext"],
  ["page.ts", "--module", "esnext", "--moduleResolution", "bundler"],
]) {
  test(`tsc takes ${file} under ${options.join(" ")}`, () => compile([file, "--noEmit", ...options]));
}

test("tsc finds the same types where the package is a link to a folder elsewhere", (test) => {
  const another = project();
  const elsewhere = `${another.folder}-linked`;
  test.after(() => rmSync(elsewhere, { recursive: true }));
  renameSync(another.installed, elsewhere);
  symlinkSync(elsewhere, another.installed, "dir");
  for (const file of ["page.ts", "entries.ts"]) compile([file, "--noEmit", "--module", "nodenext"], another.folder);
});

function compile(arguments_, cwd = folder) {
  const { status, stdout } = spawnSync(
    "node",
    [tool("tsc"), "--ignoreConfig", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--lib", "es2022,dom", "--types", "node", ...arguments_],
    { cwd, encoding: "utf8" },
  );
  assert.equal(status, 0, stdout);
}
