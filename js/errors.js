// The error classes of the public contract, in one file for the whole package, so that `instanceof` holds.
//
// Not a place that decides anything: which class, code and hint a failure has stands in src/error.rs.

import { hide, named } from "./properties.js";

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
    // The consoles of Deno, Chromium and Workers show the stack, and no other member.
    if (hint && this.message) changeStack(this, (stack) => stack.replace(this.message, (message) => `${message}\n  ${hint}`));
  }
}

export class ServerError extends AuthError {}

export class InteractionRequiredAuthError extends AuthError {}

export class ClientAuthError extends AuthError {}

export class ClientConfigurationError extends ClientAuthError {}

const classes = named({ AuthError, ServerError, InteractionRequiredAuthError, ClientAuthError, ClientConfigurationError });

// Calls that wait for one answer share its error: whoever is told first is in its stack.
const called = new WeakSet();

/**
 * Adds the frames of `here` that an error's stack lacks: of those who wait for a promise together an engine names one at the most, and
 * of what the module answered none.
 */
export function calledFrom(error, here) {
  if (!(error instanceof AuthError) || called.has(error)) return;
  called.add(error);
  changeStack(error, (stack) => {
    // Without the place where `here` was made, and what stands above it.
    const frames = String(here.stack).split("\n").slice(2);
    return [stack, ...frames.filter((frame) => !stack.includes(frame.trim()))].join("\n");
  });
}

/** Not every engine has one, and a program may have made it read-only. */
function changeStack(error, change) {
  try {
    if (typeof error.stack === "string") hide(error, { stack: change(error.stack) });
  } catch {
    // Then it stays as it is.
  }
}

/** The error for a failure that the module reports. */
export function fromFailure({ class: type, code, message, hint, ...said }, correlationId) {
  const error = new classes[type](code, message, hint);
  error.correlationId = correlationId || "";
  // Only what the server really said becomes a property: no empty text, and no empty list.
  for (const name of Object.keys(said)) if (String(said[name])) error[name] = said[name];
  return error;
}
