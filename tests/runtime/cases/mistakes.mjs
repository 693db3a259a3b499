// Wrong programs: every wrong argument is a ClientConfigurationError that names the field, before anything is sent.

import { equal, failureOf, ok, recording } from "../tools.mjs";

const auth = { clientId: "c" };
const cloud = { azureCloudInstance: "https://login.microsoftonline.us" };
const cyclic = {};
cyclic.self = cyclic;
// 10n is newer than the oldest televisions.
const bigInts = typeof BigInt === "function" ? [BigInt(10)] : [];

/** The argument of the constructor, the error code, and the name that the message must contain. */
const configurations = [
  [undefined, "invalid_argument", "configuration"],
  [null, "invalid_argument", "configuration"],
  ["https://login.microsoftonline.com", "invalid_argument", "configuration"],
  [{}, "invalid_argument", "configuration.auth"],
  [{ auth: "c" }, "invalid_argument", "configuration.auth"],
  [{ auth: {} }, "invalid_client_id", "auth.clientId"],
  [{ auth: { clientId: 7 } }, "invalid_client_id", "auth.clientId"],
  [{ auth: { clientId: "  " } }, "invalid_client_id", "auth.clientId"],
  [{ auth: { clientId: "c\n" } }, "invalid_client_id", "auth.clientId"],
  [{ auth: { ...auth, authority: "not an address" } }, "url_parse_error", "auth.authority"],
  [{ auth: { ...auth, authority: 7 } }, "url_parse_error", "auth.authority"],
  [{ auth: { ...auth, authority: null } }, "url_parse_error", "auth.authority"],
  ...[cyclic, () => "https://id.example", Symbol("https://id.example"), ...bigInts].map((authority) => [
    { auth: { ...auth, authority } },
    "url_parse_error",
    "auth.authority",
  ]),
  [{ auth: { ...auth, authority: "http://id.example" } }, "authority_uri_insecure", "auth.authority"],
  [{ auth: { ...auth, authority: "http://127.0.0.1.id.example" } }, "authority_uri_insecure", "auth.authority"],
  [{ auth: { ...auth, authority: "javascript:alert(1)" } }, "authority_uri_insecure", "auth.authority"],
  [{ auth: { ...auth, authorityMetadata: "{" } }, "invalid_authority_metadata", "auth.authorityMetadata"],
  [{ auth: { ...auth, authorityMetadata: {} } }, "invalid_authority_metadata", "auth.authorityMetadata"],
  [{ auth: { ...auth, authority: "https://contoso.b2clogin.com/contoso.onmicrosoft.com/policy" } }, "b2c_authority_unsupported", "B2C"],
  [{ auth: { ...auth, authority: "https://login.example/tfp/contoso.onmicrosoft.com/policy" } }, "b2c_authority_unsupported", "B2C"],
  [{ auth: { ...auth, clientCapabilities: "cp1" } }, "invalid_argument", "auth.clientCapabilities"],
  [{ auth: { ...auth, knownAuthorities: [7] } }, "invalid_argument", "auth.knownAuthorities"],
  [{ auth: { ...auth, cloudDiscoveryMetadata: "{" } }, "invalid_cloud_discovery_metadata", "auth.cloudDiscoveryMetadata"],
  [{ auth: { ...auth, azureCloudOptions: "https://login.microsoftonline.us" } }, "invalid_argument", "auth.azureCloudOptions"],
  [{ auth: { ...auth, azureCloudOptions: { ...cloud, tenant: 7 } } }, "invalid_argument", "auth.azureCloudOptions.tenant"],
  [{ auth, system: { keepVerificationUri: "yes" } }, "invalid_argument", "system.keepVerificationUri"],
  [{ auth, telemetry: 5 }, "invalid_argument", "configuration.telemetry"],
  [{ auth, telemetry: { application: { appName: () => "kiosk" } } }, "invalid_argument", "telemetry.application.appName"],
  [{ auth, telemetry: { application: { appVersion: 1 } } }, "invalid_argument", "telemetry.application.appVersion"],
  [{ auth, cache: { cachePlugin: {} } }, "invalid_argument", "cache.cachePlugin"],
  [{ auth, system: { networkClient: {} } }, "invalid_argument", "system.networkClient"],
  [{ auth, system: 5 }, "invalid_argument", "configuration.system"],
  [{ auth, system: null }, "invalid_argument", "configuration.system"],
  [{ auth, system: { fetch: "fetch" } }, "invalid_argument", "system.fetch"],
  [{ auth, system: { protocolMode: "SAML" } }, "invalid_argument", "system.protocolMode"],
  [{ auth, system: { requestTimeout: 0 } }, "invalid_argument", "system.requestTimeout"],
  [{ auth, system: { requestTimeout: -1 } }, "invalid_argument", "system.requestTimeout"],
  [{ auth, system: { requestTimeout: NaN } }, "invalid_argument", "system.requestTimeout"],
  [{ auth, system: { requestTimeout: "30" } }, "invalid_argument", "system.requestTimeout"],
  [{ auth, system: { requestTimeout: Infinity } }, "invalid_argument", "system.requestTimeout"],
  [{ auth: { ...auth, autority: "https://id.example" } }, "invalid_argument", "is configuration.auth.authority meant?"],
  [{ auth: { ...auth, Authority: "https://id.example" } }, "invalid_argument", "is configuration.auth.authority meant?"],
  [{ auth, cachePlugin: {} }, "invalid_argument", "is configuration.cache.cachePlugin meant?"],
  [{ auth: { ...auth, protocolMode: "OIDC" } }, "invalid_argument", "is configuration.system.protocolMode meant?"],
  [{ auth, sytsem: {} }, "invalid_argument", "is configuration.system meant?"],
  [{ auth, system: { loggerOptions: { logLevle: 0 } } }, "invalid_argument", "is system.loggerOptions.logLevel meant?"],
];

/** The difference from a good request, the error code, and the name that the message must contain. */
const requests = [
  [{ scopes: undefined }, "empty_input_scopes_error", "request.scopes"],
  [{ scopes: "openid" }, "empty_input_scopes_error", "request.scopes"],
  [{ scope: ["a"] }, "invalid_argument", "is request.scopes meant?"],
  [{ autority: "https://id.example" }, "invalid_argument", "is request.authority meant?"],
  [{ scopes: [5] }, "invalid_argument", "request.scopes[0]"],
  [{ scopes: ["a", 'b"c'] }, "invalid_argument", "request.scopes[1]"],
  [{ scopes: [], authority: "https://id.example" }, "empty_input_scopes_error", "request.scopes"],
  [{ scopes: ["a", undefined] }, "invalid_argument", "request.scopes[1]"],
  [{ authority: "not an address" }, "url_parse_error", "authority"],
  [{ authority: "http://id.example" }, "authority_uri_insecure", "authority"],
  [{ authority: "https://id.example/?tenant=1" }, "url_parse_error", "authority"],
  [{ authority: 5 }, "invalid_argument", "authority"],
  [{ authority: "https://login.microsoftonline.com/cont*so" }, "url_parse_error", "request.authority"],
  [{ authority: "https://fs.example/adfs" }, "untrusted_authority", "auth.knownAuthorities"],
  [{ authority: "https://contoso.b2clogin.com/tfp/t/p" }, "b2c_authority_unsupported", "request.authority"],
  [{ azureCloudOptions: { tenant: "contoso.example" } }, "invalid_argument", "request.azureCloudOptions.azureCloudInstance"],
  [{ claims: "{" }, "invalid_claims", "request.claims"],
  [{ claims: "[]" }, "invalid_claims", "request.claims"],
  [{ claims: {} }, "invalid_argument", "request.claims"],
  [{ extraQueryParameters: "a=b" }, "invalid_argument", "request.extraQueryParameters"],
  [{ extraQueryParameters: { a: 5 } }, "invalid_argument", "request.extraQueryParameters.a"],
  [{ extraQueryParameters: { get dc() { throw new Error("no"); } } }, "invalid_argument", "request"],
  [{ extraQueryParameters: cyclic }, "invalid_argument", "request.extraQueryParameters.self"],
  [{ locale: 5 }, "invalid_argument", "request.locale"],
  [{ correlationId: 5 }, "invalid_argument", "request.correlationId"],
  [{ timeout: -5 }, "invalid_argument", "request.timeout"],
  [{ timeout: "5" }, "invalid_argument", "request.timeout"],
  [{ timeout: NaN }, "invalid_argument", "request.timeout"],
  [{ timeout: Infinity }, "invalid_argument", "request.timeout"],
  [{ signal: {} }, "invalid_argument", "request.signal"],
  [{ signal: null }, "invalid_argument", "request.signal"],
];

// Values that JSON leaves out, writes as null or as an empty object. None of them may count as a missing field.
const unspeakable = [
  () => "https://id.example",
  Symbol("https://id.example"),
  ...bigInts,
  NaN,
  -Infinity,
  new Date(NaN),
  { toJSON() {} },
  new Map([["dc", "x"]]),
  new Set(["openid"]),
  new URLSearchParams({ dc: "x" }),
  new (class {
    get dc() {
      return "x";
    }
  })(),
  Object.create({ dc: "x" }),
];
const fields = ["authority", "claims", "locale", "correlationId", "timeout", "extraQueryParameters", "azureCloudOptions"];
for (const value of unspeakable) {
  for (const field of fields) requests.push([{ [field]: value }, "invalid_argument", `request.${field}`]);
  requests.push([{ scopes: value }, "empty_input_scopes_error", "request.scopes"]);
  requests.push([{ scopes: ["a", value] }, "invalid_argument", "request.scopes[1]"]);
  requests.push([{ extraQueryParameters: { dc: value } }, "invalid_argument", "request.extraQueryParameters.dc"]);
  requests.push([{ azureCloudOptions: { azureCloudInstance: value } }, "invalid_argument", "request.azureCloudOptions.azureCloudInstance"]);
  requests.push([{ azureCloudOptions: { ...cloud, tenant: value } }, "invalid_argument", "request.azureCloudOptions.tenant"]);
}

function refused(error, code, name, library) {
  const what = `${code} for ${name}`;
  ok(error instanceof library.ClientConfigurationError, `${what}: a ClientConfigurationError, not ${error}`);
  equal(error.errorCode, code, what);
  ok(error.errorMessage.includes(name), `${what}: ${error.errorMessage}`);
  ok(error.hint, `${what} has a hint`);
  equal(error.fault, "caller", what);
}

export const mistakes = {
  "the constructor throws for a wrong configuration at once": async ({ library }) => {
    for (const [configuration, code, name] of configurations) {
      let error;
      try {
        new library.PublicClientApplication(configuration);
      } catch (thrown) {
        error = thrown;
      }
      refused(error, code, name, library);
    }
  },

  "a wrong request is refused before anything is sent": async ({ library }) => {
    const fetch = recording(() => new Response("{}"));
    const app = new library.PublicClientApplication({ auth, system: { fetch } });
    for (const [difference, code, name] of requests) {
      const request = { scopes: ["a"], ...difference };
      refused(await failureOf(app.startDeviceCode(request)), code, name, library);
      const deviceCodeCallback = () => {};
      refused(await failureOf(app.acquireTokenByDeviceCode({ ...request, deviceCodeCallback })), code, name, library);
    }
    for (const request of [undefined, null, "openid"]) {
      refused(await failureOf(app.startDeviceCode(request)), "invalid_argument", "request", library);
      refused(await failureOf(app.acquireTokenByDeviceCode(request)), "invalid_argument", "request", library);
    }
    for (const deviceCodeCallback of [undefined, "show"]) {
      const error = await failureOf(app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback }));
      refused(error, "invalid_argument", "request.deviceCodeCallback", library);
    }
    equal(fetch.calls.length, 0, "requests");
  },

  "a wrong silent request is refused, even if the cache has a token": async ({ script, library }) => {
    const tokens = { access_token: "at", token_type: "Bearer", expires_in: 3600, refresh_token: "rt" };
    const { app, hits } = await script({ token: { body: tokens } });
    const { account } = await app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    const sent = (await hits()).length;
    equal((await app.acquireTokenSilent({ scopes: ["a"], account })).fromCache, true);
    const forced = unspeakable.map((forceRefresh) => [{ forceRefresh }, "invalid_argument", "request.forceRefresh"]);
    for (const [difference, code, name] of [...requests, ...forced]) {
      refused(await failureOf(app.acquireTokenSilent({ scopes: ["a"], account, ...difference })), code, name, library);
    }
    for (const correlationId of [{}, 5, ...unspeakable]) {
      refused(await failureOf(app.signOut({ account, correlationId })), "invalid_argument", "request.correlationId", library);
    }
    equal([(await app.getAllAccounts()).length, (await hits()).length], [1, sent]);
  },

  "a wrong signal for one poll is refused": async ({ script, library }) => {
    const { app, hits } = await script();
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    for (const signal of [{}, 5]) {
      for (const call of [() => flow.poll({ signal }), () => flow.wait({ signal })]) {
        refused(await failureOf(call()), "invalid_argument", "options.signal", library);
      }
    }
    refused(await failureOf(flow.poll("now")), "invalid_argument", "options", library);
    equal((await hits("token")).length, 0, "polls");
  },

  "a system.fetch without a usable response is reported, and other sign-ins continue": async ({ script, app, library }) => {
    const healthy = await script({ token: { delay: 2000, body: { access_token: "healthy", token_type: "Bearer" } } });
    const other = (await healthy.app.startDeviceCode({ scopes: ["a"] })).wait();
    const readAlready = async (url, init) => {
      const response = await fetch(url, init);
      await response.text();
      return response;
    };
    const beingRead = async (url, init) => {
      const response = await fetch(url, init);
      response.body.getReader();
      return response;
    };
    const fetches = [readAlready, beingRead, ...[undefined, null, 5, {}, { status: 200 }].map((answer) => async () => answer)];
    await Promise.all([
      ...fetches.map(async (fetch) => {
        const error = await failureOf(app({ fetch }).startDeviceCode({ scopes: ["a"] }));
        ok(error instanceof library.ClientAuthError, String(error));
        equal(error.errorCode, "network_error", String(error));
      }),
      other.then(({ accessToken }) => equal(accessToken, "healthy")),
    ]);
  },
};
