// Failures between two polls that do not end a sign-in: the flow continues, at the right pace.

import { equal, ok, recording } from "../tools.mjs";

const tokens = { body: { access_token: "in the end", token_type: "Bearer" } };

/** Polls until there are tokens. Returns the time between the first two polls and the number of polls. */
async function weathered({ script }, answers, settings) {
  const { app, hits } = await script({ token: [...answers, tokens] }, settings);
  const flow = await app.startDeviceCode({ scopes: ["a"] });
  equal((await flow.wait()).accessToken, "in the end");
  const polls = await hits("token");
  ok(polls.length >= 2, `${polls.length} polls`);
  return { polls, gap: polls[1].at - polls[0].at };
}

// Timers may be a little early where they are rounded to milliseconds.
const atLeast = (gap, milliseconds) => ok(gap >= milliseconds - 20, `${gap} ms between the polls, not ${milliseconds}`);

export const weather = {
  "slow_down makes the polling slower by five seconds": async (tools) => {
    const { gap } = await weathered(tools, [{ status: 400, body: { error: "slow_down" } }]);
    atLeast(gap, 6000);
  },

  "a larger interval sent with slow_down stays in force": async (tools) => {
    const { gap } = await weathered(tools, [{ status: 400, body: { error: "slow_down", interval: 7 } }]);
    atLeast(gap, 7000);
  },

  "429 with Retry-After is waited for": async (tools) => {
    const { gap } = await weathered(tools, [{ status: 429, headers: { "retry-after": "4" }, body: "" }]);
    atLeast(gap, 4000);
  },

  "Retry-After as a date is waited for": async (tools) => {
    const now = Date.now();
    const headers = { date: new Date(now).toUTCString(), "retry-after": new Date(now + 4000).toUTCString() };
    const { gap } = await weathered(tools, [{ status: 503, headers, body: "" }]);
    atLeast(gap, 4000);
  },

  "503 with an HTML page is waited out, more slowly than before": async (tools) => {
    const page = { status: 503, headers: { "content-type": "text/html" }, body: "<html><body>back soon</body></html>" };
    const { gap } = await weathered(tools, [page]);
    atLeast(gap, 2000);
  },

  "a dropped connection is waited out": async (tools) => {
    // Two failures: a browser may repeat the request itself when a connection that was open before breaks.
    await weathered(tools, [{ reset: true }, { reset: true }]);
  },

  "a server that never answers is given up after system.requestTimeout, and asked again": async (tools) => {
    const { polls, gap } = await weathered(tools, [{ hang: true }], { requestTimeout: 500 });
    // The timeout counts from the sending. The server counts from the arrival, which is later on a busy machine.
    atLeast(gap, 2400);
    ok(polls[0].hungUp, "the hanging request was ended");
  },

  "errors with HTTP status 200 are errors": async (tools) => {
    await weathered(tools, [{ body: { error: "authorization_pending" } }, { body: { error: "authorization_pending" } }]);
  },

  "errors with unusual status are understood": async (tools) => {
    const error = "authorization_pending";
    await weathered(tools, [401, 403, 428].map((status) => ({ status, body: { error } })));
  },

  "answers in form encoding are read, whatever the content type says": async ({ script }) => {
    const form = { headers: { "content-type": "text/plain" }, body: "access_token=from+a+form&token_type=bearer&scope=a%2Cb" };
    const { app } = await script({ token: [{ status: 400, body: "error=authorization_pending" }, form] });
    const result = await (await app.startDeviceCode({ scopes: ["a"] })).wait();
    equal([result.accessToken, result.scopes], ["from a form", ["a", "b"]]);
  },

  "answers in JSON are read, whatever the content type says": async (tools) => {
    await weathered(tools, [{ status: 400, headers: { "content-type": "text/html" }, body: '\ufeff {"error":"authorization_pending"}' }]);
  },

  "an empty answer is not a token": async (tools) => {
    await weathered(tools, [{ body: {} }]);
  },

  "a redirect while polling is not followed, so the device code is sent nowhere else": async ({ script }) => {
    const elsewhere = { status: 307, headers: { location: "{issuer}/elsewhere" } };
    const { app, hits } = await script({ token: [elsewhere, tokens] });
    const result = await (await app.startDeviceCode({ scopes: ["a"] })).wait();
    equal(result.accessToken, "in the end");
    equal((await hits("elsewhere")).length, 0, "requests to the redirect's target");
  },

  "a body over 1 MiB while polling is not read, and waited out": async ({ script }) => {
    const { app, hits } = await script({ token: [{ stream: 32 << 20 }, tokens] });
    await (await app.startDeviceCode({ scopes: ["a"] })).wait();
    const [{ sent, hungUp }] = await hits("token");
    ok(hungUp && sent < 32 << 20, `the server sent ${sent} bytes`);
  },

  "network failures before the real server are waited out": async ({ app, person }) => {
    const fetch = recording(({ url }, calls) => {
      const polls = calls.filter((call) => call.url === url && call.form.has("device_code")).length;
      if (polls === 1) throw new TypeError("fetch failed");
      return polls === 2 ? new Response("<h1>Wi-Fi login</h1>", { status: 200 }) : undefined;
    });
    const result = await app({ fetch }).acquireTokenByDeviceCode({
      scopes: ["openid"],
      deviceCodeCallback: ({ userCode }) => person(userCode, "approve", "bilal"),
    });
    equal(result.idTokenClaims.sub, "bilal");
  },

  "a device authorization that fails twice is requested a third time": async ({ script }) => {
    const unavailable = { status: 503, body: "" };
    const { app, hits } = await script({ device: [unavailable, { reset: true }, { status: 200, body: { device_code: "device-code", user_code: "third", verification_uri: "{issuer}/go", expires_in: 60 } }] });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    equal(flow.userCode, "third");
    ok((await hits("device")).length >= 3, "requests");
  },
};
