// deviceCodeCallback, `cancel` and `timeout`: what the caller's own code does while the person is waited for.

import { equal, failureOf, ok, sleep, within } from "../tools.mjs";

const pending = { status: 400, body: { error: "authorization_pending" } };
const codes = (times) => ({ body: { device_code: "device-code", user_code: "u", verification_uri: "{issuer}/go", ...times } });
const rarely = codes({ expires_in: 300, interval: 5 });

export const callback = {
  "the callback is awaited before the first poll": async ({ script }) => {
    const { app, hits } = await script();
    let finished;
    await app.acquireTokenByDeviceCode({
      scopes: ["a"],
      deviceCodeCallback: async () => {
        await sleep(2000);
        equal((await hits("token")).length, 0, "polls while the callback runs");
        finished = Date.now();
      },
    });
    const [poll] = await hits("token");
    ok(poll.at >= finished, "the poll came after the callback");
  },

  "an error that the callback throws ends the flow with that error": async ({ script }) => {
    const { app, hits } = await script();
    const mine = new TypeError("the display is off");
    const throws = () => {
      throw mine;
    };
    const rejects = async () => {
      await sleep(10);
      throw mine;
    };
    for (const deviceCodeCallback of [throws, rejects]) {
      const error = await failureOf(app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback }));
      ok(error === mine, `the same error, not ${error}`);
    }
    await sleep(1500);
    equal((await hits("token")).length, 0, "polls afterwards");
  },

  "the callback may throw any value": async ({ script }) => {
    const { app } = await script();
    for (const mine of [undefined, "a text", { reason: "not ours" }, { failure: "not ours" }]) {
      const deviceCodeCallback = () => Promise.reject(mine);
      const outcome = await app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback }).then(
        () => "signed in",
        (error) => (error === mine ? "the same" : `another: ${error}`),
      );
      equal(outcome, "the same", JSON.stringify(mine));
    }
  },

  "request.cancel = true ends the flow with device_code_polling_cancelled": async ({ script, library }) => {
    const { app, hits } = await script({ device: rarely, token: pending });
    const request = { scopes: ["a"], deviceCodeCallback: () => void setTimeout(() => (request.cancel = true), 300) };
    const error = await failureOf(app.acquireTokenByDeviceCode(request));
    ok(error instanceof library.ClientAuthError, String(error));
    equal(error.errorCode, "device_code_polling_cancelled");
    equal((await hits("token")).length, 0, "polls: it did not wait for the next one");
  },

  "a request.cancel that begins to throw ends the flow with its error, and is not read again": async ({ script }) => {
    const { app, hits } = await script({ device: rarely, token: pending });
    const mine = new Error("what it belonged to is gone");
    const read = { whole: 0, failed: 0 };
    let isGone = false;
    const request = {
      scopes: ["a"],
      deviceCodeCallback: () => void setTimeout(() => (isGone = true), 300),
      get cancel() {
        if (!isGone) return read.whole++ < 0;
        read.failed++;
        throw mine;
      },
    };
    equal((await failureOf(app.acquireTokenByDeviceCode(request))) === mine, true, "what it threw");
    equal((await hits("token")).length, 0, "polls: it did not wait for the next one");
    await sleep(300);
    ok(read.whole > 1 && read.failed === 1, JSON.stringify(read));
  },

  "request.timeout ends the flow with user_timeout_reached": async ({ script, library }) => {
    const { app, hits } = await script({ token: pending });
    const start = Date.now();
    const error = await within(4500, failureOf(app.acquireTokenByDeviceCode({ scopes: ["a"], timeout: 3, deviceCodeCallback() {} })));
    ok(error instanceof library.ClientAuthError, String(error));
    equal(error.errorCode, "user_timeout_reached");
    ok(Date.now() - start > 2900, "not sooner");
    ok((await hits("token")).length >= 1, "it polled meanwhile");
  },

  "a code that nobody enters expires on time, with device_code_expired": async ({ script }) => {
    const device = codes({ expires_in: 3, interval: 1 });
    const { app, hits } = await script({ device, token: pending });
    const start = Date.now();
    const error = await within(4500, failureOf(app.startDeviceCode({ scopes: ["a"] }).then((flow) => flow.wait())));
    equal(error.errorCode, "device_code_expired");
    ok(Date.now() - start > 2900, "not sooner");
    const polls = (await hits("token")).length;
    await sleep(1500);
    equal((await hits("token")).length, polls, "polls after the end");
  },
};
