// acquireTokenSilent of @azure/msal-node and of ours beside each other: what they send, what they return, how they fail.
//
// Every difference is in a table, with its reason. One more or one less fails. takeover.test.mjs and families.test.mjs test what a store
// contains; tests/js/silent.test.mjs tests the background renewal.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { ada, TENANT } from "../support/entra.mjs";
import { filePlugin } from "../support/file-plugin.mjs";
import { CORRELATION, differences, libraries, onlyIntended, signIn, wire } from "./sign-ins.mjs";

const absent = undefined;
const PUBLIC = "https://login.microsoftonline.com";
const HOME = "ffffeeee-1111-dddd-2222-ccccbbbbaaaa";
const guest = { ...ada, uid: "home-of-ada", utid: HOME };
const tenants = [TENANT, HOME, "common", "organizations", "consumers"];
const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const capable = '{"access_token":{"xms_cc":{"values":["cp1"]}}}';

/**
 * A person signs in, and then calls are made for her, one after the other.
 * //
 * @param scene of the sign-in as in sign-ins.mjs, and `person`
 * - `change`: other settings of the test server from here on; `disturb`: failures of refreshes; `wait`: milliseconds before the calls
 * - `silent`: more fields of the request; `account`: makes another account of the sign-in's; `calls`
 * //
 * Returns `result` or `error` of the last call, of all in `outcomes`, the `requests`, and the times of begin and end.
 */
async function silently(library, { person, change = {}, disturb = [], wait = 0, silent, account = (one) => one, calls = 1, ...scene }) {
  const shown = (entra, userCode) => entra.approve(userCode, { person });
  const { app, entra, result, error } = await signIn(library, { shown, ...scene });
  assert.equal(error, undefined, "signed in");
  entra.change(change);
  entra.disturb("refresh", ...disturb);
  await pause(wait);
  const earlier = entra.requests.length;
  const seen = { app, entra, outcomes: [], beganAt: Date.now() };
  for (let call = 0; call < calls; call += 1) {
    const request = { scopes: ["User.Read"], correlationId: CORRELATION, account: account(result.account), ...silent };
    const outcome = await app.acquireTokenSilent(request).then((result) => ({ result }), (error) => ({ error }));
    seen.outcomes.push(outcome);
    Object.assign(seen, { result: absent, error: absent }, outcome);
  }
  seen.endedAt = Date.now();
  seen.requests = entra.requests.slice(earlier);
  return seen;
}

async function both(scene) {
  const [msal, ours] = await Promise.all([silently("msal", scene), silently("ours", scene)]);
  return { msal, ours };
}

// msal-node requests three more claims in the ID token.
const withMore = (wanted) => (text) => {
  const { id_token, ...rest } = JSON.parse(text);
  const added = ["login_hint", "signin_state", "tenant_region_sub_scope"].every((name) => id_token[name].essential === false);
  return added && isDeepStrictEqual(rest, wanted ? JSON.parse(wanted) : {});
};

const requestTable = ({ uid, utid }, wanted) => [
  ["headers.accept", absent, "application/json", "names the format that the library reads; needs no CORS preflight"],
  ["headers.x-anchormailbox", `Oid:${uid}@${utid}`, absent, "sent in the form, because the header needs a CORS preflight"],
  ["form.X-AnchorMailbox", absent, `Oid:${uid}@${utid}`, "as headers.x-anchormailbox"],
  ["form.claims", withMore(wanted), wanted, "only the caller's claims; msal-node adds three of its own for the ID token"],
  ["form.x-client-SKU", "msal.js.node", "device-code-flow", "our own name, because failures of this library are not msal-node's"],
  ["form.x-client-VER", "7.2.1", libraries.ours.version, "our own version"],
  ["form.x-client-OS", process.platform, absent, "no telemetry"],
  ["form.x-client-CPU", process.arch, absent, "no telemetry"],
  ["form.x-ms-lib-capability", "retry-after, h429", absent, "no telemetry; Retry-After is honoured without this header"],
  ["form.x-client-current-telemetry", /^5\|62,/, absent, "no telemetry"],
  ["form.x-client-last-telemetry", /^5\|/, absent, "no telemetry"],
];

const lifetime = 10_000;
const settings = { accessTokenLifetime: lifetime };

const FOUND = [
  ["extExpiresOn", 3 * lifetime, 2 * lifetime, "msal-node adds ext_expires_in to expires_in"],
  ["requestId", "", absent, "no request was made"],
  ["familyId", "", absent, "no family id is known"],
  ["state", "", absent, "always empty in this flow"],
  ["cloudGraphHostName", "", absent, "always empty in this flow"],
  ["msGraphHost", "", absent, "always empty in this flow"],
  ["fromPlatformBroker", false, absent, "there is no broker"],
];
const RENEWED = FOUND.filter(([path]) => path !== "requestId");

/** A result with times as seconds from the end of the call, rounded to five, because each library rounds differently. */
function timed({ result, endedAt }) {
  const entries = Object.entries(result).map(([name, value]) => [name, value instanceof Date ? Math.round((value - endedAt) / 5000) * 5 : value]);
  return Object.fromEntries(entries);
}
const told = ({ outcomes, requests }) => [outcomes.map(outcomeOf), requests.length];
function outcomeOf({ error, result }) {
  if (error) return `${error.name} ${error.errorCode}`;
  return `${result.accessToken.replace(/^access-token-of-/, "")} ${result.fromCache ? "found" : "renewed"}`;
}
const FIRST = "ABCDEFG01";
const SECOND = "ABCDEFG01-2";

describe("a token in the cache", { concurrency: true }, () => {
  const hits = {
    "for the same scopes": {},
    "for a guest": { person: guest },
    "for scopes in another case": { silent: { scopes: ["USER.READ"] } },
    "for no scopes": { silent: { scopes: [] } },
    "for reserved scopes alone": { silent: { scopes: ["openid", "profile"] } },
    "for offline_access, which no access token has": { silent: { scopes: ["openid", "offline_access"] } },
    "for claims that are an empty object": { silent: { claims: "{}" } },
    "by an application with client capabilities": { auth: { clientCapabilities: ["cp1"] } },
    "by an authority of many tenants": { silent: { authority: `${PUBLIC}/organizations` } },
    "by another host of the cloud": { silent: { authority: `https://login.windows.net/${TENANT}` } },
  };
  for (const [name, scene] of Object.entries(hits)) {
    test(`${name}: both return it without a request, and the same result, but for the intended differences`, async () => {
      const { msal, ours } = await both({ settings, ...scene });
      assert.deepEqual([told(msal), told(ours)], [[[`${FIRST} found`], 0], [[`${FIRST} found`], 0]]);
      onlyIntended(differences(timed(msal), timed(ours)), FOUND);
    });
  }
});

describe("a token that is renewed", { concurrency: true }, () => {
  const refreshes = {
    "that ends within five minutes": { settings: { accessTokenLifetime: 200 }, change: settings },
    "with forceRefresh": { silent: { forceRefresh: true } },
    "with claims": { silent: { claims }, wanted: claims },
    "for another resource": { silent: { scopes: ["api://mine/read"], extraQueryParameters: { slice: "test" } } },
    "of a guest": { person: guest, silent: { forceRefresh: true } },
    "with client capabilities": { auth: { clientCapabilities: ["cp1"] }, silent: { forceRefresh: true }, wanted: capable },
  };
  for (const [name, { wanted, ...scene }] of Object.entries(refreshes)) {
    test(`${name}: both send the same request and return the same result, but for the intended differences`, async () => {
      const { msal, ours } = await both({ settings, ...scene });
      assert.deepEqual([told(msal), told(ours)], [[[`${SECOND} renewed`], 1], [[`${SECOND} renewed`], 1]]);
      onlyIntended(differences(wire(msal)[0], wire(ours)[0]), requestTable(scene.person ?? ada, wanted));
      onlyIntended(differences(timed(msal), timed(ours)), RENEWED);
    });
  }
});

const asked = ({ requests }) => requests.map(({ url }) => url.split("/")[3]);
const force = { forceRefresh: true };

describe("tenants", { concurrency: true }, () => {
  test("an authority of many tenants: msal-node renews there, ours in the account's tenant", async () => {
    for (const tenant of ["common", "organizations"]) {
      const { msal, ours } = await both({ settings, silent: { ...force, authority: `${PUBLIC}/${tenant}` } });
      assert.deepEqual([asked(msal), asked(ours)], [[tenant], [TENANT]]);
      assert.deepEqual([msal.result.tenantId, ours.result.tenantId], [TENANT, TENANT]);
    }
  });

  test("the same with the account of a guest: msal-node gets the token of her home tenant, ours that of the account's tenant", async () => {
    const { msal, ours } = await both({ settings: { tenants }, person: guest, silent: { ...force, authority: `${PUBLIC}/common` } });
    assert.deepEqual([msal.result.tenantId, ours.result.tenantId], [HOME, TENANT]);
  });

  test("another tenant than the account's: msal-node returns the token of the account's tenant, ours asks the other tenant", async () => {
    const { msal, ours } = await both({ settings: { tenants }, person: guest, silent: { authority: `${PUBLIC}/${HOME}` } });
    assert.deepEqual([told(msal), msal.result.tenantId], [[[`${FIRST} found`], 0], TENANT]);
    assert.deepEqual([told(ours), asked(ours), ours.result.tenantId], [[[`${SECOND} renewed`], 1], [HOME], HOME]);
  });
});

describe("an account without tokens", { concurrency: true }, () => {
  const nobody = ["InteractionRequiredAuthError no_tokens_found", "ClientAuthError no_account_in_silent_request"];
  const accounts = {
    "of somebody else": [(account) => ({ ...account, homeAccountId: "somebody.else" }), nobody[0]],
    "of another cloud": [(account) => ({ ...account, environment: "login.partner.microsoftonline.cn" }), nobody[0]],
    "that is undefined": [() => undefined, nobody[1]],
    "that is null": [() => null, nobody[1]],
  };
  for (const [name, [account, code]] of Object.entries(accounts)) {
    test(`${name}: both report ${code}, and send nothing`, async () => {
      const { msal, ours } = await both({ account });
      assert.deepEqual([told(msal), told(ours)], [[[code], 0], [[code], 0]]);
    });
  }
});

describe("failures of a silent call", { concurrency: true }, () => {
  test("a token that is due: msal-node renews it first and returns the old one, ours returns it at once and renews it in the background", async () => {
    // msal-node rounds to whole seconds, and waits one second more.
    const scene = { settings: { refreshIn: 1 }, wait: 2600, change: { latency: 3000, refreshIn: absent } };
    const took = {};
    for (const library of ["msal", "ours"]) {
      const seen = await silently(library, scene);
      assert.deepEqual(seen.outcomes.map(outcomeOf), [`${FIRST} found`]);
      took[library] = seen.endedAt - seen.beganAt;
      await pause(3500);
      const { account } = seen.result;
      assert.equal((await seen.app.acquireTokenSilent({ scopes: ["User.Read"], account })).accessToken, `access-token-of-${SECOND}`);
    }
    assert.ok(took.msal >= 2900 && took.ours < 2500, JSON.stringify(took));
  });

  test("429 with Retry-After: msal-node rejects and sends nothing for that time, ours waits and asks again", async () => {
    const { msal, ours } = await both({ disturb: ["throttled"], change: { retryAfter: 2 }, silent: force, calls: 2 });
    assert.deepEqual(told(msal), [["ServerError temporarily_unavailable", "ServerError 90055"], 1]);
    assert.deepEqual(told(ours), [[`${SECOND} renewed`, `${FIRST}-3 renewed`], 3]);
    assert.deepEqual(wire(ours).map(({ pause }) => pause), [0, 2, 0]);
  });

  test("429 with a long Retry-After: neither asks again before; the error of ours has everything that the server sent, that of msal-node a number", async () => {
    const { msal, ours } = await both({ disturb: ["throttled"], change: { retryAfter: 300 }, silent: force, calls: 2 });
    assert.deepEqual(told(msal), [["ServerError temporarily_unavailable", "ServerError 90055"], 1]);
    assert.deepEqual(told(ours), [["ServerError server_unavailable", "ServerError server_unavailable"], 1]);
    assert.deepEqual([ours.error.status, ours.error.errorCodes, ours.error.retryable], [429, [90055], true]);
  });

  test("a dropped connection, a 503: msal-node rejects with network_error, ours asks again", async () => {
    for (const kind of ["reset", "unavailable"]) {
      const { msal, ours } = await both({ disturb: [kind], silent: force });
      assert.deepEqual([told(msal), told(ours)], [[["ClientAuthError network_error"], 1], [[`${SECOND} renewed`], 2]], kind);
    }
  });

  test("no network, and a token that is valid for three minutes: msal-node rejects with network_error, ours returns the token", async () => {
    const disturb = ["reset", "reset", "reset", "reset"];
    const { msal, ours } = await both({ settings: { accessTokenLifetime: 180 }, disturb });
    assert.deepEqual(told(msal), [["ClientAuthError network_error"], 1]);
    assert.deepEqual(ours.outcomes.map(outcomeOf), [`${FIRST} found`]);
  });

  test("200 with {}: msal-node succeeds without a token, ours reports an invalid answer", async () => {
    const { msal, ours } = await both({ disturb: ["hollow_200"], silent: force });
    assert.deepEqual([told(msal), told(ours)], [[[" renewed"], 1], [["ServerError invalid_server_response"], 1]]);
  });

  const people = {
    interaction_required: ["interaction_required", absent],
    basic_action: ["invalid_grant", "basic_action"],
    consent_required: ["invalid_grant", "consent_required"],
  };
  for (const [kind, [code, subError]] of Object.entries(people)) {
    test(`${kind}: both say that a person is needed, and for what; ours remembers it for two minutes, where msal-node asks again`, async () => {
      const { msal, ours } = await both({ disturb: [kind], silent: force, calls: 2 });
      const error = `InteractionRequiredAuthError ${code}`;
      assert.deepEqual(told(msal), [[error, `${SECOND} renewed`], 2]);
      assert.deepEqual(told(ours), [[error, error], 1]);
      const parts = ({ outcomes: [{ error }] }) => [error.errorCode, error.subError, error.claims ?? "", error.correlationId];
      assert.deepEqual(parts(ours), parts(msal));
      assert.deepEqual(ours.error.subError || absent, subError);
      assert.equal(ours.error.claims !== absent, kind !== "consent_required");
    });
  }

  test("token_expired: a ServerError in msal-node; ours says that a person is needed", async () => {
    const { msal, ours } = await both({ disturb: ["token_expired"], silent: force });
    assert.deepEqual([told(msal), told(ours)], [[["ServerError invalid_grant"], 1], [["InteractionRequiredAuthError invalid_grant"], 1]]);
  });

  test("protection_policy_required: a ServerError in both", async () => {
    const { msal, ours } = await both({ disturb: ["protection_policy_required"], silent: force });
    assert.deepEqual([told(msal), told(ours)], [[["ServerError invalid_grant"], 1], [["ServerError invalid_grant"], 1]]);
    assert.equal(ours.error.subError, "protection_policy_required");
  });

  test("bad_token: both remove the refresh token, msal-node from memory only, ours from the store too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bad-token-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    const left = {};
    for (const library of ["msal", "ours"]) {
      const path = join(folder, library);
      const seen = await silently(library, { disturb: ["bad_token"], silent: force, cache: { cachePlugin: filePlugin(path) } });
      assert.deepEqual(told(seen), [["InteractionRequiredAuthError invalid_grant"], 1]);
      assert.equal(seen.error.subError, "bad_token");
      left[library] = Object.values(JSON.parse(readFileSync(path, "utf8")).RefreshToken).map(({ secret }) => secret);
    }
    assert.deepEqual(left, { msal: [`refresh-token-of-${FIRST}`], ours: [] });
  });
});
