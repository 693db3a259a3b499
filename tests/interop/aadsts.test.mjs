// Every AADSTS number of tests/fixtures/aadsts.json, through the packed library: the error that a program catches has the right class and
// fault, and everything that Entra sent. tests/core/entra/error_codes.rs tests the meaning of each number.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { CLIENT, TENANT } from "../support/entra.mjs";
import { libraries } from "./sign-ins.mjs";

const { PublicClientApplication, ...library } = libraries.ours;
const fixtures = JSON.parse(readFileSync(new URL("../fixtures/aadsts.json", import.meta.url)));
const codes = {
  device_code: "a-device-code-of-entra",
  user_code: "ABCDEFG01",
  verification_uri: "https://login.microsoft.com/device",
  expires_in: 900,
  interval: 1,
  message: "Sign in.",
};

/** The error that a program catches when `endpoint` answers with the fixture. */
async function caught({ status, body }, endpoint) {
  const fetch = async (url) =>
    url.includes(endpoint) ? Response.json(body, { status }) : Response.json(codes);
  const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
  const app = new PublicClientApplication({ auth, system: { fetch } });
  try {
    await app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback() {} });
  } catch (error) {
    return error;
  }
}

function isTold(error, { status, body, fault, hint }, { code, class: className }) {
  assert.equal(error.constructor, library[className]);
  assert.deepEqual([error.errorCode, error.fault], [code, fault]);
  assert.ok(error.hint.includes(hint), error.hint);
  assert.deepEqual(
    {
      status: error.status,
      error: error.error,
      error_description: error.errorDescription,
      error_codes: error.errorCodes,
      error_uri: error.errorUri,
      timestamp: error.timestamp,
      trace_id: error.traceId,
      correlation_id: error.correlationId,
      suberror: error.subError || undefined,
      claims: error.claims,
    },
    { status, suberror: undefined, claims: undefined, ...body },
  );
}

const classifications = {
  basic_action: "BasicAction",
  additional_action: "AdditionalAction",
  message_only: "MessageOnly",
  consent_required: "ConsentRequired",
  user_password_expired: "UserPasswordExpired",
};

describe("refused by the device code endpoint", { concurrency: true }, () => {
  for (const fixture of fixtures) {
    test(`AADSTS${fixture.number}`, async () => {
      const error = await caught(fixture, "/devicecode");
      isTold(error, fixture, fixture.deviceCode);
      assert.equal(error.classification, classifications[fixture.body.suberror]);
    });
  }
});

describe("refused while polling", { concurrency: true }, () => {
  for (const fixture of fixtures.filter(({ poll }) => poll.code)) {
    test(`AADSTS${fixture.number}`, async () => isTold(await caught(fixture, "/token"), fixture, fixture.poll));
  }
});
