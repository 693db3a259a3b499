// The errors of a credential: names and shapes are @azure/identity's, with the evidence of the error that was the cause.
//
// Azure's clients and chains of credentials look at the name. A program of ours looks at errorCode, hint and cause as ever.

import { AuthError, ClientConfigurationError, InteractionRequiredAuthError, ServerError } from "device-code-flow";

// The main entry's code for a cache that has no tokens of a person.
const NO_TOKENS = "no_tokens_found";

export const CredentialUnavailableErrorName = "CredentialUnavailableError";

/** A person has to sign in, and was not asked or did not. */
export class AuthenticationRequiredError extends AuthError {
  // A minifier renames the classes; what a console prints must not change with it.
  static get name() {
    return "AuthenticationRequiredError";
  }

  constructor(options) {
    const { scopes, getTokenOptions, message, cause } = options;
    super(NO_TOKENS, message, "Call authenticate() when the person is there to sign in.");
    this.fault = "person";
    told(this, message, cause);
    this.scopes = scopes;
    this.getTokenOptions = getTokenOptions;
  }
}

/** This credential cannot be had here; a chain goes on with the next one. */
export class CredentialUnavailableError extends AuthError {
  static get name() {
    return CredentialUnavailableErrorName;
  }

  constructor(message, options) {
    super("invalid_argument", message, "");
    this.fault = "caller";
    told(this, message, Object(options).cause);
  }
}

/** The caller's own end. @azure/abort-controller's class of this name is no part of anybody's contract, its name is. */
class AbortError extends Error {
  static get name() {
    return "AbortError";
  }

  constructor(cause) {
    super("The authentication has been aborted by the caller.");
    this.name = "AbortError";
    if (cause !== undefined) hidden(this, "cause", cause);
  }
}

/** What a call that was aborted rejects with. */
export function aborted({ reason }) {
  return new AbortError(reason);
}

/** Throws for an option that is not `what` it must be. */
export function wrong(name, what) {
  throw new ClientConfigurationError("invalid_argument", `${name} must be ${what}.`, "Correct the field that the message names.");
}

/** An option that would change the outcome and has no meaning here. */
export function unusable(name, hint) {
  return new ClientConfigurationError("unsupported_option", `${name} is not supported.`, hint);
}

// Nobody was reached who could have said anything about the person. (Whoever is too busy for an answer says so in a word of
// the provider's.)
const UNREACHED = ["network_error", "server_unavailable", "endpoints_resolution_error"];

/** `error` as @azure/identity would name it. What is wrong in the program, and the caller's own, stays what it is. */
export function publicError(error, scopes, getTokenOptions) {
  if (!(error instanceof AuthError) || error instanceof AuthenticationRequiredError) return error;
  if (UNREACHED.includes(error.errorCode) || (error.retryable && error instanceof ServerError)) return new CredentialUnavailableError(error.message, { cause: error });
  const refused = error instanceof ServerError || error instanceof InteractionRequiredAuthError || error.fault === "person";
  if (!refused || error instanceof ClientConfigurationError) return error;
  return new AuthenticationRequiredError({ scopes, getTokenOptions, message: error.message, cause: error });
}

/** Makes `message` the whole message, as it is there, and takes over what the cause knows. */
function told(error, message, cause) {
  const known = error.hint;
  if (cause instanceof AuthError) {
    for (const name of Object.keys(cause)) if (name !== "name") error[name] = cause[name];
    // What to do about a cache without tokens is known better here.
    if (!cause.hint || cause.errorCode === NO_TOKENS) error.hint = known;
  }
  error.message = message === undefined ? "" : message;
  if (cause !== undefined) hidden(error, "cause", cause);
}

/** As `new Error(message, { cause })` does it where there is that. */
function hidden(error, name, value) {
  Object.defineProperty(error, name, { value, configurable: true, writable: true });
}
