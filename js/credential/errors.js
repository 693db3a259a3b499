// @ts-check
// The errors of a credential. Their names and shapes are @azure/identity's. They also have the details of the error that caused them.
//
// Azure's clients and chains of credentials check the name. Programs can use errorCode, hint and cause, as everywhere in this package.

import { AuthError, ClientConfigurationError, InteractionRequiredAuthError, ServerError } from "device-code-flow";

/** @typedef {import("device-code-flow/credential").GetTokenOptions} GetTokenOptions */
/** @typedef {import("device-code-flow/credential").AbortSignalLike} AbortSignalLike */

// The main entry's code for a cache that has no tokens of a person.
const NO_TOKENS = "no_tokens_found";

// The provider could not say anything about the person, because it was not reached. (A provider that is too busy answers with a code
// of its own.)
const UNREACHED = ["network_error", "server_unavailable", "endpoints_resolution_error"];

/** @type {"CredentialUnavailableError"} */
export const CredentialUnavailableErrorName = "CredentialUnavailableError";

/** A person has to sign in, and was not asked or did not. */
export class AuthenticationRequiredError extends AuthError {
  // A minifier renames the class. Consoles print this name.
  static get name() {
    return "AuthenticationRequiredError";
  }

  /** @type {import("device-code-flow").ErrorFault} */
  fault = "person";
  /** @type {string[]} */
  scopes;
  /** @type {GetTokenOptions | undefined} */
  getTokenOptions;

  /** @param {import("device-code-flow/credential").AuthenticationRequiredErrorOptions} options */
  constructor(options) {
    const { scopes, getTokenOptions, message, cause } = options;
    super(NO_TOKENS, message, "Call authenticate() when the person is there to sign in.");
    setCause(this, message, cause);
    this.scopes = scopes;
    this.getTokenOptions = getTokenOptions;
  }
}

/** This credential is not available here. A chain of credentials goes on with the next one. */
export class CredentialUnavailableError extends AuthError {
  static get name() {
    return CredentialUnavailableErrorName;
  }

  /** @type {import("device-code-flow").ErrorFault} */
  fault = "caller";

  /**
   * @param {string} [message]
   * @param {{ cause?: unknown }} [options]
   */
  constructor(message, options) {
    super("invalid_argument", message, "");
    setCause(this, message, Object(options).cause);
  }
}

/** The caller aborted. Programs check the name; the class of @azure/abort-controller is no part of its contract. */
class AbortError extends Error {
  static get name() {
    return "AbortError";
  }

  /** @param {unknown} cause */
  constructor(cause) {
    super("The authentication has been aborted by the caller.");
    this.name = "AbortError";
    if (cause !== undefined) defineHidden(this, "cause", cause);
  }
}

/**
 * The error of a call that was aborted.
 * @param {AbortSignalLike} signal
 */
export function abortError(signal) {
  return new AbortError(Object(signal).reason);
}

/**
 * @param {string} name of the option or argument
 * @param {string} expected
 * @returns {never}
 */
export function throwWrongArgument(name, expected) {
  throw new ClientConfigurationError("invalid_argument", `${name} must be ${expected}.`, "Correct the field that the message names.");
}

/**
 * The error of an option that would change the outcome and is not supported here.
 * @param {string} name
 * @param {string} hint
 */
export function unsupportedOption(name, hint) {
  return new ClientConfigurationError("unsupported_option", `${name} is not supported.`, hint);
}

/**
 * The error that @azure/identity would throw. Mistakes in the program, and errors of the caller's own functions, stay as they are.
 * @param {unknown} error
 * @param {string[]} scopes
 * @param {GetTokenOptions} getTokenOptions
 */
export function toCredentialError(error, scopes, getTokenOptions) {
  if (!(error instanceof AuthError) || error instanceof AuthenticationRequiredError) return error;
  if (isUnreached(error)) return new CredentialUnavailableError(error.message, { cause: error });
  if (!isRefused(error)) return error;
  return new AuthenticationRequiredError({ scopes, getTokenOptions, message: error.message, cause: error });
}

/** @param {AuthError} error */
function isUnreached(error) {
  return isOwn(error, UNREACHED) || (error.retryable && error instanceof ServerError);
}

/**
 * Has the error one of these codes of the main entry's? A server may choose the same word.
 * @param {AuthError} error
 * @param {string[]} codes
 */
function isOwn({ isServerCode, errorCode }, codes) {
  return !isServerCode && codes.includes(errorCode);
}

/** @param {AuthError} error */
function isRefused(error) {
  if (error instanceof ClientConfigurationError) return false;
  return error instanceof ServerError || error instanceof InteractionRequiredAuthError || error.fault === "person";
}

/**
 * Makes `message` the whole message, as @azure/identity does, and copies the details of the cause.
 * @param {AuthError} error
 * @param {string | undefined} message
 * @param {unknown} cause
 */
function setCause(error, message, cause) {
  const { hint } = error;
  if (cause instanceof AuthError) {
    const { name, ...details } = cause;
    Object.assign(error, details);
    // The hint of this error fits better if the cache has no tokens.
    if (!cause.hint || isOwn(cause, [NO_TOKENS])) error.hint = hint;
  }
  error.message = message === undefined ? "" : message;
  if (cause !== undefined) defineHidden(error, "cause", cause);
}

/**
 * Defines the property as `new Error(message, { cause })` does in newer engines: consoles do not list it with the others.
 * @param {object} error
 * @param {string} name
 * @param {unknown} value
 */
function defineHidden(error, name, value) {
  Object.defineProperty(error, name, { value, configurable: true, writable: true });
}
