// What an error consists of, in the words of each kind of authority.
//
// A number is Entra's, of its documentation of AADSTS errors; where Entra documents none, the error's name stands alone.

// What a resource is to be asked with instead, after MFA or on another device.
const CLAIMS = JSON.stringify({ access_token: { capolids: { essential: true, values: ["cccc2222-dd33-4444-55ee-666666ffffff"] } } });

/** By AADSTS number: the error, what it says, and what else comes with it. */
const ERRORS = {
  28000: ["invalid_request", "The input parameter 'scope' is not valid: it contains more than one resource."],
  50020: ["invalid_grant", "The user account does not exist in the tenant and cannot access the application there."],
  50049: ["invalid_instance", "Unknown or invalid instance."],
  50050: ["invalid_request", "MalformedDiscoveryRequest: the request is malformed."],
  50059: ["invalid_request", "No tenant-identifying information found in either the request or implied by any provided credentials."],
  50076: ["invalid_grant", "You must use multi-factor authentication to access the resource.", { suberror: "basic_action", claims: CLAIMS }],
  50079: ["interaction_required", "You must enroll in multi-factor authentication to access the resource.", { claims: CLAIMS }],
  50105: ["invalid_grant", "Your administrator has configured the application to block users who are not assigned to it."],
  50134: ["invalid_grant", "DeviceFlowAuthorizeWrongDatacenter: poll with the tenant of the device code request."],
  50173: ["invalid_grant", "The provided grant has expired due to it being revoked.", { suberror: "bad_token" }],
  53003: ["invalid_grant", "Access has been blocked by Conditional Access policies.", { suberror: "message_only", claims: CLAIMS }],
  53005: ["invalid_grant", "Application needs to enforce Intune protection policies.", { suberror: "protection_policy_required" }],
  65001: ["invalid_grant", "The user or administrator has not consented to use the application.", { suberror: "consent_required" }],
  70000: ["invalid_grant", "The provided value for the input parameter 'device_code' is not valid: it was redeemed already."],
  70003: ["unsupported_grant_type", "The app requested an unsupported grant type."],
  70011: ["invalid_scope", "The provided value for the input parameter 'scope' is not valid: .default stands alone."],
  70016: ["authorization_pending", "OAuth 2.0 device flow error. Authorization is pending. Continue polling."],
  70018: ["bad_verification_code", "The device code is not recognised."],
  70020: ["expired_token", "The provided value for the input parameter 'device_code' is not valid. This code has expired."],
  90002: ["invalid_request", "Tenant not found. Check that you have the correct tenant ID and are signing into the correct cloud."],
  90055: ["temporarily_unavailable", "Too many requests."],
  500011: ["invalid_resource", "The resource principal was not found in the tenant."],
  530003: ["invalid_grant", "Your device is required to be managed to access this resource.", { suberror: "additional_action", claims: CLAIMS }],
  700016: ["unauthorized_client", "Application was not found in the directory. It has not been installed, or you used the wrong tenant."],
  700082: ["invalid_grant", "The refresh token has expired due to inactivity.", { suberror: "token_expired" }],
  700025: ["invalid_client", "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."],
  7000218: ["invalid_client", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."],
  900144: ["invalid_request", "The request body must contain all of: client_id, scope (device code), grant_type, device_code or refresh_token (token)."],
  900561: ["invalid_request", "The endpoint only accepts POST requests."],
  9002331: ["invalid_request", "The application is for personal accounts alone: use the /consumers endpoint."],
  9002332: ["invalid_request", "The application is for work and school accounts alone: do not use the /consumers endpoint."],
};

/** These two have no number. */
export const DECLINED = ["authorization_declined", "The person declined the sign-in."];
export const SLOW_DOWN = ["slow_down", "Poll less often."];

/** Why a refresh brings no tokens, by the name that a client tells them apart by. */
export const DECLINED_REFRESH = {
  bad_token: 50173,
  token_expired: 700082,
  consent_required: 65001,
  basic_action: 50076,
  interaction_required: 50079,
  protection_policy_required: 53005,
};

// What RFC 8628 §3.5 and RFC 6749 §5.2 call it, where Entra has a name of its own.
const PLAIN = { authorization_declined: "access_denied", bad_verification_code: "invalid_grant", unauthorized_client: "invalid_client" };

/** `what` is an AADSTS number, or an error and its description. */
export function refusal(what, { traceId, query, form }, { kind, origin }, status = 400) {
  const [error, text, more] = ERRORS[what] ?? what;
  if (kind === "adfs" || kind === "issuer") return { status, body: { error: PLAIN[error] ?? error, error_description: text } };
  const correlation_id = query["client-request-id"] ?? form["client-request-id"] ?? "11111111-2222-4333-8444-000000000000";
  const timestamp = new Date().toISOString().replace("T", " ").replace(/\.\d+/, "");
  const evidence = `Trace ID: ${traceId} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`;
  const numbered = typeof what === "number";
  const body = {
    error,
    error_description: `${numbered ? `AADSTS${what}: ` : ""}${text} ${evidence}`,
    ...(numbered && { error_codes: [what], error_uri: `${origin}/error?code=${what}` }),
    timestamp,
    trace_id: traceId,
    correlation_id,
    ...more,
  };
  return { status, body };
}
