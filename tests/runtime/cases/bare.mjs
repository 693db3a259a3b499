// A host that lacks something, or whose clock throws: each global is changed for as long as a call looks for it. These run alone,
// because the host has only one of each; what a host lacks, it lacks at the first call of all, so those run before the others.

import { equal, failureOf, ok, sleep } from "../tools.mjs";

const host = typeof globalThis === "undefined" ? self : globalThis;

/** Takes a global away; gives what puts it back. */
function take(name) {
  const before = Object.getOwnPropertyDescriptor(host, name);
  // edge-runtime lets nobody define its globals anew, but overwrite them.
  if (before && !before.configurable) {
    host[name] = undefined;
    return () => (host[name] = before.value);
  }
  Object.defineProperty(host, name, { value: undefined, configurable: true, writable: true });
  return () => (before ? Object.defineProperty(host, name, before) : delete host[name]);
}

/** `work()` up to its first wait, in a host without these. */
function without(names, work) {
  const giveBack = names.map(take);
  try {
    return work();
  } finally {
    giveBack.forEach((give) => give());
  }
}

/** The same until `work()` has settled. Nothing else may run meanwhile, and hosts need for their fetch what they need. */
async function withoutUntilOver(name, work) {
  const giveBack = take(name);
  try {
    return await work();
  } finally {
    giveBack();
  }
}

const account = { homeAccountId: "a.b", environment: "id.invalid", tenantId: "c" };

/** Every call that asks a provider. */
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

  "without WebAssembly every call says so, names the entry that does without, sends nothing, and works as soon as it is there": async ({ script, library, needsWebAssembly }) => {
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

export const broken = {
  "a fault of the module costs the call in hand: it asks for a report, the next call works, another flow goes on": async ({ script, library }) => {
    const { app } = await script();
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    const saved = flow.save();
    // What the module cannot catch ends its instance, as a panic does. The clock is read before every step.
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
