// `--state FILE` goes on only with a file of this user that nobody else can write. Otherwise it says why and what to do, shows no code,
// sends nothing, and leaves the file as it is.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { start, windows } from "./command.mjs";

const isRoot = !windows && process.geteuid() === 0;
const SOMEBODY = 65534;
const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
const device = { device_code: "dc-0123456789", user_code: "WDJB-MJHT", verification_uri: "https://id.example/device", expires_in: 600, interval: 1 };
let server, issuer;
const requests = [];

before(async () => {
  server = createServer((request, response) => {
    requests.push(request.url);
    const metadata = { issuer, device_authorization_endpoint: `${issuer}/device`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` };
    const [status, body] = request.url === "/token" ? [400, { error: "authorization_pending" }] : [200, request.url === "/device" ? device : metadata];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  issuer = `http://127.0.0.1:${server.address().port}`;
});
after(() => (server.close(), rmSync(folder, { recursive: true })));

const run = (file) => start("sign-in", "--authority", issuer, "--client-id", "c", "--scope", "openid", "--state", file, "--once").ended;

let places = 0;
/** A folder of its own with the file of a sign-in in it. */
async function place() {
  const own = join(folder, String((places += 1)));
  mkdirSync(own, { mode: 0o700 });
  const file = join(own, "sign-in");
  assert.equal((await run(file)).code, 3);
  return { own, file };
}

async function refused(file, reason) {
  requests.length = 0;
  const { code, stdout, stderr } = await run(file);
  assert.deepEqual([code, stdout, requests], [1, "", []], stderr);
  assert.match(stderr, reason);
  assert.ok(stderr.includes(file) && !stderr.includes("WDJB"), stderr);
  assert.ok(stderr.split("\n").length <= 3, stderr);
}

describe("a file is refused", { skip: windows }, () => {
  for (const mode of [0o666, 0o622, 0o620, 0o602, 0o660]) {
    test(`that others can write: mode ${mode.toString(8)}`, async () => {
      const { file } = await place();
      chmodSync(file, mode);
      const text = readFileSync(file, "utf8");
      await refused(file, new RegExp(`others can write to it \\(mode 0${mode.toString(8)}\\)[^]*remove it`));
      assert.equal(readFileSync(file, "utf8"), text);
    });
  }

  test("that belongs to another user", { skip: !isRoot }, async () => {
    const { file } = await place();
    chownSync(file, SOMEBODY, SOMEBODY);
    await refused(file, /sign-in is refused: it belongs to another user \(uid 65534\)\.\n[^]*remove it/);
  });

  test("of another user, in a folder like /tmp", { skip: !isRoot }, async () => {
    const { own, file } = await place();
    chmodSync(own, 0o1777);
    chownSync(file, SOMEBODY, SOMEBODY);
    await refused(file, /it belongs to another user/);
  });

  for (const mode of [0o777, 0o722, 0o702, ...(isRoot ? [0o770] : [])]) {
    test(`in a folder that others can write: mode ${mode.toString(8)}`, async () => {
      const { own, file } = await place();
      chmodSync(own, mode);
      await refused(file, new RegExp(`the folder ${own} can be written to by others \\(mode 0${mode.toString(8)}\\)[^]*folder of your own`));
      assert.deepEqual(readdirSync(own), ["sign-in"]);
    });
  }

  test("in a folder of another user", { skip: !isRoot }, async () => {
    const { own, file } = await place();
    chownSync(own, SOMEBODY, SOMEBODY);
    await refused(file, /the folder .* belongs to another user \(uid 65534\)/);
    chmodSync(own, 0o1777);
    await refused(file, /the folder .* belongs to another user \(uid 65534\)/);
  });

  test("to which a link leads, for the same reasons", async () => {
    const { own, file } = await place();
    const links = join(own, "links");
    mkdirSync(links, { mode: 0o700 });
    const link = join(links, "link");
    symlinkSync(file, link);
    chmodSync(own, 0o777);
    await refused(link, /the folder .* can be written to by others/);
    chmodSync(own, 0o700);
    chmodSync(file, 0o666);
    await refused(link, /others can write to it/);
    chmodSync(file, 0o600);
    chmodSync(links, 0o777);
    await refused(link, new RegExp(`the folder ${links} can be written to by others`));
    chmodSync(links, 0o700);
    assert.equal((await run(link)).code, 3);
  });

  test("to which another user's link leads, in a folder like /tmp", { skip: !isRoot }, async () => {
    const { own, file } = await place();
    const link = join(own, "link");
    symlinkSync(file, link);
    chmodSync(own, 0o1777);
    lchownSync(link, SOMEBODY, SOMEBODY);
    await refused(link, /it is a symbolic link of another user \(uid 65534\)/);
  });

  test("that is a pipe, or much longer than a sign-in", async () => {
    const { file } = await place();
    const pipe = `${file}-pipe`;
    execFileSync("mkfifo", ["-m", "600", pipe]);
    await refused(pipe, / is refused: it is not a file\./);
    truncateSync(file, 2_000_000);
    await refused(file, / has 2000000 bytes\. The limit is 1049600\./);
  });

  test("before the first run, if others could replace it later", async () => {
    const own = join(folder, "first");
    mkdirSync(own);
    chmodSync(own, 0o777);
    await refused(join(own, "sign-in"), /the folder .* can be written to by others/);
    assert.deepEqual(readdirSync(own), []);
  });
});

describe("a file goes on", { skip: windows }, () => {
  test("that others may read, and in a folder like /tmp", async () => {
    const { own, file } = await place();
    chmodSync(file, 0o644);
    chmodSync(own, 0o1777);
    assert.equal((await run(file)).code, 3);
  });
});

test("a path that could be the lock or an unfinished file of another sign-in is refused by the option's name", async () => {
  for (const name of ["other.run.lock", "other.0123456789abcdef.tmp"]) {
    const file = join(folder, name);
    writeFileSync(file, "{}", { mode: 0o600 });
    const { code, stderr } = await run(file);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--state must be another one: .* could be a lock or a temporary file/);
    assert.equal(readFileSync(file, "utf8"), "{}");
  }
});
