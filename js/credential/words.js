// What the main entry says of its fields, said of the options and arguments of a credential that set them.
//
// Not for programs: they branch on errorCode, which stays. What is here is read by a person.

import { AuthError } from "device-code-flow";

// Those that have a name of their own here; the others are given in `configuration`, under the main entry's names.
const NAMES = {
  "auth.clientId": "options.clientId",
  "auth.authority": "options.authorityHost",
  "cache.cachePlugin": "options.cachePlugin",
  "system.fetch": "options.fetch",
  "system.loggerOptions": "options.loggerOptions",
};

// What a call makes a request of.
const ARGUMENTS = {
  "request.scopes": "scopes",
  "request.claims": "options.claims",
  "request.authority": "options.tenantId",
  "request.azureCloudOptions": "options.tenantId",
};

// Not within a longer name, such as that of a field in `configuration`: what is translated once stays as it is.
const FIELD = /(^|[^.\w])((?:auth|cache|system|telemetry|request)\.\w+)/g;

// Where another name is not enough: a host is no issuer, and no option adds parameters to a request.
const ADDRESS = "to a full URL such as https://login.microsoftonline.com";
const phrases = [
  [
    `options.authorityHost ${ADDRESS}/{tenant} or your provider's issuer`,
    `options.authorityHost ${ADDRESS}; an issuer goes into options.configuration.auth.authority`,
  ],
  ["request.extraQueryParameters and ", ""],
  ["if neither changes the request", "if it does not change the request"],
  ["out of request.extraQueryParameters, or of what", "out of what"],
];

/** The same error, for whoever made the credential with `options`. */
export function inOptions(error, options) {
  if (!(error instanceof AuthError)) return error;
  const { message, hint, stack } = error;
  const renamed = (text) => String(text || "").replace(FIELD, (_, before, field) => before + nameOf(field, Object(options)));
  error.errorMessage = renamed(error.errorMessage);
  error.hint = phrases.reduce((text, [from, to]) => text.replace(from, to), renamed(error.hint));
  error.message = renamed(message);
  // Both stand in it as they were, and some consoles print nothing else.
  if (typeof stack === "string") error.stack = stack.replace(message, () => error.message).replace(hint, () => error.hint);
  return error;
}

function nameOf(field, { app, configuration, ...options }) {
  if (ARGUMENTS[field]) return ARGUMENTS[field];
  // An application that was made elsewhere was configured there.
  if (app || field.startsWith("request.")) return field;
  const [section, name] = field.split(".");
  const own = NAMES[field];
  const isGiven = (value) => value !== undefined && value !== null;
  const isConfigured = isGiven(Object(Object(configuration)[section])[name]) && own && !isGiven(options[own.replace("options.", "")]);
  return own && !isConfigured ? own : `options.configuration.${field}`;
}
