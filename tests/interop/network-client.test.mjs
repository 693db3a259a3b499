// One networkClient, two libraries: the same object signs in through msal-node and through ours.
//
// msal-node.test.mjs compares what each sends and returns. The clients here are the test server's, msal-node's own HttpClient on the test
// server's fetch, and small clients with one peculiarity each.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { libraries } from "./sign-ins.mjs";

const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };

/** A sign-in of `library` with this system, approved after one poll. Returns the result, the requests, and the error. */
async function signIn(library, entra, system) {
  const app = new libraries[library].PublicClientApplication({ auth, system });
  const before = entra.requests.length;
  const deviceCodeCallback = ({ userCode }) => entra.approve(userCode, { afterPolls: 1 });
  const seen = await app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback }).then(
    (result) => ({ result }),
    (error) => ({ error }),
  );
  return { ...seen, requests: entra.requests.slice(before) };
}

/** The same client with changed answers. */
function changed(networkClient, change) {
  const through = (method) => async (...all) => change(await networkClient[method](...all));
  return { sendGetRequestAsync: through("sendGetRequestAsync"), sendPostRequestAsync: through("sendPostRequestAsync") };
}

function signedIn({ result, error }, number) {
  assert.deepEqual([error, result?.accessToken], [undefined, `access-token-of-ABCDEFG0${number}`]);
}

const endpoints = ({ requests }) => requests.map(({ endpoint }) => endpoint);
const pauses = ({ requests }) => requests.slice(1).map(({ at }, index) => Math.round((at - requests[index].at) / 1000));

describe("one networkClient for both libraries", { concurrency: true }, () => {
  test("the same object signs in through both", async () => {
    const entra = standIn({ interval: 1 });
    const system = { networkClient: entra.networkClient };
    const msal = await signIn("msal", entra, system);
    const ours = await signIn("ours", entra, system);
    signedIn(msal, 1);
    signedIn(ours, 2);
    assert.deepEqual([endpoints(msal), endpoints(ours)], Array(2).fill(["devicecode", "token", "token"]));
    for (const { method, headers } of ours.requests) {
      assert.deepEqual([method, headers["content-type"]], ["POST", "application/x-www-form-urlencoded;charset=utf-8"]);
    }
  });

  test("a client's methods are called with the client as `this`", async () => {
    const entra = standIn({ interval: 1 });
    class Client {
      constructor() {
        this.calls = [];
      }
      async sendGetRequestAsync() {
        this.calls.push("GET");
      }
      async sendPostRequestAsync(url, options) {
        this.calls.push("POST");
        return entra.networkClient.sendPostRequestAsync(url, options);
      }
    }
    const networkClient = new Client();
    signedIn(await signIn("ours", entra, { networkClient }), 1);
    assert.deepEqual(networkClient.calls, ["POST", "POST", "POST"]);
  });

  test("discovery uses it too, with a timeout", async () => {
    const entra = standIn({ interval: 1 });
    const asked = [];
    const issuer = "https://login.example";
    const networkClient = {
      ...entra.networkClient,
      async sendGetRequestAsync(url, options, timeout) {
        asked.push([url, timeout]);
        const at = (endpoint) => `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/${endpoint}`;
        return { status: 200, headers: {}, body: { issuer, device_authorization_endpoint: at("devicecode"), token_endpoint: at("token") } };
      },
    };
    const app = new libraries.ours.PublicClientApplication({ auth: { clientId: CLIENT, authority: issuer }, system: { networkClient, requestTimeout: 9_000 } });
    const { userCode } = await app.startDeviceCode({ scopes: ["User.Read"] });
    assert.equal(userCode, "ABCDEFG01");
    assert.deepEqual(asked, [[`${issuer}/.well-known/openid-configuration`, 9_000]]);
  });

  test("fetch takes precedence if both are given", async () => {
    const [one, other] = [standIn({ interval: 1 }), standIn({ interval: 1 })];
    signedIn(await signIn("ours", one, { fetch: one.fetch, networkClient: other.networkClient }), 1);
    assert.equal(other.requests.length, 0);
  });

  for (const [kind, wait] of [["hollow", 2], ["reset", 2], ["unavailable", 2], ["throttled", 4], ["slow_down", 6]]) {
    test(`${kind} while polling: it continues, ${wait} s later`, async () => {
      const entra = standIn({ interval: 1 });
      entra.disturb("token", kind);
      const ours = await signIn("ours", entra, { networkClient: entra.networkClient });
      signedIn(ours, 1);
      assert.equal(pauses(ours)[1], wait);
    });
  }

  const oddities = {
    "header names as they came, a list as a value": ({ headers, ...rest }) => ({ ...rest, headers: { "Retry-After": ["4"], ...(rest.status === 429 ? { "retry-after": undefined } : headers) } }),
    "Headers instead of an object": ({ headers, ...rest }) => ({ ...rest, headers: new Headers(headers) }),
    "the body as a text": ({ body, ...rest }) => ({ ...rest, body: JSON.stringify(body) }),
  };
  for (const [name, change] of Object.entries(oddities)) {
    test(`${name}: understood, also its Retry-After`, async () => {
      const entra = standIn({ interval: 1 });
      entra.disturb("token", "throttled");
      const ours = await signIn("ours", entra, { networkClient: changed(entra.networkClient, change) });
      signedIn(ours, 1);
      assert.equal(pauses(ours)[1], 4);
    });
  }

  const useless = {
    "no answer at all": [() => undefined, /gave no status/],
    "an answer without a status": [() => ({ body: {} }), /gave no status/],
    "a body that is no JSON": [() => ({ status: 200, headers: {}, body: { one: 1n } }), /BigInt/],
    "no body": [() => ({ status: 200 }), /neither JSON nor a form/],
  };
  for (const [name, [change, words]] of Object.entries(useless)) {
    test(`${name}: an error that says so`, async () => {
      const entra = standIn({ interval: 1 });
      const { error } = await signIn("ours", entra, { networkClient: changed(entra.networkClient, change) });
      assert.ok(error instanceof libraries.ours.AuthError, String(error));
      assert.match(error.message, words);
    });
  }

  test("an abort ends the sign-in even if the client continues, and its late failure is not an unhandled rejection", async (t) => {
    const unhandled = [];
    const note = (error) => unhandled.push(error);
    process.on("unhandledRejection", note);
    t.after(() => process.off("unhandledRejection", note));
    const late = () => new Promise((_, reject) => setTimeout(reject, 300, new Error("late")));
    const app = new libraries.ours.PublicClientApplication({ auth, system: { networkClient: { sendGetRequestAsync: late, sendPostRequestAsync: late } } });
    await assert.rejects(app.startDeviceCode({ scopes: ["a"], signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.deepEqual(unhandled, []);
  });

  for (const wrong of [null, 7, {}, { sendGetRequestAsync() {} }, { sendGetRequestAsync: "GET", sendPostRequestAsync: "POST" }]) {
    test(`${JSON.stringify(wrong)} is refused in the constructor`, () => {
      const begin = () => new libraries.ours.PublicClientApplication({ auth, system: { networkClient: wrong } });
      assert.throws(begin, ({ name, errorMessage }) => name === "ClientConfigurationError" && errorMessage.startsWith("system.networkClient must be "));
    });
  }
});

describe("msal-node's own HttpClient", () => {
  // It is not exported. An application has one.
  const { networkClient } = new libraries.msal.PublicClientApplication({ auth }).config.system;

  test("signs in through both", async (t) => {
    const entra = standIn({ interval: 1 });
    t.mock.method(globalThis, "fetch", entra.fetch);
    signedIn(await signIn("msal", entra, { networkClient }), 1);
    signedIn(await signIn("ours", entra, { networkClient }), 2);
  });

  // msal-node's results: a rejection, a rejection, a parsed {}.
  for (const kind of ["reset", "unavailable", "hollow"]) {
    test(`${kind} while polling: ours continues`, async (t) => {
      const entra = standIn({ interval: 1 });
      entra.disturb("token", kind);
      t.mock.method(globalThis, "fetch", entra.fetch);
      signedIn(await signIn("ours", entra, { networkClient }), 1);
    });
  }
});
