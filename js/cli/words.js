// What the library says of its fields, said of the options that set them.
//
// Not for programs: they branch on errorCode, which stays. What is here is read by a person.

const names = {
  "auth.clientId": "--client-id",
  "auth.authority": "--authority",
  "auth.knownAuthorities": "--known-authority",
  "system.protocolMode": "--protocol-mode",
  "request.scopes": "--scope",
  "request.claims": "--claims",
  "request.locale": "--locale",
  "request.timeout": "--timeout",
};
const FIELD = new RegExp(`\\b(${Object.keys(names).join("|").replaceAll(".", "\\.")})\\b(\\[\\d+\\])?`, "g");

const anew = "the next run then starts anew.";
// Where another name is not enough.
const hints = {
  invalid_argument: "Correct the option that the message names.",
  untrusted_authority:
    "If the host is yours, name it with --known-authority; if it is no server of Microsoft's make, add --protocol-mode OIDC.",
  empty_input_scopes_error: "Name at least one, for example --scope User.Read or --scope openid.",
  invalid_claims: "Pass --claims as the JSON text of an object, in quotes: for example the decoded claims of a 401 challenge.",
  fetch_missing: "The command needs Node 18.3 or newer, with its fetch.",
  network_error:
    "Check the connection. Behind a proxy, set HTTPS_PROXY, and NODE_USE_ENV_PROXY=1, which makes Node use it (24; 22 from 22.21 on).",
  user_timeout_reached: "Nobody signed in within the seconds of --timeout; start again when the person asks for it.",
  saved_flow_invalid: `If there is no copy of it, and the file is of no other use, remove it: ${anew}`,
  saved_flow_version: `Update device-code-flow to the release that wrote the file, or remove it: ${anew}`,
  saved_flow_mismatch: `Name the --client-id and the --authority that it was started with, or remove the file: ${anew}`,
};

// What changes a request of the library's on its way is no option here.
const phrases = [
  ["Check request.extraQueryParameters and system.fetch; if neither changes the request, this is", "This is"],
  ["take it out of request.extraQueryParameters, or of what changes", "take it out of what changes"],
];

/** The same error, for whoever typed the options. */
export function inOptions(error) {
  error.errorMessage = renamed(error.errorMessage);
  error.hint = hints[error.errorCode] || renamed(phrases.reduce((text, [from, to]) => text.replace(from, to), error.hint || ""));
  return error;
}

function renamed(text) {
  return text.replace(FIELD, (_, field) => names[field]);
}
