// `sign-in --state FILE` with a server whose tokens are lost again and again: a new code is asked for a few times, and no more, however many
// runs that takes.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sleep, start } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
let server, issuer;
/** How many codes were asked for, by client. */
const codes = {};

/** What the token endpoint does at the nth poll of a code, by client. */
const polls = {
  loses: (response, poll) => (poll === 1 ? response.destroy() : refuse(response, "invalid_grant")),
  lies: (response) => refuse(response, "tokens_lost"),
};
const asked = new Map();

const send = (response, body, status = 200) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const refuse = (response, error) => send(response, { error }, 400);

before(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const fields = new URLSearchParams(body);
    const client = fields.get("client_id");
    if (request.url.startsWith("/.well-known")) return send(response, { issuer, device_authorization_endpoint: `${issuer}/device`, token_endpoint: `${issuer}/token` });
    if (request.url === "/device") {
      codes[client] = (codes[client] || 0) + 1;
      return send(response, { device_code: `dc-0123456789-${client}-${codes[client]}`, user_code: `CODE-${codes[client]}`, verification_uri: "https://a.example/go", expires_in: 600, interval: 1 });
    }
    const code = fields.get("device_code");
    asked.set(code, (asked.get(code) || 0) + 1);
    return polls[client](response, asked.get(code));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${server.address().port}`;
});
after(() => (server.close(), server.closeAllConnections(), rmSync(folder, { recursive: true })));

const run = (client, file, ...args) =>
  start("sign-in", "--authority", issuer, "--protocol-mode", "OIDC", "--client-id", client, "--scope", "openid", "--state", file, ...args).ended;
/** Changes what the file says of the sign-ins that were replaced. */
const setRestarts = (file, restarts, keepsFlow = true) =>
  writeFileSync(file, `${keepsFlow ? readFileSync(file, "utf8").split("\n")[0] : ""}\n${JSON.stringify({ restarts })}`);
const restartsIn = (file) => JSON.parse(readFileSync(file, "utf8").split("\n")[1]).restarts.count;

/** Runs until a poll has brought a refusal. */
async function untilLost(client, file) {
  for (;;) {
    const { code, stderr } = await run(client, file, "--once");
    if (/tokens_lost/.test(stderr)) return { code, stderr };
    assert.equal(code, 3, stderr);
    await sleep(300);
  }
}

test("tokens_lost as the word of the server ends the sign-in, and no other code is asked for", async () => {
  const file = join(folder, "lies");
  await run("lies", file);
  const { code } = await untilLost("lies", file);
  assert.deepEqual([code, existsSync(file), codes.lies], [1, false, 1]);
});

test("lost tokens are replaced by a new code in the same run; later ones after a pause, which no run shortens; and in the end not at all", async () => {
  const file = join(folder, "loses");
  await run("loses", file);
  const first = await untilLost("loses", file);
  assert.deepEqual([first.code, restartsIn(file), codes.loses], [3, 1, 2], first.stderr);
  assert.match(first.stderr, /CODE-2/);

  const second = await untilLost("loses", file);
  assert.deepEqual([second.code, restartsIn(file), codes.loses], [3, 2, 2], second.stderr);
  assert.match(second.stderr, /The next code is asked for in \d s\./);
  setRestarts(file, { count: 2, after: Date.now() + 1e12 }, false);
  const waiting = await run("loses", file, "--once", "--json");
  assert.deepEqual([waiting.code, JSON.parse(waiting.stdout).status, codes.loses], [3, "none", 2]);

  setRestarts(file, { count: 5, after: 0 }, false);
  assert.equal((await run("loses", file, "--once")).code, 3);
  assert.deepEqual([restartsIn(file), codes.loses], [5, 3]);
  const last = await untilLost("loses", file);
  assert.deepEqual([last.code, existsSync(file), codes.loses], [1, false, 3]);
});
