// Whether the stand-in of Entra refuses what Entra refuses. Not a test of any library: msal-node.test.mjs has those.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";

const URN = "urn:ietf:params:oauth:grant-type:device_code";

async function post(entra, endpoint, form, { tenant = TENANT, method = "POST" } = {}) {
  const body = method === "POST" ? new URLSearchParams({ client_id: CLIENT, ...form }) : undefined;
  const response = await entra.fetch(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/${endpoint}`, { method, body });
  return { status: response.status, ...(await response.json()) };
}

/** A stand-in with one code, and a poll of it. */
async function started(settings) {
  const entra = standIn(settings);
  const codes = await post(entra, "devicecode", { scope: "User.Read openid offline_access" });
  const poll = (form, options) => post(entra, "token", { grant_type: URN, device_code: codes.device_code, ...form }, options);
  return { entra, codes, poll };
}

test("a code is pending, approved, and redeemed once", async () => {
  const { entra, codes, poll } = await started();
  assert.deepEqual([codes.status, codes.interval, codes.expires_in], [200, 5, 900]);
  entra.approve(codes.user_code, { afterPolls: 1 });
  assert.deepEqual((await poll()).error_codes, [70016]);
  const tokens = await poll({ grant_type: "device_code", client_info: "1" });
  assert.deepEqual([tokens.status, tokens.scope, tokens.ext_expires_in], [200, "User.Read openid", 7200]);
  const [, claims] = tokens.id_token.split(".").map((part) => part && JSON.parse(Buffer.from(part, "base64url")));
  assert.deepEqual([claims.oid, claims.tid, claims.aud, claims.uid], [ada.oid, TENANT, CLIENT, undefined]);
  assert.deepEqual(JSON.parse(Buffer.from(tokens.client_info, "base64url")), { uid: ada.uid, utid: ada.utid });
  assert.ok(tokens.refresh_token);
  assert.deepEqual((await poll()).error_codes, [70000]);
  assert.throws(() => entra.approve(codes.user_code), /no code/);
});

test("a code is declined for good, and expires by itself", async () => {
  const declined = await started();
  declined.entra.decline(declined.codes.user_code);
  assert.deepEqual([(await declined.poll()).error, (await declined.poll()).error], ["authorization_declined", "authorization_declined"]);
  const { entra, codes, poll } = await started({ lifetime: 0 });
  entra.approve(codes.user_code);
  assert.deepEqual((await poll()).error_codes, [70020]);
});

test("wrong requests are refused, each with its number", async () => {
  const { entra, poll } = await started();
  const refusals = {
    50134: poll({}, { tenant: "common" }),
    70003: poll({ grant_type: "password" }),
    70018: poll({ device_code: "cut off" }),
    90002: poll({}, { tenant: "nowhere.example" }),
    700016: poll({ client_id: "somebody" }),
    700025: poll({ client_secret: "secret" }),
    900144: post(entra, "devicecode", {}),
    900561: poll({}, { method: "GET" }),
  };
  for (const [number, answer] of Object.entries(refusals)) {
    const { status, error_codes, error_description } = await answer;
    assert.ok(status >= 400, `${number}: status ${status}`);
    assert.deepEqual(error_codes, [Number(number)]);
    assert.match(error_description, new RegExp(`^AADSTS${number}: .* Trace ID: .* Correlation ID: .* Timestamp: `));
  }
});
