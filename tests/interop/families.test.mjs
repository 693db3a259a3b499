// Clients of Microsoft's family on one cache file: one signs in, another continues with its refresh token, with any MSAL. A client outside
// the family does not.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ada, CLIENT } from "../support/entra.mjs";
import { ended, NAMES, shared } from "./msals.mjs";

after(ended);

const SISTER = "11112222-bbbb-3333-cccc-4444dddd5555";
const STRANGER = "22223333-cccc-4444-dddd-5555eeee6666";
const family = { person: ada, clients: [CLIENT, SISTER, STRANGER], foci: [CLIENT, SISTER] };
const used = ({ sent }) => sent.map(({ form }) => form.refresh_token);
const refreshTokens = (stored) => Object.values(stored.RefreshToken).map(({ secret, family_id }) => [secret, family_id]);
const familyOf = (stored, client) => Object.values(stored.AppMetadata).find(({ client_id }) => client_id === client)?.family_id;

describe("clients of the family", { concurrency: true }, () => {
  for (const first of NAMES) {
    for (const second of ["Python", "ours"]) {
      test(`${first} signs in, ${second} continues as another client with the family's refresh token, and both continue`, async (t) => {
        const { entra, as, stored, close } = await shared(family);
        t.after(close);
        await as(first).signIn();
        const newest = () => entra.sessions[0].refreshTokens.at(-1);
        const before = newest();
        const sister = as(second, { client: SISTER });
        const refreshed = await sister.silent();
        assert.deepEqual([refreshed.error, used(refreshed)], [undefined, [before]]);
        assert.equal(familyOf(stored(), SISTER), "1");
        assert.equal((await sister.silent()).cached, true);
        assert.equal((await as(first).silent()).cached, true, "the first one's access token is still there");
        if (second === "ours") assert.deepEqual(refreshTokens(stored()), [[newest(), "1"]]);
        const back = await as(first).silent({ force: true });
        assert.equal(back.error, undefined);
        // Python has written a second one, and msal-node uses its own.
        const twins = first === "msal-node" && second === "Python";
        if (!twins) assert.deepEqual(used(back), [newest().replace(/-3$/, "-2")], "the newest one");
        await as("ours", { client: SISTER }).silent({ force: true });
        assert.deepEqual(refreshTokens(stored()), [[newest(), "1"]], "whatever the others have left behind");
      });
    }

    test(`${first} signs in: msal-node does not continue as another client of the family; it looks for its own refresh token`, async (t) => {
      const { as, close } = await shared(family);
      t.after(close);
      await as(first).signIn();
      const { error, sent } = await as("msal-node", { client: SISTER }).silent();
      assert.deepEqual([error.errorCode, sent], ["no_tokens_found", []]);
    });

    test(`${first} signs in: a client outside the family gets nothing; ours tries once, and then remembers`, async (t) => {
      const { as, stored, close } = await shared(family);
      t.after(close);
      await as(first).signIn();
      const before = refreshTokens(stored());
      for (const [name, requests] of [["msal-node", 0], ["Python", 1], ["ours", 1], ["ours", 0]]) {
        const { error, sent, token } = await as(name, { client: STRANGER }).silent();
        assert.deepEqual([token, error.name, sent.length], [undefined, name === "Python" ? "Error" : "InteractionRequiredAuthError", requests], name);
      }
      assert.equal(familyOf(stored(), STRANGER), "");
      assert.deepEqual(refreshTokens(stored()), before, "it is still good for the family");
    });
  }
});

describe("two hosts of one cloud", { concurrency: true }, () => {
  const count = (stored) => ["Account", "IdToken", "AccessToken", "RefreshToken"].map((section) => Object.keys(stored[section] ?? {}).length);

  test("Python's login.microsoftonline.com and msal-node's login.windows.net: two of nearly every entry, and one after ours has written", async (t) => {
    const { entra, as, stored, close } = await shared({ person: ada });
    t.after(close);
    await as("Python").signIn();
    // The times in entries are whole seconds.
    await pause(1100);
    await as("msal-node").signIn();
    assert.deepEqual(count(stored()), [2, 2, 1, 2], "msal-node takes out access tokens for the same scopes");
    assert.equal((await as("ours").accounts()).length, 1);
    assert.equal((await as("ours").silent()).cached, true);
    const { error } = await as("ours").silent({ force: true });
    assert.equal(error, undefined);
    assert.deepEqual(count(stored()), [1, 1, 1, 1]);
    for (const name of NAMES) {
      const { token, cached } = await as(name).silent();
      assert.deepEqual([token, cached], ["access-token-of-ABCDEFG02-2", true], name);
    }
    assert.equal(entra.sessions[1].refreshTokens.length, 2, "the newer sign-in's");
  });

  test("applications with different hosts in their authority find each other's tokens", async (t) => {
    const { as, close } = await shared({ person: ada });
    t.after(close);
    await as("Python", { host: "login.windows.net" }).signIn();
    for (const host of ["login.microsoftonline.com", "login.microsoft.com", "sts.windows.net"]) {
      assert.equal((await as("ours", { host }).silent()).cached, true, host);
    }
  });

  for (const first of NAMES) {
    for (const second of NAMES) {
      // Python removes the entries under the keys that it would write itself. Tokens have other keys in msal-node and ours.
      const [rest, left] = second === "Python" && first !== "Python" ? [[0, 1, 1, 1], ", and the tokens are left"] : [[0, 0, 0, 0], ""];
      test(`${first} has signed in, ${second} removes the account: no library lists an account any more${left}`, async (t) => {
        const { as, stored, close } = await shared({ person: ada });
        t.after(close);
        await as(first).signIn();
        await as(second).remove();
        assert.deepEqual(count(stored()), rest);
        for (const name of NAMES) assert.deepEqual(await as(name).accounts(), [], name);
      });
    }
  }

  test("duplicates: ours removes both, msal-node and Python one of them", async (t) => {
    const left = {};
    for (const name of NAMES) {
      const { as, stored, close } = await shared({ person: ada });
      t.after(close);
      await as("Python").signIn();
      await as("msal-node").signIn();
      await as(name).remove();
      left[name] = count(stored());
    }
    assert.deepEqual(left, { "msal-node": [1, 1, 1, 1], Python: [1, 1, 1, 1], ours: [0, 0, 0, 0] });
  });
});
