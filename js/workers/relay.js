// @ts-check
// relay: a fetch handler for pages and apps whose origin Entra's endpoints refuse (no CORS on /devicecode). It forwards the two requests
// of the device code flow for the origins, clients and tenants on its lists, and nothing else.
//
// What passes are credentials, so the relay keeps and logs nothing. The page's side of it is relay-fetch.js.

import { addressRange } from "./address-range.js";
import { isLoopback, requireObject, throwWrongArgument } from "./arguments.js";
import { refuseParameters } from "./relay-parameters.js";

/** @typedef {import("device-code-flow/workers").RelayOptions} RelayOptions */

/**
 * @typedef {object} Relay
 * @property {Set<string>} origins in lower case, as are all names here
 * @property {Set<string>} clientIds
 * @property {Set<string>} tenants
 * @property {RelayOptions["limiter"]} limiter
 * @property {string} provider the origin of the cloud
 */

// The last parts of a path: the tenant and the endpoint.
const PATH = /\/([^/]+)\/oauth2\/v2\.0\/(devicecode|token)$/;
const GRANT_TYPES = ["urn:ietf:params:oauth:grant-type:device_code", "device_code", "refresh_token"];

// The longest body, in bytes. A request of this flow hardly ever has two thousand; a refresh token may be longer.
const MAX_BODY_BYTES = 16_384;

// The longest address. Its query has an id, a language and the name of a data centre.
const MAX_URL_LENGTH = 2_048;

// The headers of the answer that a page may read.
const EXPOSED_HEADERS = ["retry-after", "date", "x-ms-request-id"];

/**
 * @param {RelayOptions} options
 * @returns {(request: Request, env: any) => Promise<Response>}
 */
export function relay(options) {
  const { origins, clientIds, tenants, limiter, host = "https://login.microsoftonline.com" } = requireObject(options, "options");
  const lists = { origins: nameSet(origins, "origins"), clientIds: nameSet(clientIds, "clientIds"), tenants: nameSet(tenants, "tenants") };
  if (typeof limiter !== "function") throwWrongArgument("limiter", "a function (env) => the rate limiting binding");
  /** @type {Relay} */
  const settings = { ...lists, limiter, provider: originOf(host) };
  return async (request, env) => {
    const origin = request.headers.get("origin");
    // A page of another origin may not read the reason either.
    if (!origin || !settings.origins.has(origin.toLowerCase())) return refuse(403, "this origin is not on the relay's list");
    const response = request.method === "OPTIONS" ? preflightResponse() : await answer(request, env, settings);
    return readableBy(origin, response);
  };
}

/**
 * @param {Request} request
 * @param {any} env
 * @param {Relay} settings
 * @returns {Promise<Response>}
 */
async function answer(request, env, { clientIds, tenants, limiter, provider }) {
  const { pathname, searchParams } = new URL(request.url);
  const match = PATH.exec(pathname);
  if (!match) return refuse(404, "the relay knows /devicecode and /token only");
  if (request.method !== "POST") return refuse(405, "the relay takes POST only");
  const [, tenant, endpoint] = match;
  const { success } = await limiter(env).limit({ key: addressRange(request.headers.get("cf-connecting-ip") || "unknown") });
  if (!success) return refuse(429, "too many requests from this address", "temporarily_unavailable", { "retry-after": "60" });
  if (!tenants.has(tenant.toLowerCase())) return refuse(403, "this tenant is not on the relay's list");
  if (request.url.length > MAX_URL_LENGTH) return refuse(414, "the address is too long");
  const body = await readBody(request);
  if (body === undefined) return refuse(413, "the request is too long");
  const form = new URLSearchParams(body);
  const refusal = refuseForm(form, endpoint, clientIds);
  if (refusal) return refusal;
  const reason = refuseParameters(searchParams, form, /** @type {import("./relay-parameters.js").Endpoint} */ (endpoint));
  if (reason) return refuse(400, reason);
  // Both are written anew, so that the provider reads no other parameters than this relay has read.
  const query = String(searchParams);
  return forward(`${provider}/${tenant}/oauth2/v2.0/${endpoint}${query && `?${query}`}`, String(form));
}

/**
 * The refusal of a form with another client or another grant; undefined if the relay forwards the form.
 * @param {URLSearchParams} form
 * @param {string} endpoint
 * @param {Set<string>} allowedClientIds
 */
function refuseForm(form, endpoint, allowedClientIds) {
  const clientIds = form.getAll("client_id");
  if (clientIds.length !== 1 || !allowedClientIds.has(clientIds[0].toLowerCase())) {
    return refuse(403, "this client id is not on the relay's list", "unauthorized_client");
  }
  const grantTypes = form.getAll("grant_type");
  const isAllowedGrant = grantTypes.length === 1 && GRANT_TYPES.includes(grantTypes[0]);
  if (endpoint === "token" && !isAllowedGrant) {
    return refuse(400, "the relay forwards device codes and refresh tokens only", "unsupported_grant_type");
  }
  return undefined;
}

/**
 * Sends the request to the provider. The response has only the headers that the flow reads.
 * @param {string} url
 * @param {string} body
 */
async function forward(url, body) {
  const requestHeaders = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  let response;
  try {
    response = await fetch(url, { method: "POST", headers: requestHeaders, body, redirect: "manual" });
  } catch {
    // There is no error code: the provider may have done what it was asked, and the client must treat its answer as lost.
    return refuse(502, "the provider could not be reached, or broke off", null);
  }
  // A redirect that was not followed has the status 0 in some engines.
  const isRedirect = response.status < 200 || (response.status >= 300 && response.status < 400);
  if (isRedirect) return refuse(502, "the provider answered with a redirect", "server_error");
  const headers = new Headers({ "content-type": response.headers.get("content-type") || "application/json", "cache-control": "no-store" });
  for (const name of EXPOSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, headers });
}

/**
 * The body; undefined if it is too long.
 * @param {Request} request
 * @returns {Promise<string | undefined>}
 */
async function readBody(request) {
  if (!request.body) return "";
  const reader = request.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.byteLength;
    if (length > MAX_BODY_BYTES) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * An error in the form in which the provider's endpoints write theirs, so that a client shows the reason.
 * @param {number} status
 * @param {string} reason
 * @param {string | null} error the code; null for none
 * @param {Record<string, string>} headers
 */
function refuse(status, reason, error = "invalid_request", headers = {}) {
  const body = JSON.stringify({ error: error || undefined, error_description: `Relay: ${reason}.` });
  return new Response(body, { status, headers: { "content-type": "application/json", "cache-control": "no-store", ...headers } });
}

function preflightResponse() {
  return new Response(null, {
    status: 204,
    headers: { "access-control-allow-methods": "POST", "access-control-allow-headers": "content-type", "access-control-max-age": "86400" },
  });
}

/**
 * @param {string} origin
 * @param {Response} response
 */
function readableBy(origin, response) {
  const headers = new Headers(response.headers);
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", EXPOSED_HEADERS.join(", "));
  headers.set("vary", "Origin");
  return new Response(response.body, { status: response.status, headers });
}

/**
 * The names of a list in lower case, in which they are compared.
 * @param {string[]} names
 * @param {string} option
 */
function nameSet(names, option) {
  const isList = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === "string" && name && name !== "*");
  if (!isList) throwWrongArgument(option, "a list of names; the relay serves nobody else");
  return new Set(names.map((name) => name.toLowerCase()));
}

/** @param {string} host */
function originOf(host) {
  const { protocol, hostname, origin } = new URL(host);
  if (protocol !== "https:" && !isLoopback(hostname)) throwWrongArgument("host", "an https:// address");
  return origin;
}
