// `--state` with options other than those that started the sign-in in the file: the run is refused, and nothing is lost. The library refuses
// a file of another client or authority.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startTestServer } from "../support/authorization-server.mjs";
import { codeIn, start } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
let server;

before(async () => (server = await startTestServer()));
after(() => (server.stop(), rmSync(folder, { recursive: true })));

const scope = ["--scope", "openid profile"];
const wanted = () => ["sign-in", "--authority", server.issuer, "--client-id", server.clientId];
const run = (file, ...args) => start(...wanted(), "--state", file, ...args).ended;

for (const [at, [option, first, then, said]] of [
  ["--scope", scope, ["--scope", "email"], "with another --scope"],
  ["--scope", scope, [...scope, "--scope", "email"], "with another --scope"],
  ["--scope", ["--scope", "openid email"], ["--scope", "openid"], "with another --scope"],
  ["--claims", [...scope, "--claims", '{"a":1}'], [...scope, "--claims", '{"a":2}'], "with another --claims"],
  ["--claims", scope, [...scope, "--claims", '{"a":1}'], "without --claims"],
  ["--locale", [...scope, "--locale", "fr-FR"], scope, "with a --locale"],
  ["--timeout", [...scope, "--timeout", "60"], [...scope, "--timeout", "30"], "with another --timeout"],
  ["--protocol-mode", scope, [...scope, "--protocol-mode", "OIDC"], "without --protocol-mode"],
  ["--known-authority", scope, [...scope, "--known-authority", "fs.example"], "without --known-authority"],
].entries()) {
  test(`${option} of a later run must be that of the first (${first.slice(1).join(" ")}; ${then.slice(1).join(" ")})`, async () => {
    const file = join(folder, `${at}.json`);
    const begun = await run(file, ...first);
    assert.equal(begun.code, 3, begun.stderr);
    const text = readFileSync(file, "utf8");
    const { code, stdout, stderr } = await run(file, ...then, "--once");
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.ok(stderr.includes(file) && stderr.includes(said), stderr);
    assert.equal(readFileSync(file, "utf8"), text);
    const again = await run(file, ...first, "--once");
    assert.deepEqual([again.code, codeIn(again)], [3, codeIn(begun)]);
  });
}

test("no limit, and a limit longer than any life, are the same in the next run", async () => {
  for (const limit of ["0", "99999999999"]) {
    const file = join(folder, `limit-${limit}.json`);
    for (const args of [[], ["--once"]]) assert.equal((await run(file, ...scope, "--timeout", limit, ...args)).code, 3);
  }
});

test("the same options in another form continue: scopes in another order, claims with other spaces", async () => {
  const file = join(folder, "same.json");
  const rest = ["--locale", "fr-FR", "--timeout", "90.5", "--protocol-mode", "OIDC", "--known-authority", "a.example"];
  const begun = await run(file, "--scope", "openid email", "--claims", '{"a":{"b":1}}', ...rest);
  const again = await run(file, "--scope", "email", "--scope", "openid", "--claims", ' { "a" : {"b": 1} }', ...rest, "--once");
  assert.equal(begun.code, 3, begun.stderr);
  assert.equal(again.code, 3, again.stderr);
  assert.equal(codeIn(again), codeIn(begun));
});
