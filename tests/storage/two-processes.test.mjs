// Two processes renew the tokens of one file, at a server that takes every refresh token once and ends the whole sign-in of
// whoever uses one again: nobody is signed out.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
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

/** Somebody signs in, into a file. */
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
