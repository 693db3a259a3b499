// One cache file, three MSALs: each signs in, the others take over, in all orders. Real msal-node and real MSAL for Python.
//
// Ours takes over everything: it finds an existing token, refreshes with the newest refresh token, and leaves one of each. FACTS lists
// where msal-node and Python do not with each other's entries. Those are their differences; none is ours. silent.test.mjs compares a
// call of ours with msal-node's.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ada, CLIENT, TENANT } from "../support/entra.mjs";
import { ended, NAMES, shared } from "./msals.mjs";
import { differences, onlyIntended } from "./sign-ins.mjs";

after(ended);

const HOME = "ffffeeee-1111-dddd-2222-ccccbbbbaaaa";
const guest = { ...ada, uid: "home-of-ada", utid: HOME };
const people = { "a member": ada, "a guest": guest };

const orders = (names) =>
  names.length < 2 ? [names] : names.flatMap((name) => orders(names.filter((other) => other !== name)).map((rest) => [name, ...rest]));

// msal-node and Python write their entries under different hosts (login.windows.net, login.microsoftonline.com) or keys, and do not
// recognise each other's as the same. So they leave two refresh tokens and two access tokens:
// - msal-node finds two access tokens, uses neither, and requests a third
// - Python, if it has a refresh token under its own host, does not look at msal-node's access token under the other host
// - of two refresh tokens both use the one that they find first, which may be the older one
const FACTS = {
  "msal-node, Python, ours": ["msal-node misses after Python"],
  "msal-node, ours, Python": ["msal-node misses after Python"],
  "Python, msal-node, ours": ["Python misses after msal-node"],
  "Python, ours, msal-node": ["Python misses after msal-node", "msal-node misses after Python"],
  "ours, msal-node, Python": ["msal-node misses after Python"],
  "ours, Python, msal-node": ["msal-node misses after Python"],
};

// With tokens that each call renews.
const FACTS_AT_THE_END = {
  "msal-node, ours, Python": ["msal-node refreshes with an older token after Python"],
  "Python, ours, msal-node": ["Python refreshes with an older token after msal-node"],
  "ours, Python, msal-node": ["msal-node refreshes with an older token after Python"],
};

/** The common name of an access token and the refresh token that came with it. */
const numberOf = (token) => /ABCDEFG\d+(-\d+)?$/.exec(token)?.[0];

/** The events on a file. `oddities` has the unexpected ones. */
function walkOn({ entra, as, stored }) {
  const oddities = [];
  let last;
  const newest = () => numberOf(entra.sessions[0].refreshTokens.at(-1));
  return {
    oddities,
    begun: (name) => void (last = name),
    /** A call that needs no network. */
    async hits(name) {
      // Times in entries are whole seconds. A token that is requested although one exists must be newer than that.
      if (name !== "ours") await pause(1100);
      const wanted = newest();
      const { token, cached, sent, error } = await as(name).silent();
      assert.equal(error, undefined, `${name}: ${error?.message}`);
      if (!cached || sent.length > 0 || numberOf(token) !== wanted) oddities.push(`${name} misses after ${last}`);
      if (sent.length > 0) last = name;
    },
    /** A call that makes one request, with the newest refresh token. */
    async refreshes(name, options = { force: true }) {
      await pause(1100);
      const wanted = newest();
      const { token, sent, error } = await as(name).silent(options);
      assert.equal(error, undefined, `${name}: ${error?.message}`);
      assert.deepEqual([sent.length, numberOf(token)], [1, newest()], name);
      if (numberOf(sent[0].form.refresh_token) !== wanted) oddities.push(`${name} refreshes with an older token after ${last}`);
      last = name;
      if (name === "ours") alone(stored(), newest());
    },
  };
}

/** There is one of each, under one host. */
function alone(cache, newest) {
  for (const section of ["AccessToken", "RefreshToken"]) {
    assert.deepEqual(Object.values(cache[section]).map(({ secret }) => numberOf(secret)), [newest], section);
  }
  assert.equal(Object.values(cache.IdToken).length, 1);
  const hosts = ["AccessToken", "RefreshToken", "IdToken"].flatMap((section) => Object.values(cache[section]).map(({ environment }) => environment));
  assert.equal(new Set(hosts).size, 1, `under one host: ${hosts}`);
}

const PLAIN = ["homeAccountId", "environment", "tenantId", "username", "localAccountId", "authorityType"];
const plain = (account) => Object.fromEntries(PLAIN.map((name) => [name, account[name]]));

/** All three list the same account: field by field, as far as each has the fields. */
async function equalAccounts(as, person) {
  const lists = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await as(name).accounts()])));
  for (const [name, list] of Object.entries(lists)) {
    // msal-node lists a guest twice if the tenant's entry, Python's, is beside the one of her home tenant.
    assert.equal(name === "msal-node" ? new Set(list.map((account) => JSON.stringify(plain(account)))).size : list.length, 1, name);
  }
  const [msal, python, ours] = NAMES.map((name) => lists[name][0]);
  onlyIntended(differences(msal, ours), []);
  // Python knows a guest by one of the entries. The entry of her home tenant, if there is one, has that tenant and id.
  const athome = python.tenantId === person.utid ? { tenantId: person.utid, localAccountId: person.uid } : {};
  assert.deepEqual({ ...plain(ours), ...athome }, plain(python));
}

describe("in all orders", { concurrency: true }, () => {
  for (const [who, person] of Object.entries(people)) {
    for (const order of orders(NAMES)) {
      const [first, second, third] = order;
      test(`${who}: ${first} signs in, ${second} and ${third} take over, each refreshes: one refresh token in the end, and equal accounts`, async (t) => {
        const scene = await shared({ person });
        t.after(scene.close);
        const { oddities, begun, hits, refreshes } = walkOn(scene);
        await scene.as(first).signIn();
        begun(first);
        for (const name of order) await hits(name);
        for (const name of [second, third, first]) {
          await refreshes(name);
          for (const other of order) if (other !== name) await hits(other);
        }
        assert.deepEqual(oddities, FACTS[order.join(", ")] ?? []);
        // Whatever the others have left.
        await refreshes("ours");
        for (const name of order) await hits(name);
        assert.deepEqual(oddities, FACTS[order.join(", ")] ?? [], "after ours nobody misses");
        alone(scene.stored(), numberOf(scene.entra.sessions[0].refreshTokens.at(-1)));
        await equalAccounts(scene.as, person);
      });

      test(`${who}: ${first}, ${second}, ${third}: each takes over a token that expires soon`, async (t) => {
        // Less than the five minutes within which all three renew.
        const scene = await shared({ person, accessTokenLifetime: 200 });
        t.after(scene.close);
        const { oddities, begun, refreshes, hits } = walkOn(scene);
        await scene.as(first).signIn();
        begun(first);
        for (const name of [second, third, first]) await refreshes(name, {});
        assert.deepEqual(oddities, FACTS_AT_THE_END[order.join(", ")] ?? []);
        scene.entra.change({ accessTokenLifetime: 3600 });
        await refreshes("ours", {});
        for (const name of order) await hits(name);
        assert.deepEqual(oddities, FACTS_AT_THE_END[order.join(", ")] ?? [], "after ours nobody misses");
      });
    }
  }
});

// A server that accepts each refresh token once, and ends the whole sign-in if one is used again.
describe("two in turn, at a server that rotates refresh tokens", { concurrency: true }, () => {
  for (const other of ["msal-node", "Python"]) {
    for (const pair of orders([other, "ours"])) {
      test(`${pair.join(" and ")}: no spent token is used, and nobody is signed out`, async (t) => {
        const { entra, as, stored, close } = await shared({ person: ada, rotation: true });
        t.after(close);
        await as(pair[0]).signIn();
        for (const name of [...pair, ...pair, ...pair].reverse()) {
          const { error } = await as(name).silent({ force: true });
          assert.equal(error, undefined, `${name}: ${error?.message}`);
        }
        assert.equal(entra.sessions[0].ended, false);
        assert.equal(numberOf(entra.sessions[0].refreshTokens.at(-1)), "ABCDEFG01-7");
        await as("ours").silent({ force: true });
        alone(stored(), "ABCDEFG01-8");
      });
    }
  }
});
