// Runs the program and the command of docs/storage.md as printed, and compares its tables with the code.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
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

test("each plugin has the place that docs/storage.md names, and a sign-in is sealed with the purpose and the context of its row", async () => {
  const file = (name) => import(pathToFileURL(join(storageProject(), "node_modules/device-code-flow", name)));
  const [{ denoKvCache, durableObjectCache, encryption, kvCache, webStorageCache }, { encryptedStore }] = [await file("storage-node.mjs"), await file("workers.mjs")];
  const host = new Proxy({}, { get: () => () => undefined });
  for (const plugin of [kvCache, webStorageCache, durableObjectCache]) {
    assert.deepEqual(["ada", "(lease) ada"].map((key) => plugin(host, key).place), ["ada", "(lease) ada"]);
  }
  for (const key of [["tokens", "ada"], ["tokens", 7], ["tokens", 7n], ["tokens", true], ["tokens", Uint8Array.of(1, 2)], "tokens"]) {
    const { place } = denoKvCache(host, key);
    assert.ok(page.includes(`\`${place}\``), place);
  }

  const vault = encryption(Buffer.alloc(32, 7));
  for (const [options, context] of [[undefined, ["ada"]], [{ context: "lobby" }, ["lobby", "ada"]]]) {
    let stored = null;
    const shelf = { name: "the shelf", read: async () => stored, lease: async () => ({ write: async (text) => void (stored = text), release: async () => {} }) };
    const lease = await encryptedStore(shelf, vault, options).lease("ada", 1000);
    await lease.write("a text");
    assert.equal(await vault.open(stored, { purpose: "sign-in", context: JSON.stringify(context) }), "a text");
  }
});
