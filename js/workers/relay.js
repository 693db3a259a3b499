// A relay for pages and shells whose origin Entra's endpoints refuse (no CORS on /devicecode): a fetch handler that hands on the
// two requests of the device code flow, for those who are on its lists.
//
// Not a proxy: nothing else gets through. It keeps nothing and logs nothing; what passes are credentials. The other side of it
// is relay-fetch.js.

import { object, wrong } from "./arguments.js";

// The last parts of a path.
const PATH = /\/([^/]+)\/oauth2\/v2\.0\/(devicecode|token)$/;
const GRANTS = ["urn:ietf:params:oauth:grant-type:device_code", "device_code", "refresh_token"];

// A request of this flow is hardly ever over two kilobytes; a refresh token may be.
const LARGEST = 16_384;

// What may stand in the query beside what the form says. A second client id there would pass by the list.
const QUERY = /^(client-request-id|mkt|dc|slice|x-[\w-]+)$/i;

// What a page may read of the answer.
const EXPOSED = ["retry-after", "date", "x-ms-request-id"];

/**
 * `origins`, `clientIds` and `tenants`: who may use it, from where, for whom. `limiter(env)` gives a rate limiting binding;
 * `host`: which cloud.
 */
export function relay(options) {
  const { origins, clientIds, tenants, limiter, host = "https://login.microsoftonline.com" } = object(options, "options");
  const lists = { origins: list(origins, "origins"), clientIds: list(clientIds, "clientIds"), tenants: list(tenants, "tenants") };
  if (typeof limiter !== "function") wrong("limiter", "a function (env) => the rate limiting binding");
  const upstream = hostOf(host);
  return async (request, env) => {
    const origin = request.headers.get("origin");
    // A page of another origin must not even read why.
    if (!origin || !lists.origins.has(origin.toLowerCase())) return refusal(403, "this origin is not on the relay's list");
    const answer = request.method === "OPTIONS" ? preflight() : await handedOn(request, env, { lists, limiter, upstream });
    return readableBy(origin, answer);
  };
}

async function handedOn(request, env, { lists, limiter, upstream }) {
  const { pathname, searchParams } = new URL(request.url);
  const [, tenant, endpoint] = PATH.exec(pathname) || [];
  if (!endpoint) return refusal(404, "the relay knows /devicecode and /token only");
  if (request.method !== "POST") return refusal(405, "the relay takes POST only");
  const address = request.headers.get("cf-connecting-ip") || "unknown";
  const { success } = await limiter(env).limit({ key: address });
  if (!success) return refusal(429, "too many requests from this address", "temporarily_unavailable", { "retry-after": "60" });
  if (!lists.tenants.has(tenant.toLowerCase())) return refusal(403, "this tenant is not on the relay's list");
  if ([...searchParams.keys()].some((name) => !QUERY.test(name))) return refusal(400, "the query has a parameter that the relay does not hand on");
  const body = await textOf(request);
  if (body === undefined) return refusal(413, "the request is too long");
  const form = new URLSearchParams(body);
  const [clientId, another] = form.getAll("client_id");
  if (!clientId || another !== undefined || !lists.clientIds.has(clientId.toLowerCase())) {
    return refusal(403, "this client id is not on the relay's list", "unauthorized_client");
  }
  if (endpoint === "token" && !(form.getAll("grant_type").length === 1 && GRANTS.includes(form.get("grant_type")))) {
    return refusal(400, "the relay hands on device codes and refresh tokens only", "unsupported_grant_type");
  }
  return sent(`${upstream}/${tenant}/oauth2/v2.0/${endpoint}?${searchParams}`.replace(/\?$/, ""), body);
}

/** The answer, of which nothing but what the flow reads is handed on. */
async function sent(url, body) {
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  let answer;
  try {
    answer = await fetch(url, { method: "POST", headers, body, redirect: "manual" });
  } catch {
    // Without an error's word: the provider may have done what it was asked, and a client must count its answer as lost.
    return refusal(502, "the provider could not be reached, or broke off", null);
  }
  if (answer.status < 200 || (answer.status >= 300 && answer.status < 400)) return refusal(502, "the provider answered with a redirect", "server_error");
  const kept = new Headers({ "content-type": answer.headers.get("content-type") || "application/json", "cache-control": "no-store" });
  for (const name of EXPOSED) if (answer.headers.has(name)) kept.set(name, answer.headers.get(name));
  return new Response(answer.body, { status: answer.status, headers: kept });
}

/** The body, unless it is too long to be read. */
async function textOf(request) {
  if (!request.body) return "";
  const reader = request.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.byteLength;
    if (length > LARGEST) return reader.cancel().then(() => undefined);
    text += decoder.decode(value, { stream: true });
  }
}

/** An error as the endpoints themselves would write it: a client then says why. */
function refusal(status, why, error = "invalid_request", headers = {}) {
  const body = JSON.stringify({ error: error || undefined, error_description: `Relay: ${why}.` });
  return new Response(body, { status, headers: { "content-type": "application/json", "cache-control": "no-store", ...headers } });
}

function preflight() {
  return new Response(null, {
    status: 204,
    headers: { "access-control-allow-methods": "POST", "access-control-allow-headers": "content-type", "access-control-max-age": "86400" },
  });
}

function readableBy(origin, answer) {
  const headers = new Headers(answer.headers);
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", EXPOSED.join(", "));
  headers.set("vary", "Origin");
  return new Response(answer.body, { status: answer.status, headers });
}

/** Names are compared in small letters. */
function list(names, what) {
  if (!Array.isArray(names) || !names.length || names.some((name) => typeof name !== "string" || !name || name === "*")) {
    wrong(what, "a list of names; the relay serves nobody else");
  }
  return new Set(names.map((name) => name.toLowerCase()));
}

function hostOf(host) {
  const { protocol, hostname, origin } = new URL(host);
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol !== "https:" && !loopback) wrong("host", "an https:// address");
  return origin;
}
