// A program for msal-node's device code flow (sample/), run unchanged and with its import changed to ours, as processes with a
// configuration file, a cache plugin and a log, on the Entra test server behind a real socket. The screen, the requests and the file
// are the same. Where they differ, the test says so.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sample-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "node_modules"));
symlinkSync(join(installedProject(), "node_modules/device-code-flow"), join(folder, "node_modules/device-code-flow"), "dir");
symlinkSync(join(here, "node_modules/@azure"), join(folder, "node_modules/@azure"), "dir");

const text = readFileSync(join(here, "sample/program.mjs"), "utf8");
const imports = { msal: '"@azure/msal-node"', ours: '"device-code-flow"' };

/** A folder with the program of one library, and the file with its tokens. */
function installed(library, cacheLocation) {
  const own = mkdtempSync(join(folder, `${library}-`));
  cpSync(join(here, "sample"), own, { recursive: true });
  const changed = text.replace(imports.msal, imports[library]);
  assert.equal(changed.includes(imports[library]), true);
  writeFileSync(join(own, "program.mjs"), changed);
  const authOptions = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
  writeFileSync(join(own, "config.json"), JSON.stringify({ authOptions, request: { scopes: ["User.Read"] }, cacheLocation }));
  return own;
}

/** Runs the program to its end. `shown` is what the person does with the code. */
async function run(program, origin, command, shown) {
  const options = { cwd: program, env: { ...process.env, STANDIN: origin } };
  const child = spawn(process.execPath, ["--import", "./loopback.mjs", "program.mjs", command], options);
  const screen = [];
  let complaints = "";
  child.stderr.on("data", (chunk) => (complaints += chunk));
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    screen.push(line);
    if (line.startsWith("code: ")) shown?.(line.slice(6));
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  return { code: await ended, screen, complaints };
}

/** The same through both libraries, each on its own test server. */
async function both(scene) {
  return Object.fromEntries(await Promise.all(["msal", "ours"].map(async (library) => [library, await scene(library)])));
}

async function served(settings, work) {
  const entra = standIn({ interval: 1, issuedAt: 1_800_000_000, ...settings });
  const server = await entra.listen();
  try {
    return await work(entra, server.origin);
  } finally {
    await server.close();
  }
}

const sent = ({ requests }) => requests.map(({ method, url, form }) => [method, url, form.client_id, form.device_code?.slice(0, 14)]);

describe("a program for msal-node, with its import changed", { concurrency: true }, () => {
  test("sign in, list accounts, sign out: the same on the screen, in the requests and in the file", async () => {
    const { msal, ours } = await both((library) =>
      served({}, async (entra, origin) => {
        const cache = join(mkdtempSync(join(folder, "cache-")), "cache.json");
        const program = installed(library, cache);
        const approve = (userCode) => entra.approve(userCode, { afterPolls: 1 });
        const signIn = await run(program, origin, "sign-in", approve);
        const stored = JSON.parse(readFileSync(cache, "utf8"));
        const requests = sent(entra);
        const other = installed(library === "msal" ? "ours" : "msal", cache);
        const who = await run(other, origin, "who");
        const signOut = await run(program, origin, "sign-out");
        return { signIn, who, signOut, requests, stored, left: JSON.parse(readFileSync(cache, "utf8")) };
      }),
    );
    assert.equal(ours.signIn.code, 0, ours.signIn.complaints);
    const account = `account: ${ada.preferred_username} ${ada.uid}.${TENANT} ${TENANT} login.windows.net`;
    assert.deepEqual(ours.signIn.screen.slice(1), [
      "code: ABCDEFG01",
      `signed in: ${ada.preferred_username}, User.Read openid profile`,
      "token: access-token-of-ABCDEFG01, from the cache: false",
      account,
      "log: lines",
    ]);
    assert.deepEqual([ours.signIn.code, ours.signIn.screen], [msal.signIn.code, msal.signIn.screen]);
    assert.deepEqual(ours.requests, msal.requests);
    // Each read the other's file.
    for (const { who } of [msal, ours]) assert.deepEqual([who.code, who.screen], [0, [account]], who.complaints);
    for (const { signOut, left } of [msal, ours]) {
      assert.deepEqual([signOut.code, signOut.screen.filter((line) => line.startsWith("account"))], [0, []], signOut.complaints);
      assert.deepEqual(["Account", "IdToken", "AccessToken", "RefreshToken"].map((section) => Object.keys(left[section] ?? {})), [[], [], [], []]);
    }
    const kinds = (stored) => ["AccessToken", "RefreshToken", "IdToken", "Account"].map((section) => Object.keys(stored[section]));
    assert.deepEqual(kinds(ours.stored), kinds(msal.stored), "the same entries under the same keys");
  });

  const endings = {
    "the person declines": { shown: (entra, code) => entra.decline(code), msal: "post_request_failed", ours: "authorization_declined" },
    "the code expires": { shown: (entra, code) => entra.expire(code), msal: "post_request_failed", ours: "device_code_expired" },
    "public client flows are off": {
      settings: { publicClientFlows: false },
      shown: (entra, code) => entra.approve(code),
      msal: "post_request_failed",
      ours: "invalid_client",
      hint: /Allow public client flows/,
    },
  };
  for (const [name, { settings, shown, hint, ...codes }] of Object.entries(endings)) {
    test(`${name}: both end with exit code 1 and an AuthError; ours says what happened`, async () => {
      const seen = await both((library) =>
        served(settings, async (entra, origin) => {
          const cache = join(mkdtempSync(join(folder, "cache-")), "cache.json");
          const ended = await run(installed(library, cache), origin, "sign-in", (code) => shown(entra, code));
          return { ...ended, kept: existsSync(cache) && readFileSync(cache, "utf8").includes("secret") };
        }),
      );
      for (const library of ["msal", "ours"]) {
        const { code, screen, kept } = seen[library];
        assert.deepEqual([code, screen.at(-1), kept], [1, `failed: true, ${codes[library]}`, false], seen[library].complaints);
      }
      if (hint) assert.match(seen.ours.complaints, hint);
    });
  }
});
