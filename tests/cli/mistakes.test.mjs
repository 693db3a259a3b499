// The messages of the command for typing mistakes: exit code 2, in terms of the command line, on one screen.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { translateError } from "../../js/cli/translate-error.js";
import { top } from "../runtime/project.mjs";
import { start, startIn } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
after(() => rmSync(folder, { recursive: true }));

const valued = ["authority", "client-id", "scope", "known-authority", "protocol-mode", "claims", "locale", "timeout", "state"];
const enough = ["sign-in", "--client-id", "c", "--scope", "a"];
// Terms that only a JavaScript program has: fields, methods, classes.
const JAVASCRIPT = /\b(auth|request|system|cache)\.[a-z]|[a-z]\(\)|[a-z][A-Z][a-z]+\b(?!\.com)/;

/** The command refuses: the problem is between one line of usage and one line of advice. */
async function refused(args, problem) {
  const { code, stdout, stderr } = await start(...args).ended;
  assert.deepEqual([code, stdout], [2, ""], stderr);
  const lines = stderr.split("\n");
  assert.match(lines[0], /^Usage: device-code-flow sign-in/);
  assert.deepEqual(lines.slice(1), ["", ...problem.split("\n"), "--help lists all options.", ""]);
  for (const line of lines) assert.ok(line.length <= 80, line);
}

for (const [what, args, problem] of [
  ["no command", [], "Name a command: sign-in."],
  ["another command", ["sign-out"], 'There is no command "sign-out".'],
  ["a command that is nearly one", ["signin", "--scope", "a"], 'There is no command "signin". Did you mean sign-in?'],
  ["a command in two words", ["sign", "in"], 'There is no command "sign". Did you mean sign-in?'],
  ["a word for no reason", ["sign-in", "now", "--scope", "a"], '"now" is unexpected. Only options can follow sign-in.'],
  ["a word after a flag", [...enough, "--json", "yes"], '"yes" is unexpected. Only options can follow sign-in.'],
  [
    "scopes without quotes",
    ["sign-in", "--scope", "openid", "profile", "email", "--client-id", "c"],
    '"profile" is unexpected. Several scopes: --scope "openid profile email"\nor --scope openid --scope profile --scope email',
  ],
  [
    "scopes without quotes before the command",
    ["--scope", "openid", "profile", "sign-in"],
    '"profile" is unexpected. Several scopes: --scope "openid profile"\nor --scope openid --scope profile',
  ],
  [
    "another value without quotes",
    [...enough, "--state", "my", "file"],
    '"file" is unexpected. A value with spaces is written in quotes: --state "…"',
  ],
  ["no client id", ["sign-in", "--scope", "openid"], "--client-id is missing."],
  ["neither client id nor scope", ["sign-in"], "--client-id and --scope are missing."],
  ["--once without a file", [...enough, "--once"], "--once needs --state."],
  ["a mistyped option", [...enough, "--authorty", "https://id.example"], "There is no option --authorty. Did you mean --authority?"],
  ["an option in the plural", ["sign-in", "--scopes=a"], "There is no option --scopes. Did you mean --scope?"],
  ["the beginning of an option", ["sign-in", "--client", "c"], "There is no option --client. Did you mean --client-id?"],
  ["an option with one dash", ["sign-in", "-scope", "a"], "There is no option -scope. Did you mean --scope?"],
  ["an option like no other", [...enough, "--secret", "x"], "There is no option --secret."],
  ["an option without its value", ["sign-in", "--client-id"], "--client-id needs a value."],
  ["an option before another", ["sign-in", "--client-id", "--scope", "a"], "--client-id needs a value, but the option --scope follows."],
  ["a value like an option", [...enough, "--timeout", "-5"], '--timeout needs a value. If that is "-5", write --timeout=-5'],
  ["a value where none belongs", [...enough, "--json=yes"], "--json takes no value."],
  ["a time that is no number", [...enough, "--timeout", "abc"], '--timeout must be a number of seconds, not "abc".'],
  ["a time of less than nothing", [...enough, "--timeout=-5"], '--timeout must be a number of seconds, not "-5".'],
]) {
  test(`${what}: the problem follows one line of usage`, () => refused(args, problem));
}

for (const name of valued) {
  test(`--${name} with an empty value is refused: its environment variable is not set`, async () => {
    const problem = `--${name} has an empty value. Is the variable set that it comes from?`;
    for (const value of [[`--${name}`, ""], [`--${name}=`], [`--${name}`, " "]]) await refused([...enough, ...value], problem);
  });
}

for (const [what, args, code, ...said] of [
  ["an authority that is no address", ["--authority", "x"], 2, '--authority is not a URL: "x"', "Set --authority to"],
  ["an AD FS that nobody vouches for", ["--authority", "https://fs.example/adfs"], 2, "only --known-authority", "with --known-authority"],
  ["an unknown protocol mode", ["--protocol-mode", "SAML"], 2, "--protocol-mode must be one of", "Correct the option"],
  ["claims that are no JSON", ["--claims", "{"], 2, "--claims is not the JSON text"],
  ["a scope with a quote", ["--scope", '"'], 2, "--scope must be"],
  ["no network", ["--authority", "http://127.0.0.1:9"], 1, "http://127.0.0.1:9/", "HTTPS_PROXY"],
  ["a folder in place of a file", ["--state", folder], 1, `--state, ${folder}:`],
  ["a file that is somebody else's", ["--state", join(folder, "foreign.json")], 1, join(folder, "foreign.json"), "remove it"],
]) {
  test(`${what}: the message and the hint name options, and no fields`, async () => {
    writeFileSync(join(folder, "foreign.json"), '{"kind":"another"}');
    for (const json of [[], ["--json"]]) {
      const ended = await start(...enough, ...args, ...json).ended;
      assert.equal(ended.code, code, ended.stderr);
      for (const text of said) assert.ok(ended.stderr.includes(text), ended.stderr);
      const { errorMessage = ended.stderr, hint } = ended.stdout ? JSON.parse(ended.stdout).error : {};
      assert.doesNotMatch(`${errorMessage}\n${hint}`.replaceAll(folder, ""), JAVASCRIPT);
    }
  });
}

test("an engine without fetch, like Node before 18: the hint names the version, and so do --help and the README", async () => {
  const { code, stderr } = await startIn({ env: { ...process.env, NODE_OPTIONS: "--no-experimental-fetch" } }, ...enough).ended;
  assert.equal(code, 2, stderr);
  assert.match(stderr, /^fetch_missing: .*\nThe command needs Node 18\.3 or newer, with its fetch\.\n$/);
  assert.match((await start("--help").ended).stdout, /Needs Node 18\.3 or newer/);
  assert.match(readFileSync(join(top, "README.md"), "utf8"), /^\*\*A terminal\*\* with Node 18\.3 or newer/m);
});

test("no hint of docs/errors.md that a sign-in can end with names a field", () => {
  const docs = readFileSync(join(top, "docs/errors.md"), "utf8");
  const own = [...docs.matchAll(/^### `(\w+)`\n[^]*?\*\*What to do:\*\* (.+)$/gm)].map(([, errorCode, hint]) => ({ errorCode, hint }));
  const rows = [...docs.matchAll(/^\| `?(\w+)`? \|.*\| (.+?) \|$/gm)].map(([, errorCode, hint]) => ({ errorCode, hint }));
  // Settings without an option, and calls that the command does not make.
  const never = /metadata|isMcp|request\.account|acquireToken|plugin|SignIn|encrypt|fileCache|flag was set|WebAssembly/i;
  const reached = [...own, ...rows].filter(({ hint }) => !never.test(hint));
  assert.ok(reached.length > 80, String(reached.length));
  for (const { errorCode, hint } of reached) {
    const told = translateError({ errorCode, errorMessage: "", hint });
    assert.doesNotMatch(told.hint, /\b(auth|request|system)\.[a-z]|save\(\)/i, errorCode);
  }
});

test("--help fits a terminal of 80 columns, and names every option once", async () => {
  const { code, stdout, stderr } = await start("--help").ended;
  assert.deepEqual([code, stderr], [0, ""]);
  for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  const names = [...stdout.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(([, name]) => name);
  const known = [...valued, "once", "json", "version", "help"];
  assert.deepEqual(names.sort(), known.sort());
});

test("--help lists the modes that a refusal lists, and the value for no limit", async () => {
  const { stdout } = await start("--help").ended;
  const { stderr } = await start(...enough, "--protocol-mode", "foo").ended;
  const listed = [...stderr.matchAll(/"(\w+)"/g)].map(([, mode]) => mode);
  assert.deepEqual(listed, ["AAD", "OIDC", "EAR"]);
  const partOf = (option) => stdout.split(`  --${option} `)[1].split("\n  --")[0];
  assert.deepEqual(partOf("protocol-mode").match(/\b[A-Z]{3,}\b/g).sort(), ["MODE", ...listed].sort());
  assert.match(partOf("timeout"), /\b0 is no limit/);
});

test("the README and --help name the same exit codes", async () => {
  const { stdout } = await start("--help").ended;
  const listed = stdout.slice(stdout.indexOf("Exit codes:")).match(/\b\d+(?= )/g);
  const [, told] = /Exit code (0 [^]*?)\.\n/.exec(readFileSync(join(top, "README.md"), "utf8"));
  assert.deepEqual(told.match(/\b\d+(?= )/g), listed);
  assert.ok(listed.length > 5, String(listed));
});

test("--version: the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(top, "dist/package/package.json"), "utf8"));
  const { code, stdout, stderr } = await start("--version").ended;
  assert.deepEqual([code, stdout, stderr], [0, `${version}\n`, ""]);
});
