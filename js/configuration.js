// @ts-check
// What the constructor checks before anything is loaded: types, and addresses that can be judged by looking at them.
//
// src/config/validate.rs reads the same fields again with every request, and knows more. The check here is for the program that is
// wrong: it fails at its first line and not at its first sign-in. Both sides have the messages from one table (fields.js).

import { ClientConfigurationError } from "./errors.js";
import { AUTHORITY_PROBLEMS, CONFIGURATION_FIELDS } from "./fields.js";
import { refuseMistakenNames } from "./unknown-options.js";

/**
 * Is a value of the type that a row of CONFIGURATION_FIELDS names?
 *
 * @type {Record<string, (value: any) => boolean>}
 */
const TYPES = {
  boolean: optional((value) => typeof value === "boolean"),
  clientId: (value) => typeof value === "string" && value !== "" && value === value.trim(),
  function: optional((value) => typeof value === "function"),
  // An empty text is msal-node's way to say none.
  jsonObject: (value) => !value || isJsonObject(value),
  logLevel: optional((value) => typeof value === "number"),
  // Infinity is no number in JSON: it would silently become the default.
  milliseconds: optional((value) => Number.isFinite(value) && value > 0),
  networkClient: optional((value) => hasMethods(value, "sendGetRequestAsync", "sendPostRequestAsync")),
  object: optional(isObject),
  objectOrNull: (value) => !value || isObject(value),
  protocolMode: optional((value) => ["AAD", "OIDC", "EAR"].includes(value)),
  requiredObject: isObject,
  strings: optional((value) => Array.isArray(value) && value.every((item) => typeof item === "string")),
  text: optional((value) => value === null || typeof value === "string"),
};

/**
 * The configuration as the rest of the facade uses it: `settings`, which the module reads, and what is called. Throws
 * ClientConfigurationError.
 *
 * @param {any} configuration
 */
export function configured(configuration) {
  for (const row of CONFIGURATION_FIELDS) {
    const value = valueAt(row.place, configuration);
    if (!TYPES[row.type](value)) throw new ClientConfigurationError(row.code, row.message, row.hint);
    if (/object/i.test(row.type) && isObject(value)) refuseMistakenNames(value, row.place);
  }
  const { auth, cache = {}, system = {}, telemetry = {} } = configuration;
  refuseUnsupported(auth);
  if (auth.authority !== undefined) checkAuthority(auth.authority, system.protocolMode);
  const { appName, appVersion } = telemetry.application || {};
  const settings = {
    clientId: auth.clientId,
    authority: auth.authority,
    authorityMetadata: auth.authorityMetadata || undefined,
    knownAuthorities: auth.knownAuthorities,
    clientCapabilities: auth.clientCapabilities,
    cloudDiscoveryMetadata: auth.cloudDiscoveryMetadata,
    azureCloudOptions: auth.azureCloudOptions,
    protocolMode: system.protocolMode,
    requestTimeout: system.requestTimeout,
    keepVerificationUri: system.keepVerificationUri,
    appName,
    appVersion,
  };
  return { settings, fetch: system.fetch, networkClient: system.networkClient, cachePlugin: cache.cachePlugin };
}

/**
 * What stands at a place of the configuration, such as `auth.clientId` or `configuration.auth`.
 *
 * @param {string} place
 * @param {any} configuration
 */
function valueAt(place, configuration) {
  const names = place.split(".").filter((name) => name !== "configuration");
  return names.reduce((value, name) => Object(value)[name], configuration);
}

/**
 * A setting of msal-node that would change where tokens go, and that does nothing here yet. To ignore it in silence would be worse
 * than to stop. Options that have no effect in this flow, here or in msal-node, are ignored (secrets of confidential clients, the broker,
 * telemetry, disableInternalRetries).
 *
 * @param {{ isMcp?: unknown }} auth
 */
function refuseUnsupported({ isMcp }) {
  if (isMcp === undefined || isMcp === false) return;
  throw new ClientConfigurationError(
    "unsupported_option",
    "auth.isMcp is not supported yet.",
    "Leave auth.isMcp out.",
  );
}

/**
 * `value` if it is an object without mistaken names. Throws ClientConfigurationError if not.
 *
 * @param {any} value
 * @param {string} name
 * @returns {any}
 */
export function object(value, name) {
  if (!isObject(value)) wrong(name, "an object");
  refuseMistakenNames(value, name);
  return value;
}

/**
 * Throws for a field that is there and of another type.
 *
 * @param {unknown} value
 * @param {string} type
 * @param {string} name
 * @param {string} what
 */
export function checkType(value, type, name, what) {
  if (value !== undefined && typeof value !== type) wrong(name, what);
}

/**
 * Throws for what is neither a string nor absent.
 *
 * @param {unknown} value
 * @param {string} name
 */
export function checkText(value, name) {
  if (value !== null) checkType(value, "string", name, "a string");
}

/**
 * Throws for a cache plugin that cannot be called.
 *
 * @param {unknown} plugin
 */
export function checkHooks(plugin) {
  if (plugin === undefined) return;
  if (!hasMethods(plugin, "beforeCacheAccess", "afterCacheAccess")) {
    wrong("cache.cachePlugin", "an object with beforeCacheAccess and afterCacheAccess");
  }
  checkType(Object(plugin).exclusively, "function", "cache.cachePlugin.exclusively", "a function");
}

/**
 * Throws for a signal that cannot be listened to.
 *
 * @param {any} signal
 * @param {string} name
 */
export function checkSignal(signal, name) {
  if (signal === undefined) return;
  const nothing = () => {};
  try {
    // A stand-in that lacks a method, or throws, would otherwise fail later, where it looks like a bug of this library.
    signal.addEventListener("abort", nothing);
    signal.removeEventListener("abort", nothing);
  } catch {
    wrong(name, "an AbortSignal");
  }
}

/**
 * Throws for a field that is not `what` it must be.
 *
 * @param {string} name
 * @param {string} what
 * @returns {never}
 */
export function wrong(name, what) {
  throw new ClientConfigurationError("invalid_argument", `${name} must be ${what}.`, "Correct the field that the message names.");
}

/**
 * Throws for a text that is longer than its limit, in characters.
 *
 * @param {string} place
 * @param {string} text
 * @param {number} limit
 */
export function checkLength(place, { length }, limit) {
  if (length <= limit) return;
  throw new ClientConfigurationError(
    "invalid_argument",
    `${place} has ${length} characters. The limit is ${limit}.`,
    "Correct the field that the message names.",
  );
}

/**
 * Throws for an authority where nobody can sign in.
 *
 * @param {any} authority
 * @param {unknown} protocolMode
 * @param {string} place
 */
export function checkAuthority(authority, protocolMode, place = "auth.authority") {
  const url = urlOf(authority);
  const problem = authorityProblem(url, protocolMode);
  if (!problem) return;
  const row = AUTHORITY_PROBLEMS[problem];
  // A password in the address is not repeated. JSON cannot write everything that may stand here by mistake.
  const given = url && problem === "notPlain" ? url.origin + url.pathname : authority;
  const shown = typeof given === "string" ? JSON.stringify(given) : `of type ${typeof given}`;
  throw new ClientConfigurationError(row.code, `${place} ${row.problem}: ${shown}.`, row.hint);
}

/**
 * The key in AUTHORITY_PROBLEMS of what is wrong; empty where nothing is.
 *
 * @param {URL | undefined} url
 * @param {unknown} protocolMode
 */
function authorityProblem(url, protocolMode) {
  if (!url) return "notUrl";
  if (url.username || url.password || url.search || url.hash) return "notPlain";
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback)) return "notHttps";
  const isB2c = /\.b2clogin\.com$/i.test(url.hostname) || /^\/+tfp(\/|$)/i.test(url.pathname);
  return protocolMode !== "OIDC" && isB2c ? "b2c" : "";
}

/** @param {any} text */
function urlOf(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {(value: any) => boolean} check
 * @returns {(value: any) => boolean}
 */
function optional(check) {
  return (value) => value === undefined || check(value);
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
function isObject(value) {
  return typeof value === "object" && value !== null;
}

/**
 * @param {unknown} value
 * @param {...string} methods
 */
function hasMethods(value, ...methods) {
  return methods.every((method) => typeof Object(value)[method] === "function");
}

/** @param {any} text */
function isJsonObject(text) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
