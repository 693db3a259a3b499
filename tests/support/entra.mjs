// A stand-in for Microsoft Entra ID in tests: device codes that are asked for, shown, decided, redeemed, and then gone.
//
// One state machine per code, so that its answers agree with each other; not a list of replies, and not Entra: nothing
// is signed, only what the device code flow shows a client is there. It is no server either: a client gets it as
// `fetch`, or as msal-node's `networkClient`, and knows no other network. Everything sent to it stands in `requests`.
//
//   const entra = standIn({ interval: 1 });
//   … system: { fetch: entra.fetch } …
//   entra.approve(userCode, { afterPolls: 1 });
//   entra.disturb("token", "reset");
//
// Two stand-ins with the same settings hand out the same codes and tokens, if they are asked the same.

export const TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
export const CLIENT = "00001111-aaaa-2222-bbbb-3333cccc4444";

/**
 * Somebody at home in TENANT: the claims of her ID token, and of client_info `uid`, `utid` and, if any, `xms_tdbr`. A
 * guest's uid and utid, of home, are others than oid and tid.
 */
export const ada = {
  oid: "00000000-0000-0000-66f3-3332eca7ea81",
  sub: "pairwise-of-ada",
  tid: TENANT,
  preferred_username: "ada@contoso.com",
  name: "Ada Lovelace",
  uid: "00000000-0000-0000-66f3-3332eca7ea81",
  utid: TENANT,
};

// Entra takes both spellings; the long one is that of RFC 8628.
const GRANTS = ["device_code", "urn:ietf:params:oauth:grant-type:device_code"];

/** What an error of Entra's consists of, by AADSTS number. */
const ERRORS = {
  50134: ["invalid_grant", "DeviceFlowAuthorizeWrongDatacenter: poll with the tenant of the device code request."],
  70000: ["invalid_grant", "The provided value for the input parameter 'device_code' is not valid: it was redeemed already."],
  70003: ["unsupported_grant_type", "The app requested an unsupported grant type."],
  70016: ["authorization_pending", "OAuth 2.0 device flow error. Authorization is pending. Continue polling."],
  70018: ["bad_verification_code", "The device code is not recognised."],
  70020: ["expired_token", "The provided value for the input parameter 'device_code' is not valid. This code has expired."],
  90002: ["invalid_request", "Tenant not found. Check that you have the correct tenant ID and are signing into the correct cloud."],
  90055: ["temporarily_unavailable", "Too many requests."],
  700016: ["unauthorized_client", "Application was not found in the directory. It has not been installed, or you used the wrong tenant."],
  700025: ["invalid_client", "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."],
  900144: ["invalid_request", "The request body must contain all of: client_id, scope (device code), grant_type, device_code (token)."],
  900561: ["invalid_request", "The endpoint only accepts POST requests."],
};
// These two have no number in Entra's documentation.
const DECLINED = ["authorization_declined", "The person declined the sign-in."];
const SLOW_DOWN = ["slow_down", "Poll less often."];

/**
 * @param settings
 * - `interval`, `lifetime`: seconds; `interval: null` leaves it out of the answer
 * - `clients`, `tenants`: the ones that exist
 * - `foci`: the clients belong to Microsoft's family; `accessTokenLifetime`: seconds
 * - `issuedAt`: the time in the ID tokens, seconds
 */
export function standIn(settings = {}) {
  const {
    interval = 5,
    lifetime = 900,
    clients = [CLIENT],
    tenants = [TENANT, "common", "organizations", "consumers"],
    foci = false,
    accessTokenLifetime = 3600,
    issuedAt = Math.floor(Date.now() / 1000),
  } = settings;
  const requests = [];
  const codes = new Map();
  const disturbances = { devicecode: [], token: [] };

  function answer(request) {
    const { tenant, endpoint, form } = request;
    if (!(endpoint in disturbances)) return { status: 404, body: "" };
    const disturbance = disturbances[endpoint].shift();
    if (disturbance) return disturbed(disturbance, request);
    const { client_id: client, scope, grant_type: grant, device_code: deviceCode } = form;
    if (request.method !== "POST") return refused(900561, request, 405);
    if (!tenants.includes(tenant)) return refused(90002, request);
    if (!client || (endpoint === "devicecode" ? !scope : !grant || !deviceCode)) return refused(900144, request);
    if (!clients.includes(client)) return refused(700016, request);
    if (form.client_secret ?? form.client_assertion) return refused(700025, request, 401);
    if (endpoint === "devicecode") return asked(request);
    if (!GRANTS.includes(grant)) return refused(70003, request);
    const code = codes.get(deviceCode);
    if (!code || code.client !== client) return refused(70018, request);
    if (code.tenant !== tenant) return refused(50134, request);
    return polled(code, request);
  }

  /** Nothing → pending. */
  function asked({ tenant, form }) {
    const number = String(codes.size + 1).padStart(2, "0");
    const code = {
      userCode: `ABCDEFG${number}`,
      deviceCode: `device-code-${number}-${"x".repeat(200)}`,
      state: "pending",
      polls: 0,
      expiresAt: Date.now() + lifetime * 1000,
      client: form.client_id,
      tenant,
      scopes: form.scope.split(" "),
    };
    codes.set(code.deviceCode, code);
    const verification_uri = "https://login.microsoft.com/device";
    const message = `To sign in, use a web browser to open the page ${verification_uri} and enter the code ${code.userCode} to authenticate.`;
    const body = { user_code: code.userCode, device_code: code.deviceCode, verification_uri, expires_in: lifetime, message };
    return { body: interval === null ? body : { ...body, interval } };
  }

  /** pending → approved, declined, expired as decided; approved → redeemed. */
  function polled(code, request) {
    if (code.state === "pending" && code.decision && code.polls >= code.decision.afterPolls) code.state = code.decision.state;
    if (code.state !== "redeemed" && Date.now() >= code.expiresAt) code.state = "expired";
    code.polls += 1;
    switch (code.state) {
      case "pending":
        return refused(70016, request);
      case "declined":
        return refused(DECLINED, request);
      case "expired":
        return refused(70020, request);
      case "redeemed":
        return refused(70000, request);
    }
    code.state = "redeemed";
    return { body: tokens(code, request.form) };
  }

  function tokens({ userCode, client, scopes, decision: { person } }, form) {
    const { uid, utid, xms_tdbr, ...claims } = person;
    const has = (scope) => scopes.includes(scope);
    const times = { iat: issuedAt, nbf: issuedAt, exp: issuedAt + accessTokenLifetime };
    const idToken = { aud: client, iss: `https://login.microsoftonline.com/${claims.tid}/v2.0`, ...times, ...claims, ver: "2.0" };
    return {
      token_type: "Bearer",
      scope: scopes.filter((scope) => scope !== "offline_access").join(" "),
      expires_in: accessTokenLifetime,
      ext_expires_in: 2 * accessTokenLifetime,
      // Entra sends it with tokens that live for more than two hours.
      ...(accessTokenLifetime > 7200 && { refresh_in: accessTokenLifetime / 2 }),
      access_token: `access-token-of-${userCode}`,
      ...(has("offline_access") && { refresh_token: `refresh-token-of-${userCode}` }),
      ...(has("openid") && { id_token: `${encoded({ alg: "none", typ: "JWT" })}.${encoded(idToken)}.` }),
      ...(form.client_info === "1" && { client_info: encoded({ uid, utid, xms_tdbr }) }),
      ...(foci && { foci: "1" }),
    };
  }

  function disturbed(kind, request) {
    switch (kind) {
      case "reset":
        throw new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
      case "unavailable":
        return { status: 503, type: "text/html", body: "<html><body>Service Unavailable</body></html>" };
      case "hollow":
        return { status: 503, body: {} };
      case "throttled":
        return { ...refused(90055, request, 429), headers: { "retry-after": "4" } };
      case "slow_down":
        return refused(SLOW_DOWN, request);
    }
    throw new Error(`no such disturbance: ${kind}`);
  }

  /** An error as Entra words it. `what` is an AADSTS number, or an error and its description. */
  function refused(what, { traceId, query, form }, status = 400) {
    const [error, text] = ERRORS[what] ?? what;
    const correlation_id = query["client-request-id"] ?? form["client-request-id"] ?? guid(0);
    const timestamp = new Date().toISOString().replace("T", " ").replace(/\.\d+/, "");
    const evidence = `Trace ID: ${traceId} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`;
    const numbered = typeof what === "number";
    const body = {
      error,
      error_description: `${numbered ? `AADSTS${what}: ` : ""}${text} ${evidence}`,
      ...(numbered && { error_codes: [what], error_uri: `https://login.microsoftonline.com/error?code=${what}` }),
      timestamp,
      trace_id: traceId,
      correlation_id,
    };
    return { status, body };
  }

  async function fetch(input, { method = "GET", headers, body, signal } = {}) {
    signal?.throwIfAborted();
    const url = new URL(input);
    const [, tenant, endpoint] = /^\/([^/]+)\/oauth2\/v2\.0\/(devicecode|token)$/.exec(url.pathname) ?? [];
    const request = {
      at: Date.now(),
      method,
      url: url.origin + url.pathname,
      tenant,
      endpoint,
      query: fields(url.searchParams),
      headers: Object.fromEntries(new Headers(headers)),
      form: fields(new URLSearchParams(body)),
      traceId: guid(requests.length + 1),
    };
    requests.push(request);
    const { status = 200, type = "application/json; charset=utf-8", headers: more, body: content } = answer(request);
    const text = typeof content === "string" ? content : JSON.stringify(content);
    return new Response(text, { status, headers: { "content-type": type, "x-ms-request-id": request.traceId, ...more } });
  }

  /** As msal-node's own HTTP client does it: whatever is not JSON is thrown. */
  async function sent(method, url, { headers, body } = {}) {
    const response = await fetch(url, { method, headers, body });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
  }

  /** The person, or time, decides on a code: at once, or when so many polls have been answered with "pending". */
  function decide(userCode, state, { afterPolls = 0, person = ada } = {}) {
    const code = [...codes.values()].find((code) => code.userCode === userCode);
    if (code?.state !== "pending") throw new Error(`no code ${userCode} that waits for a decision`);
    code.decision = { state, afterPolls, person };
  }

  return {
    fetch,
    networkClient: {
      sendGetRequestAsync: (url, options) => sent("GET", url, options),
      sendPostRequestAsync: (url, options) => sent("POST", url, options),
    },
    requests,
    approve: (userCode, options) => decide(userCode, "approved", options),
    decline: (userCode, options) => decide(userCode, "declined", options),
    expire: (userCode, options) => decide(userCode, "expired", options),
    /** The next requests to an endpoint meet these: reset, unavailable, hollow, throttled, slow_down. */
    disturb: (endpoint, ...kinds) => void disturbances[endpoint].push(...kinds),
  };
}

function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** A field that is sent twice is a list, so that a comparison sees it. */
function fields(parameters) {
  return Object.fromEntries([...new Set(parameters.keys())].map((key) => {
    const values = parameters.getAll(key);
    return [key, values.length === 1 ? values[0] : values];
  }));
}

function guid(number) {
  return `11111111-2222-4333-8444-${String(number).padStart(12, "0")}`;
}
