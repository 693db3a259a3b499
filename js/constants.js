// @ts-check
// msal-node's constants for programs that import them: protocol modes, clouds, and the codes of errors by class.
//
// Not where codes are made: src/error/codes.rs is, and tests/core/repository/names.rs holds the two against each other. Of msal-node's
// codes only those are here that this library throws; so a program that waits for another one does not compile instead of waiting in vain.

export const ProtocolMode = { AAD: "AAD", OIDC: "OIDC", EAR: "EAR" };

export const AzureCloudInstance = {
  None: "none",
  AzurePublic: "https://login.microsoftonline.com",
  AzureChina: "https://login.chinacloudapi.cn",
  AzureGermany: "https://login.microsoftonline.de",
  AzureUsGovernment: "https://login.microsoftonline.us",
};

/** The names of msal-node that are not the code in camel case. @type {Record<string, string>} */
const MSAL_NAMES = { endpoints_resolution_error: "endpointResolutionError", openid_config_error: "openIdConfigError" };

/**
 * Codes by the names that msal-node has for them.
 *
 * @param {...string} codes
 */
function byName(...codes) {
  /** @type {Record<string, string>} */
  const byName = {};
  for (const code of codes) byName[MSAL_NAMES[code] || code.replace(/_(.)/g, (_, letter) => letter.toUpperCase())] = code;
  return byName;
}

export const AuthErrorCodes = byName(
  "internal_error",
  "saved_flow_invalid",
  "saved_flow_version",
  "token_cache_invalid",
);

export const ClientAuthErrorCodes = byName(
  "device_code_expired",
  "cache_plugin_error",
  "device_code_polling_cancelled",
  "endpoints_resolution_error",
  "flow_ended",
  "network_error",
  "no_account_in_silent_request",
  "openid_config_error",
  "tokens_lost",
  "user_timeout_reached",
);

export const ClientConfigurationErrorCodes = byName(
  "authority_uri_insecure",
  "empty_input_scopes_error",
  "fetch_missing",
  "invalid_argument",
  "invalid_authority_metadata",
  "invalid_claims",
  "invalid_client_id",
  "issuer_validation_failed",
  "b2c_authority_unsupported",
  "invalid_cloud_discovery_metadata",
  "untrusted_authority",
  "saved_flow_mismatch",
  "unsupported_option",
  "url_parse_error",
  "webassembly_missing",
  "webassembly_refused",
);

export const InteractionRequiredAuthErrorCodes = byName(
  "consent_required",
  "interaction_required",
  "invalid_grant",
  "login_required",
  "no_tokens_found",
);
