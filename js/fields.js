// @ts-check
// Written by `make error-docs` from src/config/fields.rs and src/entra/authority.rs: do not edit.

/**
 * The fields of a configuration that the constructor checks, objects before their members.
 *
 * @type {ReadonlyArray<{ place: string, type: string, code: string, message: string, hint: string }>}
 */
export const CONFIGURATION_FIELDS = [
  { place: "configuration", type: "requiredObject", code: "invalid_argument", message: "configuration must be an object.", hint: "Correct the field that the message names." },
  { place: "configuration.auth", type: "requiredObject", code: "invalid_argument", message: "configuration.auth must be an object.", hint: "Correct the field that the message names." },
  { place: "configuration.cache", type: "object", code: "invalid_argument", message: "configuration.cache must be an object.", hint: "Correct the field that the message names." },
  { place: "configuration.system", type: "object", code: "invalid_argument", message: "configuration.system must be an object.", hint: "Correct the field that the message names." },
  { place: "configuration.telemetry", type: "object", code: "invalid_argument", message: "configuration.telemetry must be an object.", hint: "Correct the field that the message names." },
  { place: "telemetry.application", type: "objectOrNull", code: "invalid_argument", message: "telemetry.application must be an object.", hint: "Correct the field that the message names." },
  { place: "system.fetch", type: "function", code: "invalid_argument", message: "system.fetch must be a function.", hint: "Correct the field that the message names." },
  { place: "system.networkClient", type: "networkClient", code: "invalid_argument", message: "system.networkClient must be an object with the methods sendGetRequestAsync and sendPostRequestAsync.", hint: "Correct the field that the message names." },
  { place: "system.loggerOptions", type: "object", code: "invalid_argument", message: "system.loggerOptions must be an object.", hint: "Correct the field that the message names." },
  { place: "system.loggerOptions.loggerCallback", type: "function", code: "invalid_argument", message: "system.loggerOptions.loggerCallback must be a function.", hint: "Correct the field that the message names." },
  { place: "system.loggerOptions.logLevel", type: "logLevel", code: "invalid_argument", message: "system.loggerOptions.logLevel must be a LogLevel.", hint: "Correct the field that the message names." },
  { place: "system.loggerOptions.piiLoggingEnabled", type: "boolean", code: "invalid_argument", message: "system.loggerOptions.piiLoggingEnabled must be true or false.", hint: "Correct the field that the message names." },
  { place: "auth.clientId", type: "clientId", code: "invalid_client_id", message: "auth.clientId must be a non-empty string without white space at its ends.", hint: "Set auth.clientId to the application (client) ID that the provider shows for your registration." },
  { place: "auth.authorityMetadata", type: "jsonObject", code: "invalid_authority_metadata", message: "auth.authorityMetadata is not the JSON text of an object.", hint: "Pass auth.authorityMetadata as the text of the provider's OpenID discovery document." },
  { place: "auth.cloudDiscoveryMetadata", type: "jsonObject", code: "invalid_cloud_discovery_metadata", message: "auth.cloudDiscoveryMetadata is not the JSON text of an object.", hint: "Pass auth.cloudDiscoveryMetadata as the text of an answer to instance discovery, with its list \"metadata\"." },
  { place: "auth.knownAuthorities", type: "strings", code: "invalid_argument", message: "auth.knownAuthorities must be an array of strings.", hint: "Correct the field that the message names." },
  { place: "auth.clientCapabilities", type: "strings", code: "invalid_argument", message: "auth.clientCapabilities must be an array of strings.", hint: "Correct the field that the message names." },
  { place: "auth.azureCloudOptions", type: "object", code: "invalid_argument", message: "auth.azureCloudOptions must be an object.", hint: "Correct the field that the message names." },
  { place: "auth.azureCloudOptions.tenant", type: "text", code: "invalid_argument", message: "auth.azureCloudOptions.tenant must be a string.", hint: "Correct the field that the message names." },
  { place: "system.protocolMode", type: "protocolMode", code: "invalid_argument", message: "system.protocolMode must be one of \"AAD\", \"OIDC\" and \"EAR\".", hint: "Correct the field that the message names." },
  { place: "system.requestTimeout", type: "milliseconds", code: "invalid_argument", message: "system.requestTimeout must be a number of milliseconds greater than zero.", hint: "Correct the field that the message names." },
  { place: "system.keepVerificationUri", type: "boolean", code: "invalid_argument", message: "system.keepVerificationUri must be true or false.", hint: "Correct the field that the message names." },
  { place: "telemetry.application.appName", type: "text", code: "invalid_argument", message: "telemetry.application.appName must be a string.", hint: "Correct the field that the message names." },
  { place: "telemetry.application.appVersion", type: "text", code: "invalid_argument", message: "telemetry.application.appVersion must be a string.", hint: "Correct the field that the message names." },
];

/**
 * What can be wrong with the address of an authority. The problem follows the name of the field in the message.
 *
 * @type {Record<string, { code: string, problem: string, hint: string }>}
 */
export const AUTHORITY_PROBLEMS = {
  notUrl: { code: "url_parse_error", problem: "is not a URL", hint: "Set auth.authority to a full URL such as https://login.microsoftonline.com/{tenant} or your provider's issuer." },
  notPlain: { code: "url_parse_error", problem: "must have no user name, no query and no fragment", hint: "Set auth.authority to a full URL such as https://login.microsoftonline.com/{tenant} or your provider's issuer." },
  notHttps: { code: "authority_uri_insecure", problem: "is not https", hint: "Use an https:// address; http:// is accepted on loopback (127.0.0.1, [::1], localhost) only." },
  b2c: { code: "b2c_authority_unsupported", problem: "is an Azure AD B2C authority, which has no device code flow", hint: "Azure AD B2C does not offer the device code flow: use a tenant of Entra ID or Entra External ID, or another flow." },
};
