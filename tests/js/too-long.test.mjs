// Texts that are too long are refused before they are copied into the module: they cost the call that brought them, and no other. A store
// keeps such a text where it is.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";

const installed = join(installedProject(), "node_modules/device-code-flow");
const { PublicClientApplication } = await import(pathToFileURL(join(installed, "node.mjs")));
const { fileCache } = await import(pathToFileURL(join(installed, "storage-node.mjs")));
const { SignIn } = await import(pathToFileURL(join(installed, "workers.mjs")));

const folder = mkdtempSync(join(tmpdir(), "device-code-flow-"));
after(() => rmSync(folder, { recursive: true }));

const appOf = (entra, cache) => new PublicClientApplication({ auth: { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` }, system: { fetch: entra.fetch }, cache });
const MEBI = 1024 * 1024;
const long = (mebi) => "x".repeat(mebi * MEBI + 1);

/** A sign-in that is under way, in the same process. Its end shows that the module's instance was not lost. */
function another() {
  const entra = standIn({ interval: 1 });
  let approve;
  const shown = new Promise((resolve) => (approve = resolve));
  const result = appOf(entra).acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback: ({ userCode }) => approve(() => entra.approve(userCode)) });
  return { shown, end: async () => ((await shown)(), (await result).account.name) };
}

test("the text of a token cache: by deserialize, before and after the module is loaded, and by a plugin", async () => {
  const text = long(128);
  const refusal = { errorCode: "invalid_argument", message: /The text of the token cache has 134217729 characters\. The limit is 134217728\./ };
  const unloaded = appOf(standIn());
  assert.throws(() => unloaded.getTokenCache().deserialize(text), refusal);
  const { shown, end } = another();
  await shown;
  assert.throws(() => unloaded.getTokenCache().deserialize(text), refusal);
  let stored = text;
  const cachePlugin = {
    beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(stored),
    afterCacheAccess: async ({ cacheHasChanged, tokenCache }) => void (cacheHasChanged && (stored = tokenCache.serialize())),
  };
  const entra = standIn({ interval: 1 });
  const app = appOf(entra, { cachePlugin });
  await assert.rejects(app.getAllAccounts(), refusal);
  await assert.rejects(app.signOut({ account: { homeAccountId: "a.b", environment: "login.windows.net" } }), refusal);
  assert.ok(stored === text, "the text was written over");
  assert.equal(await end(), "Ada Lovelace");
});

test("a file: it is not read, not set aside and not written over", async () => {
  const path = join(folder, "tokens");
  writeFileSync(path, "");
  truncateSync(path, 3 * 128 * MEBI + 1);
  const app = appOf(standIn(), { cachePlugin: fileCache(path) });
  await assert.rejects(app.getAllAccounts(), { errorCode: "storage_read_failed", message: /it has 402653185 bytes, and a token cache has at most 402653184/ });
  assert.deepEqual(readdirSync(folder), ["tokens"]);
  assert.equal(statSync(path).size, 3 * 128 * MEBI + 1);
});

test("a request, and a configuration", async () => {
  const { shown, end } = another();
  await shown;
  const entra = standIn();
  const app = appOf(entra);
  for (const request of [{ claims: long(4) }, { scopes: [long(4)] }, { scopes: Array(MEBI).fill("User.Read") }, { extraQueryParameters: { dc: long(4) } }]) {
    await assert.rejects(app.startDeviceCode({ scopes: ["User.Read"], ...request }), { errorCode: "invalid_argument", message: /The JSON of the request has \d+ characters\. The limit is 4194304\./ });
  }
  assert.equal(entra.requests.length, 0);
  assert.equal(await end(), "Ada Lovelace");
});

test("the text of a stored sign-in: nothing is sent, and it stays", async () => {
  const entra = standIn();
  const { shown, end } = another();
  await shown;
  for (const start of ['{"kind":"device-code-flow","version":4,"a":"', '{"kind":"device-code-flow ending","version":1,"a":"']) {
    let stored = start + long(1);
    const text = stored;
    const store = { name: "the shelf", read: async () => stored, lease: async () => ({ write: async (given) => void (stored = given), release: async () => {} }) };
    const signIn = new SignIn({ app: appOf(entra), request: { scopes: ["User.Read"] }, store, key: "lobby" });
    for (const verb of ["step", "start", "status", "token"]) {
      await assert.rejects(signIn[verb](), { errorCode: "saved_flow_invalid", message: /the shelf, key "lobby": The text of the sign-in has \d+ characters\. The limit is 1048576\./ });
    }
    assert.ok(stored === text && entra.requests.length === 0);
    await signIn.cancel();
    assert.equal(stored, null);
  }
  assert.equal(await end(), "Ada Lovelace");
});
