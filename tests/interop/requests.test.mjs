// What a caller's fields become in the two requests of the flow, with @azure/msal-node and with ours: claims and client capabilities, scopes,
// query parameters, the program's name, correlation ids.
//
// The tables of msal-node.test.mjs have everything else in the requests, and why it differs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { both, CORRELATION, libraries, signIn } from "./sign-ins.mjs";

const absent = undefined;
const posted = ({ requests }, name) =>
  ["devicecode", "token"].map((wanted) => requests.find(({ endpoint }) => endpoint === wanted)?.form[name]);
const told = ({ error }) => error && [error.name, error.errorCode];

// msal-node adds these to all claims: optional, for the ID token only. See REQUESTS in msal-node.test.mjs.
const ADDED = ["signin_state", "login_hint", "tenant_region_sub_scope"];

/** The claims of both requests as objects, without those that msal-node adds. */
function claimsOf(seen) {
  return posted(seen, "claims").map((text) => {
    if (text === absent) return absent;
    const { id_token, ...claims } = JSON.parse(text);
    const asked = Object.entries(id_token ?? {}).filter(([name, value]) => !(ADDED.includes(name) && value.essential === false));
    return asked.length === 0 ? claims : { ...claims, id_token: Object.fromEntries(asked) };
  });
}

const acrs = { essential: true, value: "c1" };
const capable = (...values) => ({ access_token: { xms_cc: { values } } });
const about = (access_token, rest) => ({ access_token, ...rest });
const { access_token: able } = capable("cp1");
const userinfo = { email: null };
const auth_time = { essential: true };
const odd = { "né": { value: "😀 &+=%" } };

describe("claims and client capabilities", { concurrency: true }, () => {
  const same = {
    "capabilities alone": [absent, ["cp1"], capable("cp1")],
    "both, merged": [about({ acrs }, { userinfo }), ["cp1"], about({ acrs, ...able }, { userinfo })],
    "several capabilities": [absent, ["cp1", "cp2"], capable("cp1", "cp2")],
    "claims about the ID token": [{ id_token: { auth_time } }, ["cp1"], about(able, { id_token: { auth_time } })],
    "claims alone": [about({ acrs }), [], about({ acrs })],
    "an empty object and capabilities": [{}, ["cp1"], capable("cp1")],
    "a capability that stands there already": [capable("cp1"), ["cp1"], capable("cp1")],
    "nothing about capabilities, said by null": [about({ xms_cc: null }), ["cp1"], capable("cp1")],
    "characters beyond ASCII": [about(odd), ["cp1"], about({ ...odd, ...able })],
  };
  for (const [name, [claims, clientCapabilities, merged]] of Object.entries(same)) {
    test(`${name}: both send the same, with both requests`, async () => {
      const { msal, ours } = await both({ auth: { clientCapabilities }, request: { claims: claims && JSON.stringify(claims) } });
      assert.deepEqual([claimsOf(msal), claimsOf(ours)], [[merged, merged], [merged, merged]]);
    });
  }

  const apart = {
    "other capabilities in the claims: msal-node replaces them, ours has both": [
      { access_token: { xms_cc: { values: ["cp0"], essential: true } } },
      capable("cp1"),
      { access_token: { xms_cc: { values: ["cp0", "cp1"], essential: true } } },
    ],
    "a list where an object belongs: msal-node loses the capabilities, ours the list": [about([1]), about([1]), capable("cp1")],
  };
  for (const [name, [claims, theirs, mine]] of Object.entries(apart)) {
    test(name, async () => {
      const { msal, ours } = await both({ auth: { clientCapabilities: ["cp1"] }, request: { claims: JSON.stringify(claims) } });
      assert.deepEqual([claimsOf(msal), claimsOf(ours)], [[theirs, theirs], [mine, mine]]);
    });
  }

  test("null for the access token's claims: msal-node throws a TypeError, ours merges", async () => {
    const { msal, ours } = await both({ auth: { clientCapabilities: ["cp1"] }, request: { claims: '{"access_token":null}' } });
    assert.equal(msal.error?.constructor, TypeError);
    assert.deepEqual(claimsOf(ours), [capable("cp1"), capable("cp1")]);
  });

  test("an empty object: msal-node sends its own claims with one of the two requests; ours sends none", async () => {
    const { msal, ours } = await both({ request: { claims: "{}" } });
    assert.deepEqual(posted(msal, "claims").map((text) => text && Object.keys(JSON.parse(text))), [["id_token"], absent]);
    assert.deepEqual(posted(ours, "claims"), [absent, absent]);
  });

  test("a number beyond doubles: msal-node rounds it, ours sends it unchanged", async () => {
    const claims = '{"access_token":{"n":{"value":12345678901234567890}}}';
    const { msal, ours } = await both({ auth: { clientCapabilities: ["cp1"] }, request: { claims } });
    assert.match(posted(msal, "claims")[0], /12345678901234567000/);
    assert.match(posted(ours, "claims")[0], /12345678901234567890/);
  });

  for (const claims of ["[1]", "3", "null", '""', " "]) {
    test(`claims that are JSON but not an object: both refuse ${JSON.stringify(claims)} before the network`, async () => {
      const { msal, ours } = await both({ auth: { clientCapabilities: ["cp1"] }, request: { claims } });
      const refused = [["ClientConfigurationError", "invalid_claims"], []];
      assert.deepEqual([[told(msal), msal.requests], [told(ours), ours.requests]], [refused, refused]);
    });
  }
});

describe("scopes", { concurrency: true }, () => {
  const reserved = "openid profile offline_access";
  const same = {
    "in the caller's order, the reserved ones after them": [["b", "a"], `b a ${reserved}`],
    "reserved ones that are asked for stay where they are": [["offline_access", "email"], "offline_access email openid profile"],
    "the same in other letters is another": [["User.Read", "user.read", "User.Read"], `User.Read user.read ${reserved}`],
    "empty ones do not count": [["", "User.Read", "  "], `User.Read ${reserved}`],
  };
  for (const [name, [scopes, scope]] of Object.entries(same)) {
    test(`${name}: both`, async () => {
      const { msal, ours } = await both({ request: { scopes } });
      assert.deepEqual([posted(msal, "scope")[0], posted(ours, "scope")[0]], [scope, scope]);
    });
  }

  test("a reserved scope in other case: msal-node requests it twice, ours once", async () => {
    const { msal, ours } = await both({ request: { scopes: ["OpenID"] } });
    assert.equal(posted(msal, "scope")[0], "OpenID openid profile offline_access");
    assert.equal(posted(ours, "scope")[0], "OpenID profile offline_access");
  });
});

describe("query parameters", { concurrency: true }, () => {
  const own = ({ requests }) => requests.map(({ query: { "client-request-id": id, ...rest } }) => rest);

  test("any characters arrive unchanged, in both requests", async () => {
    const extraQueryParameters = { "a b": "c&d=e+f %", "ü": "😀" };
    const { msal, ours } = await both({ request: { extraQueryParameters } });
    assert.deepEqual([own(msal), own(ours)], [[extraQueryParameters, extraQueryParameters], [extraQueryParameters, extraQueryParameters]]);
  });

  test("one with the name of a form field changes no field", async () => {
    const extraQueryParameters = { client_id: "x", scope: "y", grant_type: "z", device_code: "d" };
    const { msal, ours } = await both({ request: { extraQueryParameters } });
    assert.deepEqual([told(msal), told(ours)], [absent, absent]);
    assert.deepEqual([own(msal), own(ours)], [[extraQueryParameters, extraQueryParameters], [extraQueryParameters, extraQueryParameters]]);
  });

  test("a number: msal-node writes it as text, ours refuses it before the network", async () => {
    const { msal, ours } = await both({ request: { extraQueryParameters: { slice: 1 } } });
    assert.deepEqual(own(msal), [{ slice: "1" }, { slice: "1" }]);
    assert.deepEqual([told(ours), ours.requests], [["ClientConfigurationError", "invalid_argument"], []]);
  });

  test("the locale is Entra's mkt: ours has an option for it", async () => {
    const ours = await signIn("ours", { request: { locale: "de-DE" } });
    assert.equal(own(ours)[0].mkt, "de-DE");
    const { msal, ours: other } = await both({ request: { extraQueryParameters: { mkt: "de-DE" } } });
    assert.deepEqual([own(msal)[0], own(other)[0]], [{ mkt: "de-DE" }, { mkt: "de-DE" }]);
  });
});

describe("the identity of the program", { concurrency: true }, () => {
  const application = { appName: "kiosk & co", appVersion: "1.2" };
  const names = (seen) => [posted(seen, "x-app-name"), posted(seen, "x-app-ver")];

  test("the program's name and version: msal-node sends them with the polls, ours from the first request on", async () => {
    const { msal, ours } = await both({ telemetry: { application } });
    assert.deepEqual(names(msal), [[absent, "kiosk & co"], [absent, "1.2"]]);
    assert.deepEqual(names(ours), [["kiosk & co", "kiosk & co"], ["1.2", "1.2"]]);
  });

  for (const [name, telemetry] of Object.entries({ none: {}, "empty ones": { application: { appName: "", appVersion: "" } } })) {
    test(`${name}: neither sends any`, async () => {
      const { msal, ours } = await both({ telemetry });
      assert.deepEqual([names(msal), names(ours)].flat(2), Array(8).fill(absent));
    });
  }

  test("the library sends its own name, and the version of its package", async () => {
    const { msal, ours } = await both();
    assert.deepEqual([posted(msal, "x-client-SKU")[1], posted(msal, "x-client-VER")[1]], ["msal.js.node", libraries.msal.version]);
    const { version } = libraries.ours;
    assert.deepEqual(posted(ours, "x-client-SKU"), ["device-code-flow", "device-code-flow"]);
    assert.deepEqual(posted(ours, "x-client-VER"), [version, version]);
  });
});

describe("correlation ids", { concurrency: true }, () => {
  const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const ids = ({ requests }) => requests.map(({ query }) => query["client-request-id"]);
  const shown = (entra, userCode) => entra.approve(userCode, { afterPolls: 1 });

  test("the caller's id, in every request of ours", async () => {
    const { msal, ours } = await both({ shown });
    assert.deepEqual([ids(msal), ids(ours)], [[absent, CORRELATION, CORRELATION], [CORRELATION, CORRELATION, CORRELATION]]);
    assert.deepEqual([msal.result.correlationId, ours.result.correlationId], [CORRELATION, CORRELATION]);
  });

  for (const correlationId of [absent, ""]) {
    test(`a random one is used if the caller has ${correlationId === "" ? "an empty one" : "none"}, and it stays the same`, async () => {
      const { msal, ours } = await both({ shown, request: { correlationId } });
      for (const { result, requests } of [msal, ours]) {
        assert.match(result.correlationId, GUID);
        for (const { query } of requests.slice(1)) assert.equal(query["client-request-id"], result.correlationId);
      }
      assert.notEqual(msal.result.correlationId, ours.result.correlationId);
    });
  }
});

// The values of programs that have nothing to pass. msal-node treats them as missing.
describe("empty fields", { concurrency: true }, () => {
  const empty = {
    "claims: an empty text": [{ request: { claims: "" } }],
    "the request's authority: an empty text": [{ request: { authority: "" } }],
    "query parameters: null": [{ request: { extraQueryParameters: null } }],
    "a query parameter that is null": [{ request: { extraQueryParameters: { slice: null } } }],
    "a query parameter that is undefined": [{ request: { extraQueryParameters: { slice: absent } } }],
    "no telemetry": [{ telemetry: {} }],
    "configuration: empty texts and lists": [
      { auth: { knownAuthorities: [], clientCapabilities: [], cloudDiscoveryMetadata: "", authorityMetadata: "" } },
    ],
  };
  for (const [name, [scene]] of Object.entries(empty)) {
    test(`${name}: msal-node`, async () => assert.equal((await signIn("msal", scene)).error, absent));
    test(`${name}: ours`, async () => assert.equal((await signIn("ours", scene)).error, absent));
  }

  test("no scopes at all: msal-node signs in with none, ours says that the field is missing", async () => {
    const { msal, ours } = await both({ request: { scopes: absent } });
    assert.equal(msal.error, absent);
    assert.deepEqual([ours.error?.errorCode, ours.requests], ["empty_input_scopes_error", []], "it may be misspelt");
  });

  test("configuration: authority: undefined is a TypeError in msal-node, and the default in ours", async () => {
    const { msal, ours } = await both({ auth: { authority: absent } });
    assert.equal(msal.error?.constructor, TypeError);
    assert.equal(ours.result?.authority, "https://login.microsoftonline.com/common/");
  });
});
