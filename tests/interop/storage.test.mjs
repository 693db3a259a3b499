// The stores of device-code-flow/storage with real msal-node, and with both libraries at the same time: they are ordinary cache plugins.
//
// tests/storage tests the stores themselves.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { libraries, storage } from "./sign-ins.mjs";

const { encrypted, fileCache } = storage;
const KEY = new Uint8Array(32).map((_, at) => at * 7);

const folder = mkdtempSync(join(tmpdir(), "storage-interop-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const bob = { ...ada, oid: "bob", uid: "bob", sub: "bob", preferred_username: "bob@contoso.com", name: "Bob" };
const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };

let files = 0;
/** A file, and applications of both libraries that store their tokens in it, each with its own plugin. */
function shared(plugin = fileCache) {
  const path = join(folder, `${(files += 1)}`, "tokens");
  const entra = standIn({ interval: 1, issuedAt: 1_800_000_000, foci: false });
  const app = (library, cachePlugin = plugin(path)) => {
    const { PublicClientApplication, system } = libraries[library];
    return new PublicClientApplication({ auth, system: system(entra), cache: { cachePlugin } });
  };
  const signIn = (library, person = ada, from = app(library)) =>
    from.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback: ({ userCode }) => entra.approve(userCode, { person }) });
  const names = async (library) => (await app(library).getTokenCache().getAllAccounts()).map(({ name }) => name).sort();
  return { path, app, signIn, names };
}

const kinds = { fileCache, "fileCache, encrypted": (path) => encrypted(fileCache(path), KEY) };

for (const [kind, plugin] of Object.entries(kinds)) {
  describe(kind, { concurrency: true }, () => {
    test("msal-node stores its tokens there, and a second one has them without a request", async () => {
      const { path, app, signIn } = shared(plugin);
      const { accessToken } = await signIn("msal");
      const second = app("msal");
      const [account] = await second.getTokenCache().getAllAccounts();
      const silent = await second.acquireTokenSilent({ scopes: ["User.Read"], account });
      assert.deepEqual([silent.fromCache, silent.accessToken], [true, accessToken]);
      assert.equal(readFileSync(path, "utf8").includes(accessToken), plugin === fileCache);
      assert.deepEqual(readdirSync(join(path, "..")), ["tokens"]);
    });

    test("people who sign in by both libraries at the same time are all there", async () => {
      const { signIn, names } = shared(plugin);
      const people = Array.from({ length: 6 }, (_, at) => ({ ...bob, oid: `p${at}`, uid: `p${at}`, sub: `p${at}`, name: `Person ${at}` }));
      await Promise.all(people.map((person, at) => signIn(at % 2 ? "msal" : "ours", person)));
      const expected = people.map(({ name }) => name);
      assert.deepEqual([await names("msal"), await names("ours")], [expected, expected]);
    });

    test("msal-node removes an account, and ours sees it", async () => {
      const { app, signIn, names } = shared(plugin);
      await signIn("ours");
      await signIn("msal", bob);
      const cache = app("msal").getTokenCache();
      await cache.removeAccount(await cache.getAccountByLocalId(ada.oid));
      assert.deepEqual(await names("ours"), ["Bob"]);
    });
  });
}

describe("texts that msal-node cannot read", { concurrency: true }, () => {
  test("a damaged text is set aside before msal-node can overwrite it", async () => {
    const { path, app, signIn, names } = shared();
    await signIn("msal");
    writeFileSync(path, "{ cut sho");
    await assert.rejects(app("msal").getTokenCache().getAllAccounts(), { errorCode: "token_cache_invalid", message: new RegExp(`${path}\\.damaged-`) });
    const [kept] = readdirSync(join(path, ".."));
    assert.equal(readFileSync(join(path, "..", kept), "utf8"), "{ cut sho");
    await signIn("msal", bob);
    assert.deepEqual(await names("ours"), ["Bob"]);
  });

  test("a text under another key stays, whatever msal-node does next", async () => {
    const { path, app, signIn, names } = shared(kinds["fileCache, encrypted"]);
    await signIn("msal");
    const sealed = readFileSync(path, "utf8");
    const stranger = app("msal", encrypted(fileCache(path), KEY.map((byte) => byte ^ 1)));
    const code = { errorCode: "encryption_key_mismatch" };
    await assert.rejects(stranger.getTokenCache().getAllAccounts(), code);
    await assert.rejects(signIn("msal", bob, stranger), code);
    assert.equal(readFileSync(path, "utf8"), sealed);
    assert.deepEqual(await names("msal"), [ada.name]);
  });
});
