// A stand-in for Microsoft Entra ID in tests: device codes that are asked for, shown, decided, redeemed, and then gone;
// and the refresh tokens that they brought.
//
// One state machine per code, so that its answers agree with each other; not a list of replies, and not Entra: nothing
// is signed, only what the device code flow shows a client is there. It plays every kind of authority, by host and path:
//
//   https://login.microsoftonline.com/TENANT, and the hosts of every other cloud   Entra: a tenant, common, consumers …
//   https://contoso.ciamlogin.com/                                                Entra for customers (CIAM)
//   https://adfs.contoso.com/adfs                                                 ADFS 2019
//   https://dsts.contoso.com/dstsv2/TENANT                                        dSTS
//   the `issuers` of the settings                                                 OpenID Connect, RFC 8414
//
// and instance discovery and the metadata of each. A host that is none of these does not resolve. A client gets it as
// `fetch`, or as msal-node's `networkClient`, and knows no other network; or `listen()` puts it behind real sockets.
// Everything sent to it stands in `requests`, with what no client should send: `preflight`, `secrets`, `headers.origin`.
//
//   const entra = standIn({ interval: 1 });
//   … system: { fetch: entra.fetch } …
//   entra.approve(userCode, { afterPolls: 1 });
//   entra.disturb("token", "reset");
//   entra.disturb("refresh", "consent_required", "throttled");
//
// Two stand-ins with the same settings hand out the same codes and tokens, if they are asked the same.

import { codesOf, pageOf, userCodeOf } from "./entra/answers.mjs";
import { authorityAt, hasTenant, TENANT, worldOf } from "./entra/authorities.mjs";
import { instances, metadata } from "./entra/discovery.mjs";
import { broken, disturbed } from "./entra/disturbances.mjs";
import { DECLINED, refusal } from "./entra/errors.mjs";
import { fetchOf, listening, networkClientOf, preflightOf } from "./entra/network.mjs";
import { belongs, somebodyAt } from "./entra/people.mjs";
import { OF_SIGN_IN, sessionsOf } from "./entra/refresh.mjs";

export { CIAM_TENANT, CLOUDS, DOMAIN, PERSONAL_TENANT, TENANT } from "./entra/authorities.mjs";
export { ada, grace } from "./entra/people.mjs";

export const CLIENT = "00001111-aaaa-2222-bbbb-3333cccc4444";

// Microsoft takes both spellings; the long one is that of RFC 8628.
const URN = "urn:ietf:params:oauth:grant-type:device_code";
const GRANTS = ["device_code", URN];

/**
 * @param settings
 * - `interval`, `lifetime`: seconds; `interval: null` leaves it out of the answer
 * - `clients`: the ones that exist; their registration: `audience`, as Entra calls `signInAudience`, and whether
 *   `publicClientFlows` are allowed
 * - `accessTokenLifetime`, `refreshIn`: seconds; the latter is half of it, for tokens of more than two hours
 * - `foci`, `rotation`, `consented`: see refresh.mjs
 * - `issuedAt`: the time in the ID tokens, seconds; `retryAfter`: of "throttled"
 * - `latency`: milliseconds that an answer takes
 * - who answers: see `worldOf` in entra/authorities.mjs
 */
export function standIn(settings = {}) {
  const options = {
    interval: 5,
    lifetime: 900,
    clients: [CLIENT],
    audience: "AzureADandPersonalMicrosoftAccount",
    publicClientFlows: true,
    foci: false,
    rotation: false,
    accessTokenLifetime: 3600,
    issuedAt: Math.floor(Date.now() / 1000),
    retryAfter: 4,
    latency: 0,
    ...settings,
  };
  const world = worldOf(settings);
  const { sessions, revoked, begun, refreshed, revoke } = sessionsOf(options);
  const requests = [];
  const codes = new Map();
  const disturbances = { devicecode: [], token: [], refresh: [], revocation: [], metadata: [], instances: [] };

  function answer(request, authority) {
    const { endpoint, method, form } = request;
    if (!authority) throw broken("ENOTFOUND", `getaddrinfo ENOTFOUND ${new URL(request.url).hostname}`);
    if (!(endpoint in disturbances)) return { status: 404, body: "" };
    const refused = (what, status) => refusal(what, request, authority, status);
    const refreshing = endpoint === "token" && form.grant_type === "refresh_token";
    const disturbance = disturbances[endpoint].shift() ?? (refreshing ? disturbances.refresh.shift() : undefined);
    if (disturbance !== undefined) return disturbed(disturbance, refused, options);
    const asking = endpoint === "metadata" || endpoint === "instances";
    if (method !== (asking ? "GET" : "POST")) return asking ? { status: 405, body: "" } : refused(900561, 405);
    if (endpoint === "instances") return instances(request, authority, world);
    if (!hasTenant(authority, world)) return refused(90002);
    if (endpoint === "metadata") return { body: metadata(authority) };
    if (endpoint === "revocation") return options.clients.includes(form.client_id) ? revoke(form, refused) : refused(700016, 401);
    if (refreshing) {
      if (!form.client_id || !form.refresh_token) return refused(900144);
      const misfit = misfitOf(form, authority);
      if (misfit) return refused(...misfit);
      return mixed(form.scope ?? "") ? refused(70011) : refreshed(form, authority, refused);
    }
    const { kind } = authority;
    // ADFS has it under both names (MS-OAPX 3.2.5.2.1.1), and needs no scope.
    const deviceCode = form.device_code ?? (kind === "adfs" ? form.code : undefined);
    const scope = form.scope ?? (kind === "adfs" || kind === "issuer" ? "openid" : undefined);
    const { client_id: client, grant_type: grant } = form;
    if (!client || (endpoint === "devicecode" ? !scope : !grant || !deviceCode)) return refused(900144);
    const misfit = misfitOf(form, authority);
    if (misfit) return refused(...misfit);
    if (endpoint === "devicecode") return mixed(scope) ? refused(70011) : asked(authority, client, scope);
    if (kind === "issuer" ? grant !== URN : !GRANTS.includes(grant)) return refused(70003);
    const code = codes.get(deviceCode);
    if (code?.client !== client || code.authority.network !== authority.network) return refused(70018);
    if (code.authority.tenant !== authority.tenant) return refused(50134);
    return polled(code, refused, form);
  }

  /** Why the client is refused, by what it sends or by where its registration is, if it is: number and status. */
  function misfitOf({ client_id, client_secret, client_assertion }, { kind, tenant, guid }) {
    const { clients, audience } = options;
    if (!clients.includes(client_id)) return [700016];
    if (client_secret ?? client_assertion) return [700025, 401];
    if (kind !== "entra") return undefined;
    if (audience === "AzureADMyOrg" && guid !== TENANT) return guid && tenant !== "consumers" ? [700016] : [50059];
    if (audience === "AzureADMultipleOrgs" && tenant === "consumers") return [9002332];
    if (audience === "PersonalMicrosoftAccount" && tenant !== "consumers") return [9002331];
    return undefined;
  }

  /** Nothing → pending. */
  function asked(authority, client, scope) {
    const number = codes.size + 1;
    const code = {
      userCode: userCodeOf(authority, number),
      deviceCode: `device-code-${String(number).padStart(2, "0")}-${"x".repeat(200)}`,
      state: "pending",
      polls: 0,
      expiresAt: Date.now() + options.lifetime * 1000,
      client,
      authority,
      scopes: scope.split(" "),
    };
    codes.set(code.deviceCode, code);
    return { body: codesOf(code, options) };
  }

  /** pending → approved, declined, expired as decided; approved → redeemed, unless something else is in the way. */
  function polled(code, refused, form) {
    if (code.state === "pending" && code.decision && code.polls >= code.decision.afterPolls) code.state = code.decision.state;
    if (code.state !== "redeemed" && Date.now() >= code.expiresAt) code.state = "expired";
    code.polls += 1;
    switch (code.state) {
      case "pending":
        return refused(70016);
      case "declined":
        return refused(DECLINED);
      case "expired":
        return refused(70020);
      case "redeemed":
        return refused(70000);
    }
    // Only now is the client looked at closely: what the person has done until here was on Entra's pages.
    if (!options.publicClientFlows) return refused(7000218, 401);
    if (code.decision.outcome) return refused(code.decision.outcome);
    code.state = "redeemed";
    return { body: begun(code, form) };
  }

  function received({ method, url, headers, body }) {
    const authority = authorityAt(url, world);
    const form = fields(new URLSearchParams(body));
    const query = fields(url.searchParams);
    const request = {
      at: Date.now(),
      method,
      url: url.origin + url.pathname,
      kind: authority?.kind,
      tenant: authority?.tenant,
      endpoint: authority?.endpoint,
      query,
      headers,
      form,
      preflight: preflightOf(headers),
      secrets: SECRETS.filter((name) => [form, query, headers].some((one) => name in one)),
      traceId: guid(requests.length + 1),
    };
    requests.push(request);
    const { latency } = options;
    const { status = 200, type = "application/json; charset=utf-8", headers: more, body: content } = answer(request, authority);
    const text = typeof content === "string" ? content : JSON.stringify(content);
    return { status, headers: { "content-type": type, "x-ms-request-id": request.traceId, ...more }, text, latency };
  }

  /** The person, or time, decides on a code: at once, or when so many polls have been answered with "pending". */
  function decide(userCode, state, { afterPolls = 0, person, at, outcome } = {}) {
    const code = [...codes.values()].find((code) => code.userCode === userCode);
    if (code?.state !== "pending") throw new Error(`no code ${userCode} that waits for a decision`);
    const { authority } = code;
    const somebody = person ?? somebodyAt(authority);
    if (at !== undefined && at.split("?")[0] !== pageOf(authority)) throw new Error(`AADSTS500208: the code ${userCode} is not for ${at}`);
    if (!belongs(somebody, authority)) throw new Error(`${somebody.name} has no account at ${authority.tenant}`);
    code.decision = { state, afterPolls, person: somebody, outcome };
  }

  const fetch = fetchOf(received);
  return {
    fetch,
    networkClient: networkClientOf(fetch),
    /** The same behind a server on the loopback interface: `origin`, `fetch`, `networkClient`, `close`. */
    listen: () => listening(received),
    requests,
    /** What came of each sign-in: `refreshTokens` in their order, the `spent` ones of them, whether it has `ended`. */
    sessions,
    /** What was revoked: `token`, `hint`, `client`. */
    revoked,
    /** Other settings from here on: of tokens, of trouble, `latency`; not of who answers. */
    change: (others) => void Object.assign(options, others),
    /**
     * `person` who signs in, at the address `at` that the device shows: a wrong one throws what she would read there.
     * `outcome`: what Entra makes of it in place of tokens, by AADSTS number; for example a policy's 53003.
     */
    approve: (userCode, options) => decide(userCode, "approved", options),
    decline: (userCode, options) => decide(userCode, "declined", options),
    expire: (userCode, options) => decide(userCode, "expired", options),
    /** The next requests to an endpoint meet these: see disturbances.mjs. "refresh" is the token endpoint's refreshes alone. */
    disturb: (endpoint, ...kinds) => void disturbances[endpoint].push(...kinds),
  };
}

/** All that is granted of a resource, together with something else? Only what makes a sign-in may stand beside it. */
function mixed(scope) {
  const scopes = scope.split(" ").filter((one) => !OF_SIGN_IN.includes(one));
  return scopes.length > 1 && scopes.some((one) => one.endsWith("/.default"));
}

const SECRETS = ["client_secret", "client_assertion", "authorization"];

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
