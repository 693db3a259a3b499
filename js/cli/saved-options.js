// @ts-check
// Compares the options of this run with those of the sign-in in the file of `--state`. A run that went on with another sign-in
// would end in tokens that nobody asked for, and after `tokens_lost` it would start a sign-in with its own options.
//
// The client and the authority are compared by the library, which has accepted the text before.

// The library adds these scopes where the authority supports them. In the file they need not have been asked for.
const RESERVED_SCOPES = ["openid", "profile", "offline_access"];

/**
 * The fields of a saved flow that options set. A field that was not given is null or missing.
 * @typedef {object} SavedFlow
 * @property {string[]} [scopes]
 * @property {string | null} [claims]
 * @property {string | null} [locale]
 * @property {number | null} [timeout] in seconds
 * @property {boolean} [oidc]
 * @property {string[]} [knownAuthorities]
 */

/**
 * Describes the first option that differs, for example "was started without --claims"; undefined if none does.
 * @param {string} text of the saved flow
 * @param {import("./options.js").SignInRequest} request
 * @param {import("./options.js").Options} options
 * @returns {string | undefined}
 */
export function describeDifference(text, request, options) {
  const saved = optionsOfFlow(JSON.parse(text.replace(/^\ufeff/, "")), request.scopes);
  const current = optionsOfRun(request, options);
  for (const name of OPTIONS) {
    const before = saved[name];
    const now = current[name];
    if (before === now) continue;
    if (before === undefined) return `was started without --${name}`;
    return now === undefined ? `was started with a --${name}` : `was started with another --${name}`;
  }
  return undefined;
}

/** @type {("scope" | "claims" | "locale" | "timeout" | "protocol-mode" | "known-authority")[]} */
const OPTIONS = ["scope", "claims", "locale", "timeout", "protocol-mode", "known-authority"];

/** @typedef {Record<(typeof OPTIONS)[number], string | number | undefined>} ComparableOptions */

/**
 * @param {SavedFlow} flow
 * @param {string[]} requestedScopes
 * @returns {ComparableOptions}
 */
function optionsOfFlow(flow, requestedScopes) {
  const scopes = (flow.scopes ?? []).filter((scope) => requestedScopes.includes(scope) || !RESERVED_SCOPES.includes(scope));
  return {
    scope: sortedList(scopes) ?? "",
    claims: withoutSpaces(flow.claims),
    locale: flow.locale ?? undefined,
    timeout: flow.timeout ?? undefined,
    "protocol-mode": flow.oidc ? "OIDC" : undefined,
    "known-authority": sortedList(flow.knownAuthorities),
  };
}

/**
 * @param {import("./options.js").SignInRequest} request
 * @param {import("./options.js").Options} options
 * @returns {ComparableOptions}
 */
function optionsOfRun(request, options) {
  return {
    scope: sortedList(request.scopes) ?? "",
    claims: withoutSpaces(request.claims),
    locale: request.locale,
    timeout: savedTimeout(request.timeout),
    "protocol-mode": options["protocol-mode"] === "OIDC" ? "OIDC" : undefined,
    "known-authority": sortedList(options["known-authority"]),
  };
}

/**
 * As the library saves it: whole seconds in 32 bits; 0 means no timeout.
 * @param {number | undefined} seconds
 */
function savedTimeout(seconds) {
  return seconds ? Math.min(Math.ceil(seconds), 0xffffffff) : undefined;
}

/** @param {string[]} [texts] */
function sortedList(texts = []) {
  return [...new Set(texts)].sort().join(" ") || undefined;
}

/**
 * The JSON text without insignificant spaces. A text that is not JSON stays as it is: the library refuses it in a new sign-in.
 * @param {string | null | undefined} claims
 */
function withoutSpaces(claims) {
  if (claims === null || claims === undefined) return undefined;
  try {
    return JSON.stringify(JSON.parse(claims));
  } catch {
    return claims;
  }
}
