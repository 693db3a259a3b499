// @ts-check
// Translates the main entry's messages and hints for the program that made a credential: names of fields become names of the
// credential's options and arguments.
//
// The errorCode stays, because programs depend on it.

import { AuthError } from "device-code-flow";

/** @typedef {import("device-code-flow/credential").DeviceCodeCredentialOptions} Options */

/**
 * Fields that an option of the credential sets. The program gives the others in `configuration`, under the main entry's names.
 * @type {Record<string, keyof Options>}
 */
const OPTION_OF_FIELD = {
  "auth.clientId": "clientId",
  "auth.authority": "authorityHost",
  "cache.cachePlugin": "cachePlugin",
  "system.fetch": "fetch",
  "system.loggerOptions": "loggerOptions",
};

/**
 * Fields that an argument of a call sets.
 * @type {Record<string, string>}
 */
const ARGUMENT_OF_FIELD = {
  "request.scopes": "scopes",
  "request.claims": "options.claims",
  "request.authority": "options.tenantId",
  "request.azureCloudOptions": "options.tenantId",
};

// It does not match within a longer name, such as that of a field in `configuration`: a translated name is not translated again.
const FIELD = /(^|[^.\w])((?:auth|cache|system|telemetry|request)\.\w+)/g;

// Phrases for which another name is not enough: a host is not an issuer, and no option adds parameters to a request.
const EXAMPLE = "to a full URL such as https://login.microsoftonline.com";
const PHRASES = [
  [
    `options.authorityHost ${EXAMPLE}/{tenant} or your provider's issuer`,
    `options.authorityHost ${EXAMPLE}; an issuer goes into options.configuration.auth.authority`,
  ],
  ["request.extraQueryParameters and ", ""],
  ["if neither changes the request", "if it does not change the request"],
  ["out of request.extraQueryParameters, or of what", "out of what"],
];

/**
 * Changes the message and the hint of `error` for the program that made the credential with `options`, and returns the error.
 * @param {unknown} error
 * @param {Options} options
 */
export function translateError(error, options) {
  if (!(error instanceof AuthError)) return error;
  const { message, hint, stack } = error;
  error.errorMessage = withOptionNames(error.errorMessage, options);
  error.hint = PHRASES.reduce((text, [phrase, replacement]) => text.replace(phrase, replacement), withOptionNames(hint, options));
  error.message = withOptionNames(message, options);
  // The stack contains both, and some consoles print nothing else.
  if (typeof stack === "string") error.stack = stack.replace(message, () => error.message).replace(hint, () => error.hint);
  return error;
}

/**
 * @param {string | undefined} text
 * @param {Options} options
 */
function withOptionNames(text, options) {
  return String(text || "").replace(FIELD, (_, before, field) => before + nameOf(field, options));
}

/**
 * @param {string} field such as "auth.clientId"
 * @param {Options} options
 */
function nameOf(field, options) {
  if (ARGUMENT_OF_FIELD[field]) return ARGUMENT_OF_FIELD[field];
  // The program configured its own application, by the main entry's names.
  if (options.app || field.startsWith("request.")) return field;
  const option = OPTION_OF_FIELD[field];
  const isConfigured = option && !isGiven(options[option]) && isGiven(configuredValue(field, options));
  return option && !isConfigured ? `options.${option}` : `options.configuration.${field}`;
}

/**
 * @param {string} field
 * @param {Options} options
 */
function configuredValue(field, { configuration }) {
  const [section, name] = field.split(".");
  return Object(Object(configuration)[section])[name];
}

/** @param {unknown} value */
function isGiven(value) {
  return value !== undefined && value !== null;
}
