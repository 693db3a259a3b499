// msal-node's constants for programs that import them: protocol modes, clouds, and the codes of errors by class.
//
// Not where codes are made: src/failure.rs is, and tests/names.rs holds the two against each other. Of msal-node's codes only
// those are here that this library throws; so a program that waits for another one does not compile instead of waiting in vain.

export const ProtocolMode = { AAD: "AAD", OIDC: "OIDC", EAR: "EAR" };

export const AzureCloudInstance = {
  None: "none",
  AzurePublic: "https://login.microsoftonline.com",
  AzureChina: "https://login.chinacloudapi.cn",
  AzureGermany: "https://login.microsoftonline.de",
  AzureUsGovernment: "https://login.microsoftonline.us",
};

export const AuthErrorCodes = {
  internalError: "internal_error",
  savedFlowInvalid: "saved_flow_invalid",
  savedFlowVersion: "saved_flow_version",
  tokenCacheInvalid: "token_cache_invalid",
};

export const ClientAuthErrorCodes = {
  deviceCodeExpired: "device_code_expired",
  cachePluginError: "cache_plugin_error",
  deviceCodePollingCancelled: "device_code_polling_cancelled",
  endpointResolutionError: "endpoints_resolution_error",
  flowEnded: "flow_ended",
  networkError: "network_error",
  noAccountInSilentRequest: "no_account_in_silent_request",
  openIdConfigError: "openid_config_error",
  tokensLost: "tokens_lost",
  userTimeoutReached: "user_timeout_reached",
};

export const ClientConfigurationErrorCodes = {
  authorityUriInsecure: "authority_uri_insecure",
  emptyInputScopesError: "empty_input_scopes_error",
  fetchMissing: "fetch_missing",
  invalidArgument: "invalid_argument",
  invalidAuthorityMetadata: "invalid_authority_metadata",
  invalidClaims: "invalid_claims",
  invalidClientId: "invalid_client_id",
  issuerValidationFailed: "issuer_validation_failed",
  b2cAuthorityUnsupported: "b2c_authority_unsupported",
  invalidCloudDiscoveryMetadata: "invalid_cloud_discovery_metadata",
  untrustedAuthority: "untrusted_authority",
  savedFlowMismatch: "saved_flow_mismatch",
  unsupportedOption: "unsupported_option",
  urlParseError: "url_parse_error",
  webassemblyMissing: "webassembly_missing",
  webassemblyRefused: "webassembly_refused",
};

export const InteractionRequiredAuthErrorCodes = {
  consentRequired: "consent_required",
  interactionRequired: "interaction_required",
  invalidGrant: "invalid_grant",
  loginRequired: "login_required",
  noTokensFound: "no_tokens_found",
};
