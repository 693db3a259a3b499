// What the constructor checks before anything is loaded: types, and addresses that can be judged by looking at them.
//
// Not the whole check: src/flow/request.rs reads the same fields again with every request, and knows more. Here a wrong
// program is told at its first line instead of at its first sign-in.

import { ClientConfigurationError } from "./errors.js";

/**
 * The configuration as the rest of the facade uses it: `settings`, which the module reads, and what is called. Throws
 * ClientConfigurationError.
 */
export function configured(configuration) {
  const { auth, cache = {}, system = {}, telemetry = {} } = object(configuration, "configuration");
  refuseUnsupported(configuration);
  const { clientId, authority, authorityMetadata, cloudDiscoveryMetadata, azureCloudOptions } = object(auth, "configuration.auth");
  const { knownAuthorities, clientCapabilities } = auth;
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
  if (azureCloudOptions !== undefined) object(azureCloudOptions, "auth.azureCloudOptions");
  if (ownFetch !== undefined && typeof ownFetch !== "function") wrong("system.fetch", "a function like fetch");
  if (networkClient !== undefined) checkNetworkClient(networkClient);
  if (loggerOptions !== undefined) checkLoggerOptions(loggerOptions);
  if (protocolMode !== undefined && !["AAD", "OIDC", "EAR"].includes(protocolMode)) {
    wrong("system.protocolMode", 'one of "AAD", "OIDC" and "EAR"');
  }
  // Infinity is no number in JSON: it would silently become the default.
  if (requestTimeout !== undefined && !(Number.isFinite(requestTimeout) && requestTimeout > 0)) {
    wrong("system.requestTimeout", "a number of milliseconds greater than zero");
  }
  if (keepVerificationUri !== undefined && typeof keepVerificationUri !== "boolean") wrong("system.keepVerificationUri", "true or false");
  const { appName, appVersion } = object(object(telemetry, "configuration.telemetry").application || {}, "telemetry.application");
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

// Settings of msal-node that would change whom people sign in with or where their tokens go, and that do nothing here yet.
// To ignore them in silence would be worse than to stop. What changes nothing in this flow, there or here (secrets of confidential
// clients, the broker, telemetry, disableInternalRetries), is taken and left alone.
const unsupported = {
  auth: ["isMcp"],
};

function refuseUnsupported(configuration) {
  for (const part of Object.keys(unsupported)) {
    const given = (name) => configuration[part] && configuration[part][name];
    const name = unsupported[part].find((name) => given(name) !== undefined && given(name) !== false);
    if (!name) continue;
    throw new ClientConfigurationError(
      "unsupported_option",
      `${part}.${name} is not supported yet.`,
      `Leave ${part}.${name} out. README.md lists under "Not yet" what is still to come.`,
    );
  }
}

/** `value` if it is an object; a clear error if not. */
export function object(value, name) {
  if (typeof value !== "object" || value === null) wrong(name, "an object");
  return value;
}

/** Throws for a cache plugin that cannot be called. */
export function checkHooks(plugin) {
  const hooks = plugin === undefined ? [] : ["beforeCacheAccess", "afterCacheAccess"];
  if (hooks.some((name) => typeof (plugin && plugin[name]) !== "function")) {
    wrong("cache.cachePlugin", "an object with beforeCacheAccess and afterCacheAccess");
  }
  const { exclusively } = Object(plugin);
  if (exclusively !== undefined && typeof exclusively !== "function") wrong("cache.cachePlugin.exclusively", "a function");
}

/** Throws for a signal that cannot be listened to. */
export function checkSignal(signal, name) {
  if (signal !== undefined && typeof (signal && signal.addEventListener) !== "function") wrong(name, "an AbortSignal");
}

/** Throws for a field that is not `what` it must be. */
export function wrong(name, what) {
  throw new ClientConfigurationError("invalid_argument", `${name} must be ${what}.`, "Correct the field that the message names.");
}

function checkAuthority(authority, protocolMode) {
  let url;
  try {
    url = new URL(authority);
  } catch {
    throw new ClientConfigurationError(
      "url_parse_error",
      `auth.authority is not a URL: ${JSON.stringify(authority)}.`,
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
      `auth.authority is not https: ${JSON.stringify(authority)}.`,
      "Use an https:// address; http:// is accepted on loopback (127.0.0.1, [::1], localhost) only.",
    );
  }
  // The one kind of which a look at the address shows that nobody can ever sign in there.
  if (protocolMode !== "OIDC" && (/\.b2clogin\.com$/i.test(url.hostname) || /^\/+tfp(\/|$)/i.test(url.pathname))) {
    throw new ClientConfigurationError(
      "b2c_authority_unsupported",
      `auth.authority is an Azure AD B2C authority, which has no device code flow: ${JSON.stringify(authority)}.`,
      "Azure AD B2C does not offer the device code flow: use a tenant of Entra ID or Entra External ID, or another flow.",
    );
  }
}

function checkNetworkClient(client) {
  const has = (method) => typeof Object(client)[method] === "function";
  if (has("sendGetRequestAsync") && has("sendPostRequestAsync")) return;
  wrong("system.networkClient", "an object with the methods sendGetRequestAsync and sendPostRequestAsync");
}

function checkLoggerOptions(options) {
  const { loggerCallback, logLevel, piiLoggingEnabled } = object(options, "system.loggerOptions");
  const is = (value, type) => value === undefined || typeof value === type;
  if (!is(loggerCallback, "function")) wrong("system.loggerOptions.loggerCallback", "a function");
  if (!is(logLevel, "number")) wrong("system.loggerOptions.logLevel", "a LogLevel");
  if (!is(piiLoggingEnabled, "boolean")) wrong("system.loggerOptions.piiLoggingEnabled", "true or false");
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
