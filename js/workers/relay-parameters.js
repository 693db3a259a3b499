// @ts-check
// The parameters that the relay forwards: those of the device code flow (RFC 8628 §3.1, §3.4), of a refresh (RFC 6749 §6), and those by
// which Entra's logs name the request and the client. Each has one value. What is on none of these lists is refused by its name.

/** @typedef {"devicecode" | "token"} Endpoint */

// Names are compared in small letters, because a server may not tell CLIENT_ID from client_id.
const TELEMETRY = ["client-request-id", "x-client-sku", "x-client-ver", "x-client-os", "x-client-cpu", "x-app-name", "x-app-ver"];
const QUERY = new Set([...TELEMETRY, "mkt", "dc", "slice"]);
/** @type {Record<Endpoint, Set<string>>} */
const FORM = {
  devicecode: new Set([...TELEMETRY, "client_id", "scope", "claims"]),
  token: new Set([...TELEMETRY, "client_id", "grant_type", "device_code", "refresh_token", "scope", "claims", "client_info", "x-anchormailbox"]),
};

/**
 * Why the relay does not forward a request with these parameters; undefined if it does.
 * @param {URLSearchParams} query
 * @param {URLSearchParams} form
 * @param {Endpoint} endpoint
 * @returns {string | undefined}
 */
export function refuseParameters(query, form, endpoint) {
  const names = [...form.keys(), ...query.keys()];
  const unlisted = [...notIn(FORM[endpoint], form), ...notIn(QUERY, query)];
  if (unlisted.length) return `the relay does not forward the parameter ${describe(unlisted[0])}`;
  const lowerNames = names.map((name) => name.toLowerCase());
  const repeated = names.find((_, index) => lowerNames.indexOf(lowerNames[index]) !== index);
  return repeated === undefined ? undefined : `the parameter ${describe(repeated)} has more than one value`;
}

/**
 * The names of parameters that are not on the list.
 * @param {Set<string>} list
 * @param {URLSearchParams} parameters
 */
function notIn(list, parameters) {
  return [...parameters.keys()].filter((name) => !list.has(name.toLowerCase()));
}

/**
 * A name for a message. It may be anything.
 * @param {string} name
 */
function describe(name) {
  return /^[\w-]{1,40}$/.test(name) ? name : "with an unusual name";
}
