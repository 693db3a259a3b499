// The command of the installed package with the real authorization server: the content of its output streams, and its exit codes.
// tests/runtime tests the flow itself. It needs `make package` and `npm ci` in www-demo.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startScriptedServer } from "../runtime/scripted-server.mjs";
import { drive, startTestServer } from "../support/authorization-server.mjs";
import { project, run, windows } from "./command.mjs";

let server;

before(async () => (server = await startTestServer()));
after(() => server.stop());

/** The same as `run`, and standard error is matched against a pattern. */
function started(...command) {
  const { child, ended, output } = run(...command);
  const said = async (pattern) => {
    for (;;) {
      const found = output.stderr.match(pattern);
      if (found) return found;
      const over = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10))]);
      assert.ok(!over, `it ended before it said ${pattern}: ${JSON.stringify(over)}`);
    }
  };
  return { child, ended, said };
}

const npx = (...args) => started("npx", "--no-install", "device-code-flow", ...args);
const command = (...args) => started(join(project, "node_modules/.bin/device-code-flow"), ...args);
const wanted = () => ["sign-in", "--authority", server.issuer, "--client-id", server.clientId, "--scope", "openid profile email"];

/** The code that the message on standard error names, as a person reads it. */
async function codeOf({ said }) {
  const [, uri, code] = await said(/open (\S+) .* the code (\S+)\.\n/);
  assert.equal(uri, `${server.issuer}/device`);
  return code;
}

/** An issuer that follows the script, and the requests that it has received. */
async function scriptedIssuer(scripted, script) {
  const { issuer } = await (await fetch(`${scripted}/script`, { method: "POST", body: JSON.stringify(script) })).json();
  return { issuer, hits: async () => (await fetch(`${issuer}/hits`)).json() };
}

test("signed in: the message on standard error, the account on standard output, exit code 0", async () => {
  const run = npx(...wanted());
  await drive(server, { userCode: await codeOf(run) });
  const { code, stdout, stderr } = await run.ended;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Signed in as Alice Ardent <alice@example\.com>\nScopes: openid/);
  assert.doesNotMatch(stdout + stderr, /eyJ/, "no token is printed unasked");
});

test("--json: standard output is one JSON value with the tokens", async () => {
  const run = npx(...wanted(), "--json");
  await drive(server, { userCode: await codeOf(run), login: "bilal" });
  const { code, stdout } = await run.ended;
  assert.equal(code, 0);
  const result = JSON.parse(stdout);
  assert.equal(result.account.username, "bilal@example.com");
  assert.ok(result.accessToken);
  assert.ok(new Date(result.expiresOn) > new Date());
});

test("declined: exit code 1, the reason and a hint on standard error", async () => {
  const run = npx(...wanted());
  await drive(server, { userCode: await codeOf(run), decision: "deny" });
  const { code, stdout, stderr } = await run.ended;
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /\naccess_denied: .+\n.*declined/);
});

test("declined with --json: standard output is the error as JSON", async () => {
  const run = npx(...wanted(), "--json");
  await drive(server, { userCode: await codeOf(run), decision: "deny" });
  const { code, stdout } = await run.ended;
  assert.equal(code, 1);
  const { error } = JSON.parse(stdout);
  assert.deepEqual([error.name, error.errorCode, error.status], ["ServerError", "access_denied", 400]);
});

test("nobody signs in in time: exit code 1", async () => {
  const { code, stderr } = await npx(...wanted(), "--timeout", "2").ended;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /user_timeout_reached/);
});

test("the server does not answer: exit code 1, and the address in the message", async () => {
  const { code, stderr } = await command("sign-in", "--authority", "http://127.0.0.1:9", "--client-id", "c", "--scope", "a").ended;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /network_error: .*http:\/\/127\.0\.0\.1:9\//);
});

for (const [what, ...args] of [
  ["no command"],
  ["another command", "sign-out"],
  ["two commands", "sign-in", "sign-in", "--client-id", "c", "--scope", "a"],
  ["no client id", "sign-in", "--scope", "a"],
  ["no scope", "sign-in", "--client-id", "c"],
  ["an unknown option", "sign-in", "--client-id", "c", "--scope", "a", "--secret", "x"],
  ["an option without its value", "sign-in", "--client-id"],
  ["an authority that is no address", "sign-in", "--client-id", "c", "--scope", "a", "--authority", "nowhere"],
  ["an AD FS that nobody vouches for", "sign-in", "--client-id", "c", "--scope", "a", "--authority", "https://fs.example/adfs"],
  ["an unknown protocol mode", "sign-in", "--client-id", "c", "--scope", "a", "--protocol-mode", "SAML"],
  ["an authority without https", "sign-in", "--client-id", "c", "--scope", "a", "--authority", "http://id.example"],
  ["claims that are no JSON", "sign-in", "--client-id", "c", "--scope", "a", "--claims", "{"],
  ["a timeout that is no number", "sign-in", "--client-id", "c", "--scope", "a", "--timeout", "soon"],
  ["a timeout of less than nothing", "sign-in", "--client-id", "c", "--scope", "a", "--timeout=-5"],
]) {
  test(`${what}: exit code 2, nothing on standard output`, async () => {
    const { code, stdout, stderr } = await command(...args).ended;
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.match(stderr, /\S/);
  });
}

test("--help: the usage on standard output, exit code 0", async () => {
  const { code, stdout, stderr } = await command("--help").ended;
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^Usage: device-code-flow sign-in/);
});

test("Ctrl-C while waiting for the person: it ends at once, exit code 130", { skip: windows }, async () => {
  const { scripted, stop } = await startScriptedServer();
  const device = { body: { device_code: "d", user_code: "USER-CODE", verification_uri: "{issuer}/go", expires_in: 300, interval: 30 } };
  const { issuer, hits } = await scriptedIssuer(scripted, { device });
  const run = command("sign-in", "--authority", issuer, "--client-id", "c", "--scope", "a");
  await run.said(/the code USER-CODE\./);
  process.kill(-run.child.pid, "SIGINT");
  const { code, stdout, stderr } = await run.ended;
  const polls = (await hits()).filter(({ endpoint }) => endpoint === "token");
  stop();
  // At once means before the next poll, half a minute later. How fast a process ends depends on the machine.
  assert.deepEqual([code, stdout, polls], [130, "", []]);
  assert.match(stderr, /\nCancelled\.\n$/);
});

test("Ctrl-C while the server does not answer: it ends as well", { skip: windows }, async () => {
  const { scripted, stop } = await startScriptedServer();
  const { issuer, hits } = await scriptedIssuer(scripted, { openid: { hang: true } });
  const run = command("sign-in", "--authority", issuer, "--client-id", "c", "--scope", "a");
  while (!(await hits()).length) await new Promise((resolve) => setTimeout(resolve, 10));
  process.kill(-run.child.pid, "SIGINT");
  const { code, stderr } = await run.ended;
  stop();
  assert.deepEqual([code, stderr], [130, "Cancelled.\n"]);
});

test("Ctrl-C in npx ends it too", { skip: windows }, async () => {
  const run = npx(...wanted());
  await codeOf(run);
  process.kill(-run.child.pid, "SIGINT");
  const { stdout, stderr } = await run.ended;
  assert.equal(stdout, "");
  assert.match(stderr, /Cancelled\./);
});
