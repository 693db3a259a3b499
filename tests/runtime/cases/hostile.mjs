// Answers that would do harm: to the person at the screen, to the memory, or to the owner of the device code.

import { equal, failureOf, ok, until } from "../tools.mjs";

const codes = { device_code: "device-code", user_code: "u", verification_uri: "{issuer}/go", expires_in: 60, interval: 1 };

export const hostile = {
  "an address that is not https never reaches the callback": async ({ script, library }) => {
    const addresses = [
      "javascript:alert(1)",
      "JavaScript://example.com/%0aalert(1)",
      "http://example.com/device",
      "http://127.0.0.1.example.com/",
      "data:text/html,hello",
      "file:///etc/passwd",
      "https://good.example@evil.example/",
      "//example.com/device",
    ];
    let shown = 0;
    await Promise.all(
      addresses.map(async (verification_uri) => {
        const { app } = await script({ device: { body: { ...codes, verification_uri } } });
        const error = await failureOf(app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback: () => (shown += 1) }));
        ok(error instanceof library.ServerError, `${verification_uri}: ${error}`);
        equal(error.errorCode, "unsafe_verification_uri", verification_uri);
      }),
    );
    equal(shown, 0, "callbacks");
  },

  "an unsafe verification_uri_complete is left out": async ({ script }) => {
    const { app } = await script({ device: { body: { ...codes, verification_uri_complete: "javascript:alert(1)" } } });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    equal(flow.verificationUriComplete, undefined);
  },

  "control characters are removed from the message and the code": async ({ script }) => {
    const message = "open \u001b[31mthis\u0007 page\u0000\u202e now";
    const { app } = await script({ device: { body: { ...codes, user_code: "AB\u001bCD", message } } });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    // eslint-disable-next-line no-control-regex
    ok(!/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(flow.message + flow.userCode), JSON.stringify(flow.message));
    ok(flow.message.startsWith("open ") && flow.message.endsWith(" now"), JSON.stringify(flow.message));
  },

  "a body over 1 MiB is refused as it streams: the server cannot send it all": async ({ script, library }) => {
    const { app, hits } = await script({ device: { stream: 32 << 20 } });
    const error = await failureOf(app.startDeviceCode({ scopes: ["a"] }));
    ok(error instanceof library.ClientAuthError, String(error));
    equal(error.errorCode, "network_error");
    ok(/1 MiB/.test(error.errorMessage), error.errorMessage);
    const seen = await until(async () => {
      const all = await hits("device");
      return all.every(({ hungUp }) => hungUp) && all;
    }, "the client to hang up");
    for (const { sent } of seen) ok(sent < 32 << 20, `the server sent ${sent} bytes`);
  },

  "a redirect of the first request is not followed, and is reported": async ({ script, library }) => {
    for (const status of [302, 307]) {
      const { app, hits } = await script({ device: { status, headers: { location: "{issuer}/elsewhere" } } });
      const error = await failureOf(app.startDeviceCode({ scopes: ["a"] }));
      ok(error instanceof library.ServerError, String(error));
      equal(error.errorCode, "invalid_server_response");
      ok(/redirect/.test(error.errorMessage), error.errorMessage);
      equal((await hits("elsewhere")).length, 0, "requests to the redirect's target");
    }
  },

  "codes without a required field are refused, with the name of the field": async ({ script, library }) => {
    for (const missing of ["device_code", "user_code", "verification_uri", "expires_in"]) {
      const { app } = await script({ device: { body: { ...codes, [missing]: undefined } } });
      const error = await failureOf(app.startDeviceCode({ scopes: ["a"] }));
      ok(error instanceof library.ServerError, String(error));
      equal([error.errorCode, error.status], ["invalid_server_response", 200], missing);
      ok(error.errorMessage.includes(missing), error.errorMessage);
    }
  },

  "an error instead of codes is passed on as the server's, and the callback is not called": async ({ script, library }) => {
    const body = { error: "unauthorized_client", error_description: "No device flow for this client.", error_uri: "https://help.example/" };
    const { app } = await script({ device: { status: 401, body } });
    let shown = 0;
    const error = await failureOf(app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback: () => (shown += 1) }));
    ok(error instanceof library.ServerError, String(error));
    equal([error.errorCode, error.status, error.errorUri], ["unauthorized_client", 401, "https://help.example/"]);
    equal(error.errorMessage, "No device flow for this client.");
    equal(shown, 0, "callbacks");
  },

  "no answer makes the library crash: numbers, lists, deep nesting, bad text": async ({ script, library }) => {
    const bodies = ["", "null", "5", "[]", '"text"', "[".repeat(100_000), '{"a":'.repeat(50_000), "\u0000", "{\"device_code\":{}}", "=&=&=", "%ff%fe=%zz"];
    await Promise.all(
      bodies.map(async (body) => {
        const { app } = await script({ device: { body } });
        const error = await failureOf(app.startDeviceCode({ scopes: ["a"] }));
        ok(error instanceof library.ServerError, `${body.slice(0, 20)}: ${error}`);
        equal(error.errorCode, "invalid_server_response", body.slice(0, 20));
      }),
    );
  },
};
