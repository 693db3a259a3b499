// What the command prints of others: names, messages, codes, files. No control, bidirectional or invisible character reaches the terminal,
// and --json has them as escapes.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { escaped, printable, printableLines } from "../../js/cli/printable.js";
import { asJson, describeError, describeFlow, describeResult } from "../../js/cli/texts.js";
import { start, windows } from "./command.mjs";

/** Control and format characters, line separators, what shows nothing, and lone surrogates: each character of Unicode. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const all = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));
const unprintable = all.filter((character) => UNPRINTABLE.test(character));
// Characters of every kind from the lists above, for the fields of a server, which have limits.
const hostile = "\u001b[2J\u0007\r\n\u007f\u0085\u009b31m\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200d\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\u206f\u2800\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\ufffb\u{1d173}\u{e0001}\u{e0041}\u{e0100}\u{e01ef}";

/** Asserts that only line breaks of the command itself are unprintable. */
function assertPrintable(text, lines) {
  const found = [...text.replaceAll("\n", "")].filter((character) => UNPRINTABLE.test(character));
  assert.deepEqual(found.map((character) => character.codePointAt(0).toString(16)), []);
  if (lines !== undefined) assert.equal(text.split("\n").length - 1, lines, text.slice(0, 500));
}

describe("every character of Unicode that is not printable", () => {
  const name = (character) => `Ada${character}Lovelace`;

  test("is removed, and visible text of any script stays", () => {
    for (const character of unprintable) assert.ok(["AdaLovelace", "Ada Lovelace"].includes(printable(name(character))), character.codePointAt(0).toString(16));
    assertPrintable(printable(unprintable.join("")), 0);
    assert.equal(unprintable.map((character) => printableLines(character)).join(""), "\n");
    for (const text of ["Ada Lovelace", "Zoë Ångström", "阿达", "أدا", "Ада", "एडा", "👩🏽💻 🗝", "a\u0301", "\u0378 is not assigned yet", "\ue000 is for private use"]) assert.equal(printable(text), text);
  });

  test("is an escape in JSON, which has the same meaning", () => {
    for (const character of unprintable) {
      const json = asJson({ [name(character)]: name(character) });
      assertPrintable(json, 3);
      assert.deepEqual(JSON.parse(json), { [name(character)]: name(character) });
    }
    assert.equal(escaped('"\u202e\u{e0100}"'), '"\\u202e\\udb40\\udd00"');
  });

  test("is in no text for people: of a result, an error, a flow", () => {
    const text = unprintable.join("");
    const expiresOn = new Date(1_800_000_000_000);
    for (const account of [{ name: text, username: text, homeAccountId: "h" }, { name: "", username: "", homeAccountId: text }]) {
      assertPrintable(describeResult({ account, scopes: [text, "openid"], expiresOn }), 2);
    }
    assertPrintable(describeError({ errorCode: text, errorMessage: text, hint: text, traceId: text, correlationId: text }), 3);
    assertPrintable(asJson(describeFlow({ userCode: text, verificationUri: text, message: text, expiresOn })), 7);
  });
});

describe("a server whose every text has such characters", () => {
  let server, issuer, tokens;
  before(async () => {
    server = createServer(async (request, response) => {
      for await (const _ of request);
      const answers = {
        "/.well-known/openid-configuration": [200, { issuer, device_authorization_endpoint: `${issuer}/device`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` }],
        "/device": [200, { device_code: "dc-0123456789", user_code: `WD${hostile}JB`, verification_uri: "https://id.example/device", expires_in: 600, interval: 1, message: `To ${hostile} sign in` }],
        "/token": tokens(),
      };
      const [status, body] = answers[request.url] ?? [404, {}];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    issuer = `http://127.0.0.1:${server.address().port}`;
  });
  after(() => server.close());

  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signedIn = () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: "c", sub: "s", iat: now, exp: now + 3600, name: `Ada${hostile}Lovelace`, preferred_username: `ada${hostile}@id.example` };
    return [200, { access_token: "at", token_type: "Bearer", expires_in: 3600, scope: "openid", id_token: `${part({ alg: "RS256" })}.${part(claims)}.c2ln` }];
  };
  const refused = () => [400, { error: `invalid_${hostile}grant`, error_description: `AADSTS50034: no ${hostile} such person`, error_codes: [50034], trace_id: `t${hostile}`, correlation_id: `c${hostile}` }];
  const run = (...args) => start("sign-in", "--authority", issuer, "--client-id", "c", "--scope", "openid", ...args).ended;

  test("the person who signed in", async () => {
    tokens = signedIn;
    const { code, stdout, stderr } = await run();
    assert.equal(code, 0, stderr);
    assertPrintable(stdout, 2);
    assertPrintable(stderr, 1);
    assert.match(stdout, /^Signed in as Ada\[2J/);
  });

  test("the whole result as JSON", async () => {
    tokens = signedIn;
    const { code, stdout } = await run("--json");
    assert.equal(code, 0);
    assertPrintable(stdout);
    assert.equal(JSON.parse(stdout).account.name, `Ada${hostile}Lovelace`);
    assert.ok(stdout.includes("\\u202e") && stdout.includes("\\udb40\\udd00"));
  });

  for (const json of [[], ["--json"]]) {
    test(`a refusal (${json})`, async () => {
      tokens = refused;
      const { code, stdout, stderr } = await run(...json);
      assert.equal(code, 1, stderr);
      assertPrintable(stdout);
      assertPrintable(stderr, 4);
      if (json.length) JSON.parse(stdout);
    });
  }

  test("a file whose name has such characters", { skip: windows }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
    try {
      const file = join(folder, `file\u001b[2J\n\u202e\u009b`);
      writeFileSync(file, "nonsense", { mode: 0o600 });
      for (const path of [file, join(file, "in\u202e\nit"), join(folder, "\u202e\nmissing", "file")]) {
        const { stdout, stderr } = await run("--state", path);
        assert.ok(stderr.includes("file"), stderr);
        assertPrintable(stdout, 0);
        assertPrintable(stderr);
        assert.ok(!/^\u202e?missing|^in/m.test(stderr), stderr);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("arguments with such characters", async () => {
    for (const args of [[`sign${hostile.replace("\0", "")}`], ["sign-in", `${hostile}x`], ["sign-in", `--${hostile}`], ["sign-in", "--client-id", "c", "--scope", "a", `--timeout=${hostile}`], ["sign-in", "--scope", `a${hostile}`, `b${hostile}`], ["sign-in", "--client-id", `-${hostile}`]]) {
      const { code, stdout, stderr } = await start(...args).ended;
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assertPrintable(stderr);
      assert.ok(stderr.split("\n").length <= 6, stderr);
    }
  });
});
