// Two processes renew the tokens of one file. The server accepts every refresh token once and ends the whole sign-in if one is used again.
// Nobody is signed out, also when one process is killed while it waits for the lock.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as later } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { programsProject, start } from "./processes.mjs";
import { emptyFolder } from "./project.mjs";

const project = programsProject();
const folder = emptyFolder();
const entra = standIn({ interval: 1, rotation: true });
const { origin, close } = await entra.listen();
after(close);
const of = (name) => import(pathToFileURL(join(project, "node_modules/device-code-flow", name)));
const [{ PublicClientApplication }, { fileCache }] = [await of("node.mjs"), await of("storage-node.mjs")];

/** A person signs in, into a file. */
async function signedIn(name) {
  const path = join(folder, `${name}.json`);
  const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
  const app = new PublicClientApplication({ auth, cache: { cachePlugin: fileCache(path) }, system: { fetch: entra.fetch } });
  await app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback: ({ userCode }) => entra.approve(userCode) });
  return { path, session: entra.sessions.at(-1) };
}

const refreshing = (path, rounds) => start(project, [process.execPath, "refresh.mjs", path, origin, TENANT, CLIENT, String(rounds)]);
const refreshTokens = (path) => Object.values(JSON.parse(readFileSync(path, "utf8")).RefreshToken).map(({ secret }) => secret);

test("two processes, two hundred refreshes: nobody is signed out, and the file has the last refresh token", async () => {
  const { path, session } = await signedIn("two-hundred");
  const runs = await Promise.all([refreshing(path, 100).ended, refreshing(path, 100).ended]);
  for (const { code, lines } of runs) assert.deepEqual([code, lines.length], [0, 100], lines.join("\n"));
  const tokens = runs.flatMap(({ lines }) => lines);
  assert.equal(new Set(tokens).size, 200, "each refresh has brought a token of its own");
  assert.deepEqual([session.ended, session.refreshTokens.length], [false, 201]);
  assert.deepEqual(refreshTokens(path), [session.refreshTokens.at(-1)]);
});

/** The holder of the lock on the person's refresh: { pid, owner }, both undefined if there is none. */
function holder(path) {
  const name = readdirSync(folder).find((name) => name.startsWith(basename(path)) && /refresh-[0-9a-f]{8}\.lock$/.test(name));
  try {
    return JSON.parse(readFileSync(join(folder, name), "utf8"));
  } catch {
    return {};
  }
}

/**
 * Kills `victim` while `other` holds the lock and is stopped. So `victim` waits, and is not between an answer and its storing, where a kill
 * would lose the only valid refresh token.
 */
async function killedWaiting(path, victim, other) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    for (const { child, lines } of [victim, other]) assert.equal(child.exitCode, null, lines.filter((line) => line.startsWith("stderr")).join("\n"));
    await later(Math.random() * 20);
    const { pid, owner } = holder(path);
    if (pid !== other.child.pid) continue;
    other.child.kill("SIGSTOP");
    try {
      // A signal takes a moment to arrive.
      await later(20);
      if (owner === undefined || holder(path).owner !== owner) continue;
      victim.child.kill("SIGKILL");
      return (await victim.ended).signal;
    } finally {
      other.child.kill("SIGCONT");
    }
  }
  throw new Error("the other has not been seen with the lock");
}

const hasPrinted = async ({ lines, ended }) => {
  const over = ended.then(() => true);
  while (!lines.length) if (await Promise.race([later(5), over])) throw new Error(`it ended: ${lines.join("\n")}`);
};

test("one of two processes is killed twenty times while it waits for the lock: the other continues, and nobody is signed out", async () => {
  const { path, session } = await signedIn("killed");
  const endless = 100_000;
  let survivor = refreshing(path, endless);
  await hasPrinted(survivor);
  for (let kill = 0; kill < 20; kill++) {
    const victim = refreshing(path, endless);
    await hasPrinted(victim);
    const before = survivor.lines.length;
    assert.equal(await killedWaiting(path, victim, survivor), "SIGKILL");
    while (survivor.lines.length <= before) {
      assert.equal(survivor.child.exitCode, null, survivor.lines.at(-1));
      await later(5);
    }
  }
  const last = refreshing(path, 100);
  await hasPrinted(last);
  assert.equal(await killedWaiting(path, survivor, last), "SIGKILL");
  const { code, lines } = await last.ended;
  assert.deepEqual([code, lines.length], [0, 100], lines.join("\n"));
  assert.equal(session.ended, false);
  assert.deepEqual(refreshTokens(path), [session.refreshTokens.at(-1)]);
});
