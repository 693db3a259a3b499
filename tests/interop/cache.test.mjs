// One cache, two libraries: each takes over what the other has stored. Real msal-node, with the cache plugin of its documentation.
//
// tests/core/cache has the texts of .NET, Java and Python.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { filePlugin } from "../support/file-plugin.mjs";
import { libraries, onlyIntended, differences } from "./sign-ins.mjs";

const folder = mkdtempSync(join(tmpdir(), "token-cache-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const HOME = "ffffeeee-1111-dddd-2222-ccccbbbbaaaa";
const guest = { ...ada, uid: "home-of-ada", utid: HOME, login_hint: "O.hint", upn: "ada@fabrikam.example", signin_state: ["kmsi"] };
const bob = { ...ada, oid: "bob", uid: "bob", sub: "bob", preferred_username: "bob@contoso.com", name: "Bob" };

let files = 0;
/** A file, and applications of both libraries that store their tokens in it. */
function shared({ entra = standIn({ interval: 1, issuedAt: 1_800_000_000, foci: false }) } = {}) {
  const path = join(folder, `${(files += 1)}.json`);
  const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
  const app = (library) => {
    const { PublicClientApplication, system } = libraries[library];
    return new PublicClientApplication({ auth, system: system(entra), cache: { cachePlugin: filePlugin(path) } });
  };
  const signIn = (library, person = ada, scopes = ["User.Read"], authority) =>
    app(library).acquireTokenByDeviceCode({ scopes, authority, deviceCodeCallback: ({ userCode }) => entra.approve(userCode, { person }) });
  const stored = () => JSON.parse(readFileSync(path, "utf8"));
  return { entra, app, signIn, stored };
}

const inOrder = (accounts) => [...accounts].sort((one, other) => (one.homeAccountId + one.tenantId).localeCompare(other.homeAccountId + other.tenantId));

describe("a cache that ours has written", { concurrency: true }, () => {
  for (const [name, person] of Object.entries({ "a member": ada, "a guest": guest })) {
    test(`${name}: msal-node knows the account and has the token, without a request`, async () => {
      const { entra, app, signIn } = shared();
      const { accessToken, expiresOn } = await signIn("ours", person);
      const before = entra.requests.length;
      const msal = app("msal");
      const [account] = await msal.getTokenCache().getAllAccounts();
      assert.equal(account.username, person.preferred_username);
      const silent = await msal.acquireTokenSilent({ scopes: ["user.read"], account });
      assert.deepEqual([silent.fromCache, silent.accessToken, entra.requests.length], [true, accessToken, before]);
      assert.ok(Math.abs(silent.expiresOn - expiresOn) < 1000, "the same end");
    });

    test(`${name}: both list the same accounts`, async () => {
      const { app, signIn } = shared();
      await signIn("ours", person);
      const lists = await Promise.all(["msal", "ours"].map((library) => app(library).getTokenCache().getAllAccounts()));
      assert.equal(lists[0].length, 1);
      onlyIntended(differences({ ...lists[0] }, { ...lists[1] }), []);
    });
  }

  test("msal-node removes an account, and ours sees it", async () => {
    const { app, signIn, stored } = shared();
    await signIn("ours");
    await signIn("ours", bob);
    const msal = app("msal").getTokenCache();
    await msal.removeAccount(await msal.getAccountByLocalId(ada.oid));
    assert.deepEqual((await app("ours").getAllAccounts()).map(({ name }) => name), ["Bob"]);
    assert.deepEqual(Object.values(stored().RefreshToken).length, 1);
  });
});

describe("a cache that msal-node has written", { concurrency: true }, () => {
  for (const [name, person] of Object.entries({ "a member": ada, "a guest": guest })) {
    test(`${name}: ours lists the account as msal-node does`, async () => {
      const { app, signIn } = shared();
      await signIn("msal", person);
      const lists = await Promise.all(["msal", "ours"].map((library) => app(library).getTokenCache().getAllAccounts()));
      onlyIntended(differences({ ...lists[0] }, { ...lists[1] }), []);
    });
  }

  test("ours removes an account, and msal-node sees it", async () => {
    const { app, signIn } = shared();
    await signIn("msal");
    await signIn("msal", bob);
    const ours = app("ours");
    const account = await ours.getTokenCache().getAccountByHomeId(`${ada.uid}.${TENANT}`);
    await ours.signOut({ account });
    assert.deepEqual((await app("msal").getTokenCache().getAllAccounts()).map(({ name }) => name), ["Bob"]);
    assert.equal(await ours.getTokenCache().getAccountByHomeId(account.homeAccountId), null);
    assert.equal((await ours.getTokenCache().getAccountByLocalId("bob")).name, "Bob");
  });
});

describe("both in turn", { concurrency: true }, () => {
  test("accounts of both stay, and a token that ours renews is there once", async () => {
    const { app, signIn, stored } = shared();
    await signIn("msal");
    await signIn("ours", bob);
    await signIn("msal", bob, ["Mail.Read"]);
    await signIn("ours", ada, ["Mail.Read"]);
    const lists = await Promise.all(["msal", "ours"].map((library) => app(library).getTokenCache().getAllAccounts()));
    const [msal, ours] = lists.map((list) => ({ ...inOrder(list) }));
    onlyIntended(differences(msal, ours), []);
    assert.equal(Object.keys(msal).length, 2);
    const of = (section, person) => Object.values(stored()[section]).filter(({ home_account_id }) => home_account_id.startsWith(person.uid));
    assert.equal(of("RefreshToken", ada).length, 1);
    assert.deepEqual(of("AccessToken", ada).map(({ target }) => target.split(" ")[0]).sort(), ["Mail.Read", "User.Read"]);
    for (const scopes of [["Mail.Read"], ["User.Read"]]) {
      const account = (await app("msal").getTokenCache().getAllAccounts()).find(({ name }) => name === ada.name);
      assert.equal((await app("msal").acquireTokenSilent({ scopes, account })).fromCache, true);
    }
  });

  test("the tenants of a guest are in one account", async () => {
    const { app, signIn } = shared();
    const athome = { ...guest, tid: HOME, oid: "home-of-ada" };
    await signIn("msal", guest);
    const { account } = await signIn("ours", athome, ["User.Read"], "https://login.microsoftonline.com/organizations");
    assert.deepEqual([...account.tenantProfiles.keys()], [TENANT, HOME], "the result knows of both");
    const lists = await Promise.all(["msal", "ours"].map((library) => app(library).getTokenCache().getAllAccounts()));
    onlyIntended(differences({ ...lists[0] }, { ...lists[1] }), []);
    assert.deepEqual(lists[1].map(({ tenantId }) => tenantId), [TENANT, HOME]);
  });
});
