// The error classes of the public contract, in one file for the whole package, so that `instanceof` holds.
//
// Not a place that decides anything: which class, code and hint a failure has stands in src/failure.rs.

import { named } from "./properties.js";

/** The root of all errors of this library. Names and shapes are msal-node's; `hint` and what follows it are ours. */
export class AuthError extends Error {
  constructor(errorCode = "", errorMessage = "", hint = "") {
    super(errorMessage ? `${errorCode}: ${errorMessage}` : errorCode);
    this.name = new.target.name;
    this.errorCode = errorCode;
    this.errorMessage = errorMessage;
    this.subError = "";
    this.correlationId = "";
    this.hint = hint;
    this.retryable = false;
    // Who has to act, of an error that is made in JavaScript; the module says it of its own.
    this.fault = this instanceof ClientAuthError ? "caller" : "library";
  }
}

export class ServerError extends AuthError {}

export class InteractionRequiredAuthError extends AuthError {}

export class ClientAuthError extends AuthError {}

export class ClientConfigurationError extends ClientAuthError {}

const classes = named({ AuthError, ServerError, InteractionRequiredAuthError, ClientAuthError, ClientConfigurationError });

/** The error for a failure that the module reports. */
export function fromFailure({ class: type, code, message, hint, ...said }, correlationId) {
  const error = new classes[type](code, message, hint);
  error.correlationId = correlationId || "";
  // Only what the server really said becomes a property: no empty text, and no empty list.
  for (const name of Object.keys(said)) if (String(said[name])) error[name] = said[name];
  return error;
}
