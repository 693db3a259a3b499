// What the constructor is given, as the applications that do the work: @azure/identity's options with its defaults, and ours.
//
// Not a second check of what the main entry checks itself: addresses, plugins, loggers.

import { PublicClientApplication } from "device-code-flow";
import { unusable, wrong } from "./errors.js";
import { variable } from "./environment.js";
import { partitions } from "./partitions.js";
import { tenantsOf } from "./tenants.js";
import { inOptions } from "./words.js";

export const AzureAuthorityHosts = {
  AzureChina: "https://login.chinacloudapi.cn",
  AzureGermany: "https://login.microsoftonline.de",
  AzureGovernment: "https://login.microsoftonline.us",
  AzurePublicCloud: "https://login.microsoftonline.com",
};

// Azure CLI's, the default there.
const CLIENT = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

// What would change whom people sign in with, the way there, or what is kept, and is said otherwise here.
const OTHERWISE = {
  proxyOptions: "Pass `fetch`, one that goes through the proxy.",
  httpClient: "Pass `fetch`, which makes the requests here.",
  additionalPolicies: "Pass `fetch`, which sees every request and its answer.",
  tlsOptions: "Pass `fetch`, one with these settings of TLS.",
  tokenCachePersistenceOptions: "Pass `cachePlugin`, for example one of device-code-flow/storage.",
};

/** The options as the credential uses them. Throws ClientConfigurationError. */
export function configured(given) {
  const options = object(given, "options");
  for (const name of Object.keys(OTHERWISE)) if (isMeant(options[name])) throw unusable(`options.${name}`, OTHERWISE[name]);
  const { authenticationRecord, waitUntil } = options;
  const userPromptCallback = first(options.userPromptCallback, defaultPrompt);
  if (typeof userPromptCallback !== "function") wrong("options.userPromptCallback", "a function that shows the code");
  if (waitUntil !== undefined && typeof waitUntil !== "function") wrong("options.waitUntil", "a function that takes a promise");
  if (authenticationRecord && typeof authenticationRecord.homeAccountId !== "string") {
    wrong("options.authenticationRecord", "a record of authenticate() or deserializeAuthenticationRecord()");
  }
  return {
    ...(options.app ? taken(options) : made(options)),
    // What goes wrong later, in the words of these options.
    inWords: (error) => inOptions(error, options),
    userPromptCallback,
    authenticationRecord,
    disableAutomaticAuthentication: !!options.disableAutomaticAuthentication,
    waitUntil,
  };
}

/** Two applications over one store: with and without Continuous Access Evaluation. */
function made(options) {
  const configuration = object(options.configuration, "options.configuration");
  const auth = object(configuration.auth, "options.configuration.auth");
  const system = object(configuration.system, "options.configuration.system");
  const cache = object(configuration.cache, "options.configuration.cache");
  if (auth.azureCloudOptions) throw unusable("options.configuration.auth.azureCloudOptions", "Pass `authorityHost` and `tenantId`.");
  const clientId = first(options.clientId, auth.clientId, CLIENT);
  const tenants = tenantsOf({
    ...options,
    authorityHost: options.authorityHost || (auth.authority ? undefined : variable("AZURE_AUTHORITY_HOST")),
    authority: auth.authority,
    isIssuer: system.protocolMode === "OIDC",
    defaultTenant: clientId === CLIENT ? "organizations" : "common",
    defaultHost: AzureAuthorityHosts.AzurePublicCloud,
  });
  const { enableUnsafeSupportLogging } = object(options.loggingOptions, "options.loggingOptions");
  const loggerOptions = { ...system.loggerOptions, ...options.loggerOptions };
  if (enableUnsafeSupportLogging !== undefined) loggerOptions.piiLoggingEnabled = enableUnsafeSupportLogging;
  const stores = partitions(first(options.cachePlugin, cache.cachePlugin));
  const capabilities = auth.clientCapabilities;
  const knownAuthorities = tenants.isVouchedFor ? [...(auth.knownAuthorities || []), tenants.authority] : auth.knownAuthorities;
  const application = (clientCapabilities, cachePlugin) =>
    new PublicClientApplication({
      ...configuration,
      auth: { ...auth, clientId, authority: tenants.authority, knownAuthorities, clientCapabilities },
      cache: { ...cache, cachePlugin },
      system: { ...system, fetch: first(options.fetch, system.fetch), loggerOptions },
    });
  try {
    const plain = application(capabilities, stores.plain);
    const cae = application([...(capabilities || []), "cp1"], stores.cae);
    return { clientId, tenants, apps: { plain, cae } };
  } catch (error) {
    throw inOptions(error, options);
  }
}

/** The caller's own application. What it is capable of, and where its tokens are, was decided when it was made. */
function taken(options) {
  const { app } = options;
  if (!(app instanceof PublicClientApplication)) wrong("options.app", "a PublicClientApplication");
  const decided = ["clientId", "authorityHost", "disableInstanceDiscovery", "configuration", "fetch", "cachePlugin", "loggerOptions"];
  const twice = decided.find((name) => isMeant(options[name]));
  if (twice) throw unusable(`options.${twice} beside options.app`, "Give it to the application, or leave options.app out.");
  const { clientId, authority = `${AzureAuthorityHosts.AzurePublicCloud}/common`, azureCloudOptions, protocolMode } = app.settings;
  const tenants = tenantsOf({ ...options, authority, azureCloudOptions, isIssuer: protocolMode === "OIDC", isTheirs: true });
  return { clientId, tenants, apps: { plain: app, cae: app } };
}

function defaultPrompt({ message }) {
  console.log(message);
}

/** Off is as good as left out. */
function isMeant(value) {
  if (value === undefined || value === null || value === false) return false;
  return !(Array.isArray(value) && !value.length) && value.enabled !== false;
}

function first(...values) {
  return values.find((value) => value !== undefined && value !== null);
}

function object(value, name) {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object") wrong(name, "an object");
  return value;
}
