// @azure/msal-node and ours beside each other on an Entra test server: what they send, what they return, how they fail.
//
// Every difference is in a table, with its reason. One more or one less fails. So a statement about msal-node that is no longer true fails
// too. Whether Entra itself behaves like tests/support/entra.mjs is not tested: that needs an account.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { ada, TENANT } from "../support/entra.mjs";
import { both, CORRELATION, differences, libraries, onlyIntended, signIn, wire } from "./sign-ins.mjs";

const absent = undefined;
const afterOnePoll = (person) => (entra, userCode) => entra.approve(userCode, { afterPolls: 1, person });

const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const moreClaims = (text) => JSON.stringify({ ...JSON.parse(claims), id_token: JSON.parse(text).id_token }) === text;

const REQUESTS = {
  devicecode: [
    ["headers.accept", absent, "application/json", "names the format that the library reads; needs no CORS preflight"],
    ["query.client-request-id", absent, CORRELATION, "one correlation id from the first request on; msal-node begins with the first poll"],
    ["form.slice", "test", absent, "extra query parameters go into the query only; msal-node repeats them in the form"],
    ["form.claims", moreClaims, claims, "only the caller's claims; msal-node adds three of its own for the ID token"],
    ["form.x-client-SKU", absent, "device-code-flow", "our own name, from the first request on; msal-node sends its own with the polls"],
    ["form.x-client-VER", absent, libraries.ours.version, "our own version, from the first request on; msal-node sends its own with the polls"],
  ],
  token: [
    ["headers.accept", absent, "application/json", "as above"],
    ["form.grant_type", "device_code", "urn:ietf:params:oauth:grant-type:device_code", "the value in RFC 8628 and in Entra's documentation"],
    ["form.scope", "User.Read openid profile offline_access", absent, "RFC 8628 §3.4 has no scope; the device code implies it"],
    ["form.client-request-id", CORRELATION, absent, "it is already in the query"],
    ["form.claims", moreClaims, claims, "as above"],
    ["form.x-client-SKU", "msal.js.node", "device-code-flow", "our own name, because failures of this library are not msal-node's"],
    ["form.x-client-VER", "7.2.1", libraries.ours.version, "our own version"],
    ["form.x-client-OS", process.platform, absent, "no telemetry"],
    ["form.x-client-CPU", process.arch, absent, "no telemetry"],
    ["form.x-ms-lib-capability", "retry-after, h429", absent, "no telemetry; Retry-After is honoured without this header"],
    ["form.x-client-current-telemetry", /^5\|671,/, absent, "no telemetry"],
    ["form.x-client-last-telemetry", /^5\|/, absent, "no telemetry"],
  ],
};
const FIRST_POLL = ["pause", 0, 1, "an interval passes before the first poll: nobody types a code in no time"];

// Far above the slowness of the test, far below an interval.
const SLACK = 700;
const lifetime = 10_000;
const arrival = ({ polls }) => polls.at(-1).at;
const fromArrival = (seconds) => (date, seen) => Math.abs(date - arrival(seen) - seconds * 1000) < SLACK;
// msal-node rounds to whole seconds. The tokens come at least one second after the first poll.
const fromFirstPoll = (seconds) => (date, { polls }) => {
  const late = date - polls[0].at - seconds * 1000;
  return late > -500 - SLACK && late <= 500;
};

const RESULT = [
  ["expiresOn", fromFirstPoll(lifetime), fromArrival(lifetime), "counted from the arrival of the tokens; msal-node counts from before the first poll"],
  ["refreshOn", fromFirstPoll(lifetime / 2), fromArrival(lifetime / 2), "as expiresOn"],
  ["extExpiresOn", fromFirstPoll(3 * lifetime), fromArrival(2 * lifetime), "counted from the tokens' arrival; msal-node adds ext_expires_in to expires_in"],
  ["requestId", "", "11111111-2222-4333-8444-000000000003", "the server's x-ms-request-id; msal-node drops it in this flow"],
  ["state", "", absent, "always empty in this flow"],
  ["cloudGraphHostName", "", absent, "always empty in this flow"],
  ["msGraphHost", "", absent, "always empty in this flow"],
  ["fromPlatformBroker", false, absent, "there is no broker"],
];

// Differences that show only if the tokens contain a claim, or lack it.
const login_hint = "O.opaque-hint";
const upn = "ada@fabrikam.example";
const HOME = "ffffeeee-1111-dddd-2222-ccccbbbbaaaa";
const profile = `account.tenantProfiles.${TENANT}`;
const { preferred_username, ...nameless } = ada;
const people = [
  { name: "a member", person: ada, more: [] },
  {
    name: "a guest, with every claim that is used for an account",
    person: { ...ada, uid: "home-of-ada", utid: HOME, login_hint, upn, xms_tdbr: "EU", signin_state: ["inknownntwk", "kmsi"] },
    more: [],
  },
  {
    name: "a person known by an e-mail address only, in an application outside Microsoft's family",
    person: { ...nameless, email: preferred_username },
    foci: false,
    more: [
      ["account.username", "", preferred_username, "the e-mail address is used if there is no other name"],
      [`${profile}.username`, "", preferred_username, "as account.username"],
      ["familyId", "", absent, "no family id is known"],
    ],
  },
];

describe("the same sign-in", { concurrency: true }, () => {
  test("sends the same requests, but for the intended differences", async () => {
    const request = { claims, extraQueryParameters: { slice: "test" } };
    const { msal, ours } = await both({ shown: afterOnePoll(ada), request });
    const [left, right] = [wire(msal), wire(ours)];
    const endpoints = ["devicecode", "token", "token"];
    assert.deepEqual([left, right].map((all) => all.map(({ endpoint }) => endpoint)), [endpoints, endpoints]);
    for (const [index, endpoint] of endpoints.entries()) {
      const table = index === 1 ? [...REQUESTS[endpoint], FIRST_POLL] : REQUESTS[endpoint];
      onlyIntended(differences(left[index], right[index]), table);
    }
  });

  test("shows the same code", async () => {
    const { msal, ours } = await both();
    assert.deepEqual(ours.codes, msal.codes);
  });

  for (const { name, person, foci = true, more } of people) {
    test(`returns the same result for ${name}, but for the intended differences`, async () => {
      const { msal, ours } = await both({ settings: { accessTokenLifetime: lifetime, foci }, shown: afterOnePoll(person) });
      onlyIntended(differences(msal.result, ours.result), [...RESULT, ...more], { msal, ours });
    });
  }
});

const told = ({ error }) => error && [error.name, error.errorCode];
function tokens({ error, result }) {
  assert.deepEqual([error, result?.accessToken, result?.account?.name], [absent, "access-token-of-ABCDEFG01", ada.name]);
}
/** An error of msal-node, which keeps only one value of Entra's answer. */
function oneWord(seen, word) {
  assert.deepEqual(told(seen), ["AuthError", "post_request_failed"]);
  assert.match(seen.error.message, new RegExp(`\\b${word}\\b`));
  assert.doesNotMatch(inspect(seen.error), /AADSTS|11111111-2222|Timestamp:/);
}
/** An error of ours, with everything that Entra sent. */
function evidence({ error, requests }, name, code, fields) {
  assert.deepEqual([error?.name, error?.errorCode], [name, code]);
  assert.deepEqual([error.status, error.correlationId, error.traceId], [400, CORRELATION, requests.at(-1).traceId]);
  for (const [field, value] of Object.entries(fields)) assert.deepEqual(error[field], value, field);
  assert.match(error.errorDescription, /Trace ID: 11111111-2222/);
  assert.match(error.timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
}

describe("the same failure", { concurrency: true }, () => {
  test("declined: msal-node keeps the error code only, ours everything", async () => {
    const { msal, ours } = await both({ shown: (entra, userCode) => entra.decline(userCode) });
    oneWord(msal, "authorization_declined");
    evidence(ours, "ServerError", "authorization_declined", { error: "authorization_declined" });
  });

  test("the server says that the code expired: msal-node has post_request_failed, ours device_code_expired", async () => {
    const { msal, ours } = await both({ shown: (entra, userCode) => entra.expire(userCode) });
    oneWord(msal, "expired_token");
    evidence(ours, "ClientAuthError", "device_code_expired", { error: "expired_token", errorCodes: [70020] });
  });

  test("the clock says that the code expired: msal-node first sleeps to the end of its interval, ours ends on time after one last poll", async () => {
    const { msal, ours } = await both({ settings: { interval: 5, lifetime: 2 }, shown: () => {} });
    assert.deepEqual([told(msal), told(ours)], [["ClientAuthError", "device_code_expired"], ["ClientAuthError", "device_code_expired"]]);
    assert.ok(msal.endedAt - msal.shownAt > 4500, `msal-node ended after ${msal.endedAt - msal.shownAt} ms`);
    const took = ours.endedAt - ours.shownAt;
    assert.ok(took > 1500 && took < 4000, `ours ended after ${took} ms`);
    assert.deepEqual([msal.polls.length, ours.polls.length], [1, 1]);
  });

  test("unknown client: msal-node shows an empty code and polls with it, ours reports AADSTS700016", async () => {
    const { msal, ours } = await both({ settings: { clients: [] } });
    assert.deepEqual(msal.codes.map(({ userCode, message }) => [userCode, message]), [[absent, absent]]);
    assert.deepEqual(msal.polls.map(({ form }) => form.device_code), ["undefined"]);
    oneWord(msal, "unauthorized_client");
    assert.deepEqual([ours.codes, ours.polls], [[], []]);
    evidence(ours, "ServerError", "unauthorized_client", { errorCodes: [700016] });
    assert.match(ours.error.errorDescription, /^AADSTS700016: /);
  });

  test("503 with {} while polling: msal-node succeeds without a token, ours polls on", async () => {
    const { msal, ours } = await both({ before: (entra) => entra.disturb("token", "hollow") });
    assert.deepEqual([msal.error, msal.result?.accessToken, msal.result?.account], [absent, "", null]);
    tokens(ours);
    assert.equal(ours.polls.length, 2);
  });

  test("one dropped connection while polling: msal-node ends with network_error, ours polls on", async () => {
    const { msal, ours } = await both({ before: (entra) => entra.disturb("token", "reset") });
    assert.deepEqual(told(msal), ["ClientAuthError", "network_error"]);
    tokens(ours);
    assert.equal(ours.polls.length, 2);
  });

  test("no interval: msal-node polls without a pause, ours every five seconds", async () => {
    const shown = (entra, userCode) => setTimeout(() => entra.approve(userCode), 500);
    const { msal, ours } = await both({ settings: { interval: null }, shown });
    tokens(msal);
    assert.ok(msal.polls.length > 5, `${msal.polls.length} polls of msal-node in half a second`);
    tokens(ours);
    assert.deepEqual(wire(ours).map(({ pause }) => pause), [0, 5]);
  });

  test("slow_down: msal-node ends, ours polls five seconds more slowly", async () => {
    const { msal, ours } = await both({ before: (entra) => entra.disturb("token", "slow_down") });
    oneWord(msal, "slow_down");
    tokens(ours);
    assert.deepEqual(wire(ours).map(({ pause }) => pause), [0, 1, 6]);
  });

  test("429 with Retry-After: msal-node ends, ours waits longer", async () => {
    const { msal, ours } = await both({ before: (entra) => entra.disturb("token", "throttled") });
    oneWord(msal, "temporarily_unavailable");
    tokens(ours);
    assert.deepEqual(wire(ours).map(({ pause }) => pause), [0, 1, 4], "the interval doubled would be 2");
  });
});

describe("the same unusual request", { concurrency: true }, () => {
  const careless = {
    "no scopes": { scopes: [] },
    "white space around a scope": { scopes: [" User.Read "] },
    "two scopes in one text": { scopes: ["User.Read Mail.Read"] },
    "a timeout of zero": { timeout: 0 },
    "a query parameter without a value": { extraQueryParameters: { slice: "" } },
  };
  for (const [name, request] of Object.entries(careless)) {
    test(`${name}: both treat it in the same way`, async () => {
      const { msal, ours } = await both({ request });
      tokens(msal);
      tokens(ours);
      const sent = ({ requests: [{ form, query }] }) => [form.scope, query.slice];
      assert.deepEqual(sent(ours), sent(msal));
    });
  }

  test("claims that are not JSON: both refuse them before the network", async () => {
    const { msal, ours } = await both({ request: { claims: "{" } });
    const seen = [["ClientConfigurationError", "invalid_claims"], []];
    assert.deepEqual([[told(msal), msal.requests], [told(ours), ours.requests]], [seen, seen]);
  });
});

// Without networkClient, on a global fetch of the test server. It shows that none of the above comes from the way the test server is called.
describe("msal-node's own HTTP client", () => {
  const trouble = { reset: "network_error", unavailable: "token_parsing_error" };
  for (const [kind, code] of Object.entries(trouble)) {
    test(`${kind}: ${code}; ours polls on`, async (t) => {
      const before = (entra) => {
        entra.disturb("token", kind);
        t.mock.method(globalThis, "fetch", entra.fetch);
      };
      assert.deepEqual(told(await signIn("msal", { before, system: {} })), ["AuthError", code]);
      tokens(await signIn("ours", { before, system: {} }));
    });
  }

  test("is the version that these tests describe", () => {
    assert.equal(libraries.msal.version, "7.2.1");
  });
});
