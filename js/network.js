// @ts-check
// The fetch of an application, and msal-node's `system.networkClient` as one: the two methods of its INetworkModule on one side, what
// src/web/fetch.rs asks of a Response on the other.
//
// Such a client cannot be told that redirects are not to be followed, nor that an abort has made a request useless.

import { ClientConfigurationError } from "./errors.js";

/**
 * The fetch of an application: the caller's, its networkClient's, or the host's.
 *
 * @param {{ fetch?: Function, networkClient?: any, requestTimeout?: number }} network
 * @returns {Function}
 */
export function fetchOf({ fetch: own, networkClient, requestTimeout }) {
  if (!own && networkClient) return fetchOfClient(networkClient, requestTimeout);
  const fetch = own || (typeof globalThis === "undefined" ? self : globalThis).fetch;
  if (typeof fetch === "function") return fetch;
  throw new ClientConfigurationError(
    "fetch_missing",
    "This JavaScript engine has no fetch.",
    "Pass one as system.fetch, for example undici's.",
  );
}

/**
 * A fetch that asks `client`. Whatever it throws is a request that failed: the sign-in goes on.
 *
 * @param {any} client
 * @param {number | undefined} timeout milliseconds
 */
function fetchOfClient(client, timeout) {
  return async (/** @type {string} */ url, /** @type {any} */ { method, headers, body }) => {
    const answer = await (method === "POST"
      ? client.sendPostRequestAsync(url, { headers, body })
      : client.sendGetRequestAsync(url, { headers }, timeout));
    const { status, headers: given, body: content } = Object(answer);
    if (typeof status !== "number") throw new TypeError("system.networkClient gave no status");
    const text = textOf(content);
    return { status, headers: { get: (/** @type {string} */ name) => headerOf(given, name) }, text: async () => text };
  };
}

/**
 * A client has parsed the JSON, or not, or there was none.
 *
 * @param {unknown} content
 */
function textOf(content) {
  if (content === undefined || content === null) return "";
  return typeof content === "string" ? content : JSON.stringify(content);
}

/**
 * Names are in any case: Node's clients write them in lower case, others as they came. A list is one value with commas.
 *
 * @param {any} headers
 * @param {string} name
 */
function headerOf(headers, name) {
  const given = Object(headers);
  if (typeof given.get === "function") return given.get(name);
  const key = Object.keys(given).find((key) => key.toLowerCase() === name);
  return key === undefined || given[key] === undefined ? null : String(given[key]);
}
