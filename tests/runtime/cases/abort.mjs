// AbortSignal: in every state of a flow, the promise rejects with the signal's reason within a tenth of a second.

import { equal, failureOf, ok, recording, sleep, until, within } from "../tools.mjs";

const LIMIT = 100;
const pending = { status: 400, body: { error: "authorization_pending" } };

/** Aborts `begin(signal)` after `delay`. It rejects with the signal's reason, within the limit. */
async function aborted(begin, delay, reason) {
  const controller = new AbortController();
  await endsAtOnce(controller, begin(controller.signal), delay, reason);
}

async function endsAtOnce(controller, promise, delay, reason) {
  const outcome = failureOf(promise);
  await delay();
  controller.abort(reason);
  const error = await within(LIMIT, outcome);
  ok(error === controller.signal.reason, `rejected with the signal's reason, not with ${error}`);
}

export const abort = {
  "abort during a wait rejects with the reason, within 100 ms": async ({ script }) => {
    const { app } = await script({ token: pending });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    await aborted((signal) => flow.wait({ signal }), () => sleep(300), { mine: true });
    await aborted((signal) => app.acquireTokenByDeviceCode({ scopes: ["a"], signal, deviceCodeCallback() {} }), () => sleep(300));
  },

  "abort during a request rejects within 100 ms, and ends the request": async ({ script }) => {
    const { app, hits } = await script({ token: { hang: true } });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    await aborted((signal) => flow.wait({ signal }), () => until(async () => (await hits("token")).length, "a poll"));
    await until(async () => (await hits("token")).every(({ hungUp }) => hungUp), "the end of the request");
  },

  "abort while the codes are requested rejects within 100 ms": async ({ script }) => {
    const { app, hits } = await script({ device: { hang: true } });
    const asked = () => until(async () => (await hits("device")).length, "a request");
    await aborted((signal) => app.startDeviceCode({ scopes: ["a"], signal }), asked);
  },

  "abort while the callback is pending rejects within 100 ms": async ({ script }) => {
    const { app } = await script();
    const deviceCodeCallback = () => new Promise(() => {});
    await aborted((signal) => app.acquireTokenByDeviceCode({ scopes: ["a"], signal, deviceCodeCallback }), () => sleep(300), "a text");
  },

  "a signal that is already aborted sends nothing": async ({ app }) => {
    const fetch = recording();
    const controller = new AbortController();
    controller.abort();
    const request = { scopes: ["openid"], signal: controller.signal, deviceCodeCallback() {} };
    for (const begin of [() => app({ fetch }).startDeviceCode(request), () => app({ fetch }).acquireTokenByDeviceCode(request)]) {
      const error = await failureOf(begin());
      ok(error === controller.signal.reason, `the reason, not ${error}`);
      equal(error.name, "AbortError");
    }
    equal(fetch.calls.length, 0, "requests");
  },

  "an aborted wait leaves the flow usable": async ({ script }) => {
    const { app } = await script({ token: [pending, { body: { access_token: "later", token_type: "Bearer" } }] });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    await aborted((signal) => flow.wait({ signal }), () => sleep(200));
    equal((await flow.wait()).accessToken, "later");
  },

  "one of two callers can abort; the other gets the tokens": async ({ script }) => {
    const { app, hits } = await script({ token: [{ delay: 1000, ...pending }, { body: { access_token: "kept", token_type: "Bearer" } }] });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    const other = sleep(10).then(() => flow.wait());
    await aborted((signal) => flow.wait({ signal }), () => until(async () => (await hits("token")).length, "a poll"));
    equal((await other).accessToken, "kept");
  },

  "the signal with which the flow was started ends its waits as well": async ({ script }) => {
    const { app } = await script({ token: pending });
    const controller = new AbortController();
    const flow = await app.startDeviceCode({ scopes: ["a"], signal: controller.signal });
    const waiting = flow.wait({ signal: new AbortController().signal });
    await endsAtOnce(controller, waiting, () => sleep(100), new Error("closed"));
  },

  "a fetch that ignores its signal is not waited for": async ({ app }) => {
    const deaf = recording(() => new Promise(() => {}));
    await aborted((signal) => app({ fetch: deaf }).startDeviceCode({ scopes: ["a"], signal }), () => sleep(100));
  },
};
