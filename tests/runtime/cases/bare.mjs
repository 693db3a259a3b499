// A host that lacks something, or whose clock throws: each global is changed for as long as a call looks for it. These run alone,
// because the host has only one of each. (WebAssembly is looked for once and is shown in tests/js/host.test.mjs.)

import { equal, failureOf, ok, sleep } from "../tools.mjs";

const host = typeof globalThis === "undefined" ? self : globalThis;

/** `work()` up to its first wait, in a host without these. */
function without(names, work) {
  const before = names.map((name) => Object.getOwnPropertyDescriptor(host, name));
  for (const name of names) Object.defineProperty(host, name, { value: undefined, configurable: true, writable: true });
  try {
    return work();
  } finally {
    names.forEach((name, index) => (before[index] ? Object.defineProperty(host, name, before[index]) : delete host[name]));
  }
}

export const bare = {
  "without fetch every call says so at once and names system.fetch": async ({ app, library }) => {
    const account = { homeAccountId: "a.b", environment: "id.invalid", tenantId: "c" };
    const calls = [
      () => app().startDeviceCode({ scopes: ["a"] }),
      () => app().acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} }),
      () => app().resumeDeviceCode("{}"),
      () => app().acquireTokenSilent({ scopes: ["a"], account }),
      () => app().signOut({ account, revoke: true }),
    ];
    for (const call of calls) {
      const error = await failureOf(without(["fetch"], call));
      ok(error instanceof library.ClientConfigurationError, `a ClientConfigurationError, not ${error}`);
      equal([error.errorCode, error.fault, error.retryable], ["fetch_missing", "caller", false]);
      ok(error.hint.includes("system.fetch"), error.hint);
    }
  },

  "a fault of the module costs the call in hand: it asks for a report, the next call works, another flow goes on": async ({ script, library }) => {
    const { app } = await script();
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    const saved = flow.save();
    // What the module cannot catch ends its instance, as a panic does. It reads the clock at every step.
    const { now } = Date;
    Date.now = () => {
      throw new Error("the clock is broken");
    };
    const failure = failureOf(app.startDeviceCode({ scopes: ["a"] }));
    const error = await Promise.race([failure, sleep(3000)]);
    Date.now = now;
    ok(error instanceof library.AuthError, `an AuthError, not ${error}`);
    equal([error.errorCode, error.fault], ["internal_error", "library"]);
    ok(error.hint.includes("report"), error.hint);
    equal(flow.save(), saved, "the text of the other flow");
    equal((await flow.wait()).accessToken, "access-token");
    equal((await app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} })).accessToken, "access-token");
  },

  "without crypto a sign-in has a correlation id all the same": async ({ script }) => {
    const { app } = await script({ token: { status: 400, body: { error: "access_denied" } } });
    const { correlationId } = await failureOf(without(["crypto"], () => app.startDeviceCode({ scopes: ["a"] })).then((flow) => flow.wait()));
    ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(correlationId), correlationId);
  },

  "without AbortController a request is cancelled by its flag, and its end is not waited for": async ({ script }) => {
    const { app } = await script({ device: { hang: true } });
    const request = { scopes: ["a"], deviceCodeCallback() {} };
    const failure = failureOf(without(["AbortController", "AbortSignal"], () => app.acquireTokenByDeviceCode(request)));
    request.cancel = true;
    const error = await failure;
    equal(error.errorCode, "device_code_polling_cancelled");
  },
};
