// Two issuers of one host, one client id, one store: tokens stay with their issuer, and msal-node reads what ours has written.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ada, CLIENT, standIn } from "../support/entra.mjs";
import { filePlugin } from "../support/file-plugin.mjs";
import { libraries } from "./sign-ins.mjs";

const HOST = "https://id.example";
const [PRODUCTION, STAGING] = [`${HOST}/realms/production`, `${HOST}/realms/staging`];
const folder = mkdtempSync(join(tmpdir(), "issuers-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

let files = 0;
/** A file, and applications of both libraries and both issuers that store their tokens in it. */
function shared() {
  const path = join(folder, `${(files += 1)}.json`);
  const issuers = [{ issuer: PRODUCTION, paths: { revocation: "/revoke" } }, { issuer: STAGING, paths: { revocation: "/revoke" } }];
  const entra = standIn({ interval: 1, issuers });
  const app = (authority, library = "ours") => {
    const { PublicClientApplication, system } = libraries[library];
    const auth = { clientId: CLIENT, authority, knownAuthorities: ["id.example"] };
    return new PublicClientApplication({ auth, system: { ...system(entra), protocolMode: "OIDC" }, cache: { cachePlugin: filePlugin(path) } });
  };
  const signIn = (authority, person = ada) =>
    app(authority).acquireTokenByDeviceCode({ scopes: ["files"], deviceCodeCallback: ({ userCode }) => entra.approve(userCode, { person }) });
  const stored = () => JSON.parse(readFileSync(path, "utf8"));
  return { entra, app, signIn, stored };
}

const failure = (promise) => promise.then(() => "none", ({ errorCode }) => errorCode);

describe("two issuers of one host", { concurrency: true }, () => {
  test("one lists, uses, refreshes, revokes and removes nothing of the other", async () => {
    const { entra, app, signIn, stored } = shared();
    // The same `sub` at both.
    const [production, staging] = [await signIn(PRODUCTION), await signIn(STAGING)];
    assert.deepEqual([production.account.issuer, staging.account.issuer], [PRODUCTION, STAGING]);
    for (const [authority, own, other] of [[PRODUCTION, production, staging], [STAGING, staging, production]]) {
      const [account, ...more] = await app(authority).getAllAccounts();
      assert.deepEqual([account.issuer, more], [authority, []]);
      const silent = await app(authority).acquireTokenSilent({ scopes: ["files"], account });
      assert.equal(silent.accessToken, own.accessToken);
      assert.equal(await failure(app(authority).acquireTokenSilent({ scopes: ["files"], account: other.account })), "no_tokens_found");
    }
    // A request's own authority counts, and not the configured one.
    const elsewhere = await app(PRODUCTION).acquireTokenSilent({ scopes: ["files"], account: staging.account, authority: STAGING });
    assert.equal(elsewhere.accessToken, staging.accessToken);
    const before = entra.requests.length;
    await app(PRODUCTION).acquireTokenSilent({ scopes: ["files"], account: production.account, forceRefresh: true });
    await app(PRODUCTION).signOut({ account: production.account, revoke: true });
    for (const { url, form } of entra.requests.slice(before)) {
      assert.ok(url.startsWith(PRODUCTION), url);
      const userCode = staging.accessToken.slice("access-token-of-".length);
      assert.ok(!JSON.stringify(form ?? {}).includes(userCode), "a token of the other issuer was sent");
    }
    assert.deepEqual(Object.values(stored().RefreshToken).map(({ secret }) => secret), [staging.accessToken.replace("access", "refresh")]);
    assert.deepEqual([(await app(PRODUCTION).getAllAccounts()).length, (await app(STAGING).getAllAccounts()).length], [0, 1]);
  });

  test("an account of a request's own authority is signed out of by its issuer", async () => {
    const { app, signIn, stored } = shared();
    const { account } = await signIn(STAGING);
    await app(PRODUCTION).signOut({ account });
    assert.deepEqual(stored().RefreshToken, {});
  });

  test("msal-node finds what ours wrote, and ours what msal-node then refreshed", async () => {
    const { app, signIn, stored } = shared();
    const { accessToken } = await signIn(PRODUCTION);
    const msal = app(PRODUCTION, "msal");
    const [account] = await msal.getTokenCache().getAllAccounts();
    const silent = await msal.acquireTokenSilent({ scopes: ["files"], account });
    assert.deepEqual([silent.fromCache, silent.accessToken], [true, accessToken]);
    const refreshed = await msal.acquireTokenSilent({ scopes: ["files"], account, forceRefresh: true });
    const own = app(PRODUCTION);
    const [again] = await own.getAllAccounts();
    const found = await own.acquireTokenSilent({ scopes: ["files"], account: again });
    assert.deepEqual([found.fromCache, found.accessToken], [true, refreshed.accessToken]);
    assert.equal(Object.keys(stored().RefreshToken).length, 1);
    assert.equal(await failure(app(STAGING).acquireTokenSilent({ scopes: ["files"], account: { ...again, issuer: undefined } })), "no_tokens_found");
  });

  test("ids that differ only in case are two people", async () => {
    const { app, signIn } = shared();
    const [one, other] = [await signIn(PRODUCTION, { ...ada, sub: "abc" }), await signIn(PRODUCTION, { ...ada, sub: "ABC" })];
    for (const { account, accessToken } of [one, other]) {
      assert.equal((await app(PRODUCTION).acquireTokenSilent({ scopes: ["files"], account })).accessToken, accessToken);
    }
  });
});

describe("an issuer that sends no ID token", { concurrency: true }, () => {
  /** The stand-in without ID tokens. */
  function pure() {
    const { entra, ...scene } = shared();
    const fetch = async (...request) => {
      const answer = await entra.fetch(...request);
      const body = JSON.parse(await answer.text());
      delete body.id_token;
      return new Response(JSON.stringify(body), { status: answer.status });
    };
    const path = join(folder, `${(files += 1)}.json`);
    const { PublicClientApplication } = libraries.ours;
    const app = () => new PublicClientApplication({
      auth: { clientId: CLIENT, authority: PRODUCTION }, system: { fetch, protocolMode: "OIDC" }, cache: { cachePlugin: filePlugin(path) },
    });
    const signIn = (accountHint, scopes = ["files"]) =>
      app().acquireTokenByDeviceCode({ scopes, accountHint, deviceCodeCallback: ({ userCode }) => entra.approve(userCode, { person: ada }) });
    return { ...scene, entra, app, signIn, stored: () => JSON.parse(readFileSync(path, "utf8")) };
  }

  test("has an account all the same: listed, found again, refreshed, signed out", async () => {
    const { app, signIn, stored } = pure();
    const { account, accessToken } = await signIn();
    assert.deepEqual([account.homeAccountId, account.username, account.issuer], [`local:${CLIENT}`, "", PRODUCTION]);
    const [listed] = await app().getAllAccounts();
    assert.deepEqual([listed.homeAccountId, listed.issuer], [account.homeAccountId, PRODUCTION]);
    assert.equal((await app().acquireTokenSilent({ scopes: ["files"], account: listed })).accessToken, accessToken);
    const refreshed = await app().acquireTokenSilent({ scopes: ["mail"], account: listed });
    assert.deepEqual([refreshed.fromCache, refreshed.account.homeAccountId], [false, account.homeAccountId]);
    await app().signOut({ account: listed });
    assert.deepEqual(Object.values(stored()).map((section) => Object.keys(section).length), [0, 0, 0, 0, 0]);
  });

  test("accounts of different names stay beside each other, and one of the same name replaces the tokens", async () => {
    const { app, signIn, stored } = pure();
    await signIn("work", ["files"]);
    await signIn("home", ["files"]);
    const { account, accessToken } = await signIn("work", ["mail"]);
    assert.deepEqual((await app().getAllAccounts()).map(({ username }) => username).sort(), ["home", "work"]);
    assert.equal(Object.keys(stored().AccessToken).length, 2);
    assert.equal((await app().acquireTokenSilent({ scopes: ["mail"], account })).accessToken, accessToken);
  });

  test("a name that nobody can read is refused before the network", async () => {
    const { entra, app, signIn } = pure();
    for (const accountHint of ["", " ", "a\nb", "\u202eevil", "x".repeat(257), 7]) {
      assert.equal(await failure(signIn(accountHint)), "invalid_argument", JSON.stringify(accountHint));
    }
    assert.equal(entra.requests.length, 0);
    assert.deepEqual(await app().getAllAccounts(), []);
  });
});
