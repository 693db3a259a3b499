// @ts-check
// Translates the library's messages and hints for a person who typed options: names of fields become names of options.
//
// The errorCode stays, because programs depend on it.

/** @type {Record<string, string>} */
const OPTION_OF_FIELD = {
  "auth.clientId": "--client-id",
  "auth.authority": "--authority",
  "auth.knownAuthorities": "--known-authority",
  "system.protocolMode": "--protocol-mode",
  "request.scopes": "--scope",
  "request.claims": "--claims",
  "request.locale": "--locale",
  "request.timeout": "--timeout",
};
const FIELD = new RegExp(`\\b(${Object.keys(OPTION_OF_FIELD).join("|").replaceAll(".", "\\.")})\\b(\\[\\d+\\])?`, "g");

/**
 * Hints for which another name is not enough, by errorCode.
 * @type {Record<string, string>}
 */
const HINTS = {
  invalid_argument: "Correct the option that the message names.",
  untrusted_authority:
    "If the host is yours, name it with --known-authority; if it is not a Microsoft server, add --protocol-mode OIDC.",
  empty_input_scopes_error: "Name at least one, for example --scope User.Read or --scope openid.",
  invalid_claims: "Pass --claims as the JSON text of an object, in quotes: for example the decoded claims of a 401 challenge.",
  fetch_missing: "The command needs Node 18.3 or newer, with its fetch.",
  network_error:
    "Check the connection. Behind a proxy, set HTTPS_PROXY, and NODE_USE_ENV_PROXY=1, which makes Node use it (24; 22 from 22.21 on).",
  user_timeout_reached: "Nobody signed in within the seconds of --timeout; run the command again when the person asks for it.",
  saved_flow_invalid: "If there is no copy of the file and it has no other use, remove it: the next run then starts a new sign-in.",
  saved_flow_version:
    "Update device-code-flow to the release that wrote the file, or remove the file: the next run then starts a new sign-in.",
  saved_flow_mismatch:
    "Use the --client-id, --authority, --known-authority and --protocol-mode that the sign-in was started with, or remove the file: the next run then starts a new sign-in. The host of a private cloud must be a --known-authority.",
};

// The command has no option that changes the library's requests.
const PHRASES = [
  ["Check request.extraQueryParameters and system.fetch; if neither changes the request, this is", "This is"],
  ["take it out of request.extraQueryParameters, or of what changes", "take it out of what changes"],
];

/**
 * Changes the message and the hint of `error`, and returns it.
 * @template {{ errorCode: string, isServerCode: boolean, errorMessage: string, hint: string }} T
 * @param {T} error
 * @returns {T}
 */
export function translateError(error) {
  error.errorMessage = withOptionNames(error.errorMessage);
  error.hint = (!error.isServerCode && HINTS[error.errorCode]) || withOptionNames(withoutUnknownFields(error.hint || ""));
  return error;
}

/** @param {string} hint */
function withoutUnknownFields(hint) {
  return PHRASES.reduce((text, [phrase, replacement]) => text.replace(phrase, replacement), hint);
}

/** @param {string} text */
function withOptionNames(text) {
  return text.replace(FIELD, (_, field) => OPTION_OF_FIELD[field]);
}
