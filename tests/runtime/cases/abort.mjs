// AbortSignal: every promise rejects with the signal's own reason within a tenth of a second, wherever the flow is.

import { equal, failureOf, ok, recording, sleep, until } from "../tools.mjs";

const LIMIT = 100;
const pending = { status: 400, body: { error: "authorization_pending" } };

/** Aborts `begun(signal)` after `delay`; gives the time it took to reject with the signal's reason. */
async function abortOf(begin, delay, reason) {
  const controller = new AbortController();
  const promise = begin(controller.signal);
  const outcome = failureOf(promise).then((error) => ({ error, at: Date.now() }));
  await delay();
  const start = Date.now();
  controller.abort(reason);
  const { error, at } = await outcome;
  ok(error === controller.signal.reason, `rejected with the signal's reason, not with ${error}`);
  return at - start;
}

/** The best of three: another program of the machine may take the processor for longer than the limit. */
async function quick(attempt) {
  const times = [];
  for (let turn = 0; turn < 3; turn += 1) {
    times.push(await attempt());
    if (times[turn] < LIMIT) return;
  }
  throw new Error(`it took ${times.join(", ")} ms`);
}

export const abort = {
  "abort during a wait rejects with the reason, within 100 ms": async ({ script }) => {
    const { app } = await script({ token: pending });
    const reason = { mine: true };
    await quick(async () => {
      const flow = await app.startDeviceCode({ scopes: ["a"] });
      return abortOf((signal) => flow.wait({ signal }), () => sleep(300), reason);
    });
    await quick(() => abortOf((signal) => app.acquireTokenByDeviceCode({ scopes: ["a"], signal, deviceCodeCallback() {} }), () => sleep(300)));
  },

  "abort during a request rejects within 100 ms, and ends the request": async ({ script }) => {
    const { app, hits } = await script({ token: { hang: true } });
    await quick(async () => {
      const before = (await hits("token")).length;
      const flow = await app.startDeviceCode({ scopes: ["a"] });
      return abortOf((signal) => flow.wait({ signal }), () => until(async () => (await hits("token")).length > before, "a poll"));
    });
    await until(async () => (await hits("token")).every(({ hungUp }) => hungUp), "the end of the request");
  },

  "abort while the codes are asked for rejects within 100 ms": async ({ script }) => {
    const { app, hits } = await script({ device: { hang: true } });
    await quick(async () => {
      const before = (await hits("device")).length;
      return abortOf((signal) => app.startDeviceCode({ scopes: ["a"], signal }), () => until(async () => (await hits("device")).length > before, "a request"));
    });
  },

  "abort while the callback is pending rejects within 100 ms": async ({ script }) => {
    const { app } = await script();
    const deviceCodeCallback = () => new Promise(() => {});
    await quick(() => abortOf((signal) => app.acquireTokenByDeviceCode({ scopes: ["a"], signal, deviceCodeCallback }), () => sleep(300), "a text"));
  },

  "a signal that is aborted already sends nothing": async ({ app }) => {
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
    await abortOf((signal) => flow.wait({ signal }), () => sleep(200));
    equal((await flow.wait()).accessToken, "later");
  },

  "one of two callers can abort; the other gets the tokens": async ({ script }) => {
    const { app, hits } = await script({ token: [{ delay: 1000, ...pending }, { body: { access_token: "kept", token_type: "Bearer" } }] });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    const other = sleep(10).then(() => flow.wait());
    await abortOf((signal) => flow.wait({ signal }), () => until(async () => (await hits("token")).length, "a poll"));
    equal((await other).accessToken, "kept");
  },

  "the signal that the flow was started with ends its waits as well": async ({ script }) => {
    const { app } = await script({ token: pending });
    await quick(async () => {
      const controller = new AbortController();
      const flow = await app.startDeviceCode({ scopes: ["a"], signal: controller.signal });
      const outcome = failureOf(flow.wait({ signal: new AbortController().signal }));
      await sleep(100);
      const start = Date.now();
      controller.abort(new Error("closed"));
      ok((await outcome) === controller.signal.reason, "the reason");
      return Date.now() - start;
    });
  },

  "a fetch that ignores its signal is left behind": async ({ app }) => {
    const deaf = recording(() => new Promise(() => {}));
    await quick(() => abortOf((signal) => app({ fetch: deaf }).startDeviceCode({ scopes: ["a"], signal }), () => sleep(100)));
  },
};
