// A host that lacks a feature, or whose clock throws: each global is changed while a call uses it. These cases run alone, because the host
// has only one of each global. They run first, because the library looks for the host's features at its first call.

import { equal, failureOf, ok, sleep } from "../tools.mjs";

const host = typeof globalThis === "undefined" ? self : globalThis;

/** Takes a global away. Returns a function that restores it. */
function take(name) {
  const before = Object.getOwnPropertyDescriptor(host, name);
  // edge-runtime does not allow to redefine its globals, but to overwrite them.
  if (before && !before.configurable) {
    host[name] = undefined;
    return () => (host[name] = before.value);
  }
  Object.defineProperty(host, name, { value: undefined, configurable: true, writable: true });
  return () => (before ? Object.defineProperty(host, name, before) : delete host[name]);
}

/** Runs `work()` up to its first wait, in a host without these globals. */
function without(names, work) {
  const giveBack = names.map(take);
  try {
    return work();
  } finally {
    giveBack.forEach((give) => give());
  }
}

/** The same until `work()` has settled. Nothing else may run meanwhile, because the host's own fetch may need these globals. */
async function withoutUntilOver(name, work) {
  const giveBack = take(name);
  try {
    return await work();
  } finally {
    giveBack();
  }
}

const account = { homeAccountId: "a.b", environment: "id.invalid", tenantId: "c" };

/** Every call that makes a request. */
const calls = (app) => [
  () => app.startDeviceCode({ scopes: ["a"] }),
  () => app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} }),
  () => app.resumeDeviceCode("{}"),
  () => app.acquireTokenSilent({ scopes: ["a"], account }),
  () => app.signOut({ account, revoke: true }),
];

export const bare = {
  "without fetch every call says so at once and names system.fetch": async ({ app, library }) => {
    for (const call of calls(app())) {
      const error = await failureOf(without(["fetch"], call));
      ok(error instanceof library.ClientConfigurationError, `a ClientConfigurationError, not ${error}`);
      equal([error.errorCode, error.fault, error.retryable], ["fetch_missing", "caller", false]);
      ok(error.hint.includes("system.fetch"), error.hint);
    }
  },

  "without WebAssembly every call says so, names the entry that needs none, sends nothing, and works as soon as WebAssembly is there": async ({ script, library, needsWebAssembly }) => {
    const { app, hits } = await script();
    if (!needsWebAssembly) {
      const { userCode } = await withoutUntilOver("WebAssembly", () => app.startDeviceCode({ scopes: ["a"] }));
      return equal(userCode, "USER-CODE");
    }
    for (const call of [...calls(app), () => app.getAllAccounts(), () => app.signOut({ account })]) {
      const error = await withoutUntilOver("WebAssembly", () => failureOf(call()));
      ok(error instanceof library.ClientConfigurationError, `a ClientConfigurationError, not ${error}`);
      equal([error.errorCode, error.fault, error.retryable], ["webassembly_missing", "caller", false]);
      ok(error.hint.includes("device-code-flow/js"), error.hint);
    }
    equal(await hits(), [], "requests");
    equal((await app.startDeviceCode({ scopes: ["a"] })).userCode, "USER-CODE");
  },

  "without crypto a sign-in still has a correlation id": async ({ script }) => {
    const { app } = await script({ token: { status: 400, body: { error: "access_denied" } } });
    const { correlationId } = await failureOf(without(["crypto"], () => app.startDeviceCode({ scopes: ["a"] })).then((flow) => flow.wait()));
    ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(correlationId), correlationId);
  },

  "without AbortController a request is aborted by its flag, and its end is not waited for": async ({ script }) => {
    const { app } = await script({ device: { hang: true } });
    const request = { scopes: ["a"], deviceCodeCallback() {} };
    const failure = failureOf(without(["AbortController", "AbortSignal"], () => app.acquireTokenByDeviceCode(request)));
    request.cancel = true;
    const error = await failure;
    equal(error.errorCode, "device_code_polling_cancelled");
  },
};

export const broken = {
  "a trap of the module costs the current call: it asks for a report, the next call works, another flow continues": async ({ script, library }) => {
    const { app } = await script();
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    const saved = flow.save();
    // The module cannot catch this, so it ends the instance, like a panic. The clock is read before every step.
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
};
