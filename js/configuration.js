// What the constructor checks before anything is loaded: types, and addresses that can be judged by looking at them.
//
// Not the whole check: src/config/request.rs reads the same fields again with every request, and knows more. Here a wrong
// program is told at its first line instead of at its first sign-in.

import { ClientConfigurationError } from "./errors.js";
import { checkNames } from "./spelling.js";

/**
 * The configuration as the rest of the facade uses it: `settings`, which the module reads, and what is called. Throws
 * ClientConfigurationError.
 */
export function configured(configuration) {
  const { auth, cache = {}, system = {}, telemetry = {} } = object(configuration, "configuration");
  const { clientId, authority, authorityMetadata, cloudDiscoveryMetadata, azureCloudOptions } = object(auth, "configuration.auth");
  const { knownAuthorities, clientCapabilities, isMcp } = auth;
  // A setting of msal-node that would change where tokens go, and that does nothing here yet. To ignore it in silence would be
  // worse than to stop. What changes nothing in this flow, there or here (secrets of confidential clients, the broker,
  // telemetry, disableInternalRetries), is taken and left alone.
  if (isMcp !== undefined && isMcp !== false) {
    throw new ClientConfigurationError(
      "unsupported_option",
      "auth.isMcp is not supported yet.",
      'Leave auth.isMcp out. README.md lists under "Not yet" what is still to come.',
    );
  }
  if (typeof clientId !== "string" || !clientId || clientId !== clientId.trim()) {
    throw new ClientConfigurationError(
      "invalid_client_id",
      "auth.clientId must be a non-empty string without white space at its ends.",
      "Set auth.clientId to the application (client) ID that the provider shows for your registration.",
    );
  }
  const { fetch: ownFetch, networkClient, protocolMode, requestTimeout, keepVerificationUri, loggerOptions } = object(system, "configuration.system");
  if (authority !== undefined) checkAuthority(authority, protocolMode);
  // An empty text is msal-node's way to say none.
  if (authorityMetadata && !isObject(authorityMetadata)) {
    throw new ClientConfigurationError(
      "invalid_authority_metadata",
      "auth.authorityMetadata is not the JSON text of an object.",
      "Pass auth.authorityMetadata as the text of the provider's OpenID discovery document.",
    );
  }
  if (cloudDiscoveryMetadata && !isObject(cloudDiscoveryMetadata)) {
    throw new ClientConfigurationError(
      "invalid_cloud_discovery_metadata",
      "auth.cloudDiscoveryMetadata is not the JSON text of an object.",
      'Pass auth.cloudDiscoveryMetadata as the text of an answer to instance discovery, with its list "metadata".',
    );
  }
  checkTexts(knownAuthorities, "auth.knownAuthorities");
  checkTexts(clientCapabilities, "auth.clientCapabilities");
  if (azureCloudOptions !== undefined) checkText(object(azureCloudOptions, "auth.azureCloudOptions").tenant, "auth.azureCloudOptions.tenant");
  checkType(ownFetch, "function", "system.fetch", "a function like fetch");
  if (networkClient !== undefined) checkMethods(networkClient, "sendGetRequestAsync", "sendPostRequestAsync", "system.networkClient");
  if (loggerOptions !== undefined) checkLoggerOptions(loggerOptions);
  if (protocolMode !== undefined && !["AAD", "OIDC", "EAR"].includes(protocolMode)) {
    wrong("system.protocolMode", 'one of "AAD", "OIDC" and "EAR"');
  }
  // Infinity is no number in JSON: it would silently become the default.
  if (requestTimeout !== undefined && !(Number.isFinite(requestTimeout) && requestTimeout > 0)) {
    wrong("system.requestTimeout", "a number of milliseconds greater than zero");
  }
  checkType(keepVerificationUri, "boolean", "system.keepVerificationUri", "true or false");
  const { appName, appVersion } = object(object(telemetry, "configuration.telemetry").application || {}, "telemetry.application");
  checkText(appName, "telemetry.application.appName");
  checkText(appVersion, "telemetry.application.appVersion");
  const { cachePlugin } = object(cache, "configuration.cache");
  const settings = {
    clientId,
    authority,
    authorityMetadata: authorityMetadata || undefined,
    knownAuthorities,
    clientCapabilities,
    cloudDiscoveryMetadata,
    azureCloudOptions,
    protocolMode,
    requestTimeout,
    keepVerificationUri,
    appName,
    appVersion,
  };
  return { settings, fetch: ownFetch, networkClient, cachePlugin };
}

/** `value` if it is an object, whose members are called what they should be; a clear error if not. */
export function object(value, name) {
  if (typeof value !== "object" || value === null) wrong(name, "an object");
  checkNames(value, name);
  return value;
}

/** Throws for a field that is there and of another type. */
export function checkType(value, type, name, what) {
  if (value !== undefined && typeof value !== type) wrong(name, what);
}

/** Throws for what is neither a text nor missing. */
export function checkText(value, name) {
  if (value !== null) checkType(value, "string", name, "a string");
}

/** Throws for a cache plugin that cannot be called. */
export function checkHooks(plugin) {
  if (plugin === undefined) return;
  checkMethods(plugin, "beforeCacheAccess", "afterCacheAccess", "cache.cachePlugin", "");
  checkType(Object(plugin).exclusively, "function", "cache.cachePlugin.exclusively", "a function");
}

/** Throws for a signal that cannot be listened to. */
export function checkSignal(signal, name) {
  if (signal === undefined) return;
  const nothing = () => {};
  try {
    // A stand-in that lacks one of them, or throws, would do so later, where nobody takes it for a mistake of the caller's.
    signal.addEventListener("abort", nothing);
    signal.removeEventListener("abort", nothing);
  } catch {
    wrong(name, "an AbortSignal");
  }
}

/** Throws for a field that is not `what` it must be. */
export function wrong(name, what) {
  throw new ClientConfigurationError("invalid_argument", `${name} must be ${what}.`, "Correct the field that the message names.");
}

function checkAuthority(authority, protocolMode) {
  // JSON cannot write everything that may stand here by mistake.
  const shown = typeof authority === "string" ? JSON.stringify(authority) : `of type ${typeof authority}`;
  let url;
  try {
    url = new URL(authority);
  } catch {
    throw new ClientConfigurationError(
      "url_parse_error",
      `auth.authority is not a URL: ${shown}.`,
      "Set auth.authority to a full URL such as https://login.microsoftonline.com/{tenant} or your provider's issuer.",
    );
  }
  // A password in the address is why it is wrong, and no reason to repeat it.
  if (url.username || url.password || url.search || url.hash) {
    throw new ClientConfigurationError(
      "url_parse_error",
      `auth.authority must have no user name, no query and no fragment: ${url.origin}${url.pathname}`,
      "Set auth.authority to the plain address of the tenant or the issuer.",
    );
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) {
    throw new ClientConfigurationError(
      "authority_uri_insecure",
      `auth.authority is not https: ${shown}.`,
      "Use an https:// address; http:// is accepted on loopback (127.0.0.1, [::1], localhost) only.",
    );
  }
  // The one kind of which a look at the address shows that nobody can ever sign in there.
  if (protocolMode !== "OIDC" && (/\.b2clogin\.com$/i.test(url.hostname) || /^\/+tfp(\/|$)/i.test(url.pathname))) {
    throw new ClientConfigurationError(
      "b2c_authority_unsupported",
      `auth.authority is an Azure AD B2C authority, which has no device code flow: ${shown}.`,
      "Azure AD B2C does not offer the device code flow: use a tenant of Entra ID or Entra External ID, or another flow.",
    );
  }
}

function checkMethods(value, one, other, name, kind = "the methods ") {
  const has = (method) => typeof Object(value)[method] === "function";
  if (!has(one) || !has(other)) wrong(name, `an object with ${kind}${one} and ${other}`);
}

function checkLoggerOptions(options) {
  const { loggerCallback, logLevel, piiLoggingEnabled } = object(options, "system.loggerOptions");
  checkType(loggerCallback, "function", "system.loggerOptions.loggerCallback", "a function");
  checkType(logLevel, "number", "system.loggerOptions.logLevel", "a LogLevel");
  checkType(piiLoggingEnabled, "boolean", "system.loggerOptions.piiLoggingEnabled", "true or false");
}

/** Is it the JSON text of an object? */
function isObject(text) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

function checkTexts(texts, name) {
  if (texts === undefined) return;
  if (!Array.isArray(texts) || texts.some((text) => typeof text !== "string")) wrong(name, "an array of strings");
}
