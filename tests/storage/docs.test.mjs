// Runs the program and the command of docs/storage.md as printed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { storageProject } from "./project.mjs";

const page = readFileSync(join(import.meta.dirname, "../../docs/storage.md"), "utf8");

test("the program of docs/storage.md stores an encrypted cache under a key that its command has made", () => {
  const project = storageProject();
  const [, program] = page.match(/```js\n([^]*?)```/);
  const [, script] = page.match(/^ {4}node -p '(.*)'$/m);
  const key = execFileSync(process.execPath, ["-p", script], { encoding: "utf8" }).trim();
  // The parts that the document leaves out: the client id, and something to store.
  const whole = `const auth = { clientId: "a-client" };\n${program}
    app.getTokenCache().deserialize('{"Account":{}}');
    await app.getTokenCache().removeAccount({ homeAccountId: "a.b", environment: "login.windows.net" });
    console.log((await app.getAllAccounts()).length);`;
  writeFileSync(join(project, "program.mjs"), whole);
  const run = (TOKEN_KEY) => execFileSync(process.execPath, ["program.mjs"], { cwd: project, encoding: "utf8", env: { ...process.env, TOKEN_KEY }, stdio: "pipe" });
  assert.equal(run(key).trim(), "0");
  assert.ok(readdirSync(project).includes("tokens.json"));
  assert.doesNotMatch(readFileSync(join(project, "tokens.json"), "utf8"), /Account/);
  assert.equal(run(key).trim(), "0", "and takes it up again");
  assert.throws(() => run(key.replace(/^./, (letter) => (letter === "A" ? "B" : "A"))), /encryption_key_mismatch/);
});
