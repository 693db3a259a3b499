// @ts-check
// Reads the options of a credential: @azure/identity's, with its defaults, and our own. Makes the applications that do the work.
//
// The main entry checks addresses, plugins and loggers.

import { PublicClientApplication } from "device-code-flow";
import { readVariable } from "./environment.js";
import { throwWrongArgument, unsupportedOption } from "./errors.js";
import { createPartitions } from "./partitions.js";
import { Tenants } from "./tenants.js";
import { translateError } from "./translate-error.js";

/** @typedef {import("device-code-flow").Configuration} Configuration */
/** @typedef {import("device-code-flow").ICachePlugin} ICachePlugin */
/** @typedef {import("device-code-flow/credential").DeviceCodeCredentialOptions} Options */

/**
 * The applications of a credential, for calls without and with Continuous Access Evaluation.
 * @typedef {object} Applications
 * @property {string} clientId
 * @property {Tenants} tenants
 * @property {PublicClientApplication} regular
 * @property {PublicClientApplication} cae
 */

/**
 * @typedef {object} Settings
 * @property {Applications} applications
 * @property {(error: unknown) => unknown} translateError gives the error with the names of these options
 * @property {import("device-code-flow/credential").DeviceCodePromptCallback} userPromptCallback
 * @property {import("device-code-flow/credential").AuthenticationRecord | undefined} authenticationRecord
 * @property {boolean} disableAutomaticAuthentication
 * @property {((work: Promise<unknown>) => void) | undefined} waitUntil
 */

export const AzureAuthorityHosts = {
  AzureChina: "https://login.chinacloudapi.cn",
  AzureGermany: "https://login.microsoftonline.de",
  AzureGovernment: "https://login.microsoftonline.us",
  AzurePublicCloud: "https://login.microsoftonline.com",
};

// Azure CLI's client id, which is @azure/identity's default.
const DEFAULT_CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/**
 * Options that would change the authority, the requests or the store. Hints name the option that does it here.
 * @type {Record<string, string>}
 */
const UNSUPPORTED_OPTIONS = {
  proxyOptions: "Pass `fetch`, one that goes through the proxy.",
  httpClient: "Pass `fetch`, which makes the requests here.",
  additionalPolicies: "Pass `fetch`, which sees every request and its answer.",
  tlsOptions: "Pass `fetch`, one with these settings of TLS.",
  tokenCachePersistenceOptions: "Pass `cachePlugin`, for example one of device-code-flow/storage.",
};

/**
 * Options that an application of the program has its own values of.
 * @type {(keyof Options)[]}
 */
const OPTIONS_OF_APPLICATION = [
  "clientId",
  "authorityHost",
  "disableInstanceDiscovery",
  "configuration",
  "fetch",
  "cachePlugin",
  "loggerOptions",
];

/**
 * @param {Options | undefined | null} given
 * @returns {Settings}
 * @throws {import("device-code-flow").ClientConfigurationError}
 */
export function readOptions(given) {
  /** @type {Options} */
  const options = optionalObject(given, "options");
  for (const [name, hint] of Object.entries(UNSUPPORTED_OPTIONS)) {
    if (isSet(Object(options)[name])) throw unsupportedOption(`options.${name}`, hint);
  }
  const { authenticationRecord, waitUntil } = options;
  const userPromptCallback = firstDefined(options.userPromptCallback, printMessage);
  if (typeof userPromptCallback !== "function") throwWrongArgument("options.userPromptCallback", "a function that shows the code");
  if (waitUntil !== undefined && typeof waitUntil !== "function") throwWrongArgument("options.waitUntil", "a function that takes a promise");
  if (authenticationRecord && typeof authenticationRecord.homeAccountId !== "string") {
    throwWrongArgument("options.authenticationRecord", "a record of authenticate() or deserializeAuthenticationRecord()");
  }
  return {
    applications: options.app ? useApplication(options) : createApplications(options),
    translateError: (error) => translateError(error, options),
    userPromptCallback,
    authenticationRecord,
    disableAutomaticAuthentication: Boolean(options.disableAutomaticAuthentication),
    waitUntil,
  };
}

/**
 * Makes two applications over one store.
 * @param {Options} options
 * @returns {Applications}
 */
function createApplications(options) {
  const { configuration, auth, system, cache } = readConfiguration(options);
  const clientId = firstDefined(options.clientId, auth.clientId, DEFAULT_CLIENT_ID);
  const tenants = new Tenants({
    ...options,
    authorityHost: options.authorityHost || (auth.authority ? undefined : readVariable("AZURE_AUTHORITY_HOST")),
    authority: auth.authority,
    isIssuer: system.protocolMode === "OIDC",
    isOwnApplication: false,
    defaultTenant: clientId === DEFAULT_CLIENT_ID ? "organizations" : "common",
    defaultHost: AzureAuthorityHosts.AzurePublicCloud,
  });
  const capabilities = auth.clientCapabilities;
  const knownAuthorities = tenants.isTrusted ? [...(auth.knownAuthorities || []), tenants.authority] : auth.knownAuthorities;
  const loggerOptions = readLoggerOptions(options, system);
  const stores = createPartitions(firstDefined(options.cachePlugin, cache.cachePlugin));
  /**
   * @param {string[] | undefined} clientCapabilities
   * @param {ICachePlugin} cachePlugin
   */
  const createApplication = (clientCapabilities, cachePlugin) =>
    new PublicClientApplication({
      ...configuration,
      auth: { ...auth, clientId, authority: tenants.authority, knownAuthorities, clientCapabilities },
      cache: { ...cache, cachePlugin },
      system: { ...system, fetch: firstDefined(options.fetch, system.fetch), loggerOptions },
    });
  try {
    const regular = createApplication(capabilities, stores.regular);
    const cae = createApplication([...(capabilities || []), "cp1"], stores.cae);
    return { clientId, tenants, regular, cae };
  } catch (error) {
    throw translateError(error, options);
  }
}

/**
 * The sections of options.configuration, which may be missing.
 * @param {Options} options
 */
function readConfiguration(options) {
  const configuration = optionalObject(options.configuration, "options.configuration");
  const auth = optionalObject(configuration.auth, "options.configuration.auth");
  const system = optionalObject(configuration.system, "options.configuration.system");
  const cache = optionalObject(configuration.cache, "options.configuration.cache");
  if (auth.azureCloudOptions) throw unsupportedOption("options.configuration.auth.azureCloudOptions", "Pass `authorityHost` and `tenantId`.");
  return { configuration, auth, system, cache };
}

/**
 * @param {Options} options
 * @param {NonNullable<Configuration["system"]>} system
 */
function readLoggerOptions(options, system) {
  const { enableUnsafeSupportLogging } = optionalObject(options.loggingOptions, "options.loggingOptions");
  const loggerOptions = { ...system.loggerOptions, ...options.loggerOptions };
  if (enableUnsafeSupportLogging !== undefined) loggerOptions.piiLoggingEnabled = enableUnsafeSupportLogging;
  return loggerOptions;
}

/**
 * Uses an application of the program. Its capabilities and its store were chosen when it was made.
 * @param {Options} options
 * @returns {Applications}
 */
function useApplication(options) {
  const { app } = options;
  if (!(app instanceof PublicClientApplication)) throwWrongArgument("options.app", "a PublicClientApplication");
  const duplicate = OPTIONS_OF_APPLICATION.find((name) => isSet(options[name]));
  if (duplicate) throw unsupportedOption(`options.${duplicate} beside options.app`, "Give it to the application, or leave options.app out.");
  const { clientId, authority, azureCloudOptions, protocolMode } = settingsOf(app);
  const tenants = new Tenants({
    ...options,
    authority: authority === undefined ? `${AzureAuthorityHosts.AzurePublicCloud}/common` : authority,
    azureCloudOptions,
    isIssuer: protocolMode === "OIDC",
    isOwnApplication: true,
    defaultTenant: "common",
    defaultHost: AzureAuthorityHosts.AzurePublicCloud,
  });
  return { clientId, tenants, regular: app, cae: app };
}

/**
 * The settings that the main entry keeps in an application. They are not in its public types.
 * @param {PublicClientApplication} app
 * @returns {Configuration["auth"] & { protocolMode?: string }}
 */
function settingsOf(app) {
  return /** @type {any} */ (app).client.settings;
}

/** @param {import("device-code-flow/credential").DeviceCodeInfo} info */
function printMessage({ message }) {
  console.log(message);
}

/**
 * Is an option set? An option that is switched off, or an empty list, counts as left out.
 * @param {any} value
 */
function isSet(value) {
  if (value === undefined || value === null || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return value.enabled !== false;
}

/**
 * @template T
 * @param {(T | undefined | null)[]} values the last one is the default
 * @returns {T}
 */
function firstDefined(...values) {
  return /** @type {T} */ (values.find((value) => value !== undefined && value !== null));
}

/**
 * An option that may be missing.
 * @template {object} T
 * @param {T | undefined | null} value
 * @param {string} name
 * @returns {Partial<T>}
 */
function optionalObject(value, name) {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object") throwWrongArgument(name, "an object");
  return value;
}
