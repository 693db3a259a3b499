// Sign-ins that Entra refuses because of the registration, the tenant or the person: what @azure/msal-node reports, and what ours reports. In
// short: msal-node has one error code, ours has everything that Entra sent.
//
// tests/core/entra/error_codes.rs tests the meaning of each number. msal-node.test.mjs tests failures of the flow itself, such as a code
// that expires.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { both, CORRELATION, libraries } from "./sign-ins.mjs";
import { PUBLIC } from "./views.mjs";

const absent = undefined;

/** An error of msal-node, which keeps only one value of Entra's answer. */
function oneWord({ error }, word) {
  assert.deepEqual([error.name, error.errorCode, error.message], ["AuthError", "post_request_failed", `post_request_failed: ${word}`]);
  assert.ok(!(error instanceof libraries.msal.InteractionRequiredAuthError));
  assert.doesNotMatch(inspect(error), /AADSTS|Trace ID|capolids|suberror: '.+'/);
}

/** An error of ours with everything that Entra sent, which is the last answer of the test server. */
function evidence({ error, requests }, { word, number, status = 400, suberror = "", claims = false, correlated = true }) {
  assert.ok(error, "it has failed");
  assert.deepEqual([error.error, error.errorCodes, error.status, error.subError], [word, [number], status, suberror]);
  assert.match(error.errorDescription, new RegExp(`^AADSTS${number}: .+ Trace ID: .+ Correlation ID: .+ Timestamp: `));
  assert.equal(error.traceId, requests.at(-1).traceId);
  if (correlated) assert.equal(error.correlationId, CORRELATION);
  assert.match(error.timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
  assert.equal(typeof error.claims === "string" && error.claims.includes("capolids"), claims);
  assert.equal(error.retryable, false);
}

describe("refused before there is a code", { concurrency: true }, () => {
  const at = (tenant) => ({ authority: `${PUBLIC}/${tenant}` });
  const all = "https://graph.microsoft.com/.default";
  const refusals = {
    "a tenant that is not there": [{ auth: at("nowhere.example") }, "invalid_request", 90002],
    "a client that is not there": [{ settings: { clients: [] } }, "unauthorized_client", 700016],
    "a registration of one tenant, at common": [{ settings: { audience: "AzureADMyOrg" }, auth: at("common") }, "invalid_request", 50059],
    "one for work and school, at consumers": [
      { settings: { audience: "AzureADMultipleOrgs" }, auth: at("consumers") },
      "invalid_request",
      9002332,
    ],
    "one for personal accounts, at a tenant": [{ settings: { audience: "PersonalMicrosoftAccount" } }, "invalid_request", 9002331],
    // The poll that msal-node then makes fails with yet another error.
    ".default beside another scope": [{ request: { scopes: [all, "Mail.Read"] } }, "invalid_scope", 70011, "bad_verification_code"],
  };
  for (const [name, [scene, word, number, polled = word]] of Object.entries(refusals)) {
    test(`${name}: msal-node shows an empty code and polls with it, ours reports AADSTS${number}`, async () => {
      const { msal, ours } = await both(scene);
      assert.deepEqual(msal.codes.map(({ userCode }) => userCode), [absent]);
      assert.deepEqual(msal.polls.map(({ form }) => form.device_code), ["undefined"]);
      oneWord(msal, polled);
      assert.deepEqual([ours.codes, ours.polls], [[], []]);
      evidence(ours, { word, number });
    });
  }

  test("an error with status 200: like any other", async () => {
    const { msal, ours } = await both({ before: (entra) => entra.disturb("devicecode", "error_on_200") });
    assert.deepEqual(msal.codes.map(({ userCode }) => userCode), [absent]);
    oneWord(msal, "bad_verification_code");
    assert.deepEqual(ours.codes, []);
    evidence(ours, { word: "unauthorized_client", number: 700016, status: 200 });
  });
});

// If the tenant's metadata is requested first, or whether Microsoft knows the host, the refusal comes there. The correlation id is then
// Entra's own: neither library sends its id with these requests.
describe("refused when the metadata of the authority is requested", { concurrency: true }, () => {
  const nowhere = "99999999-0000-cccc-1111-dddd2222eeee";
  const own = { authority: `https://login.contoso.com/${nowhere}`, knownAuthorities: ["login.contoso.com"] };
  const unheard = { authority: `https://login.evil.example/${nowhere}` };
  const resolution = ({ error }) => assert.deepEqual([error.name, error.errorCode], ["ClientAuthError", "endpoints_resolution_error"]);

  test("a host that Microsoft does not know: ours reports AADSTS50049", async () => {
    const { msal, ours } = await both({ auth: unheard });
    resolution(msal);
    evidence(ours, { word: "invalid_instance", number: 50049, correlated: false });
    assert.match(ours.error.hint, /knownAuthorities/);
  });

  test("a tenant that does not exist: ours reports AADSTS90002", async () => {
    const { msal, ours } = await both({ auth: own, settings: { customDomains: ["login.contoso.com"] } });
    resolution(msal);
    evidence(ours, { word: "invalid_request", number: 90002, correlated: false });
  });

  test("another error does not count as a no from Microsoft", async () => {
    const { ours } = await both({ auth: unheard, before: (entra) => entra.disturb("instances", ...Array(3).fill("refused")) });
    assert.notEqual(ours.error.errorCode, "untrusted_authority");
    assert.doesNotMatch(ours.error.message, /invalid_instance/);
    assert.deepEqual([ours.error.errorCodes, ours.error.retryable], [[90055], true]);
  });
});

describe("refused when the person has signed in", { concurrency: true }, () => {
  const refusals = {
    "a policy blocks this flow": { number: 53003, suberror: "message_only", claims: true, advice: "administrator" },
    "a policy admits managed devices alone": { number: 530003, suberror: "additional_action", claims: true, advice: "administrator" },
    "the person is not assigned": { number: 50105, advice: "administrator" },
    "nobody has consented": { number: 65001, suberror: "consent_required", advice: "consent" },
    "a second factor is wanted": { number: 50076, suberror: "basic_action", claims: true, advice: "request.claims" },
    "the resource is not there": { word: "invalid_resource", number: 500011, advice: "API permissions" },
    "no public client flows": { word: "invalid_client", number: 7000218, status: 401, advice: "Allow public client flows" },
  };
  for (const [name, { word = "invalid_grant", advice, ...said }] of Object.entries(refusals)) {
    const settings = { publicClientFlows: said.number !== 7000218 };
    const shown = (entra, userCode) => entra.approve(userCode, { afterPolls: 1, outcome: said.number });
    let seen;
    const once = () => (seen ??= both({ settings, shown }));

    test(`${name}: msal-node reports ${word}, ours AADSTS${said.number}`, async () => {
      const { msal, ours } = await once();
      oneWord(msal, word);
      evidence(ours, { word, ...said });
      if (said.suberror === absent) return;
      // msal-node has the same class for it, and uses it in its other flows. The classification is MSAL.NET's.
      assert.ok(ours.error instanceof libraries.ours.InteractionRequiredAuthError, ours.error.name);
      assert.equal(ours.error.classification.toLowerCase(), said.suberror.replace("_", ""));
    });

    test(`${name}: the hint of ours names what to change`, async () => {
      const { ours } = await once();
      assert.ok(ours.error.hint.includes(advice), ours.error.hint);
    });
  }
});
