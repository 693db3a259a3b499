// @ts-check
// The error classes of the public contract, in one file for the whole package, so that `instanceof` holds.
//
// src/error/ decides which class, code and hint an error has.

import { defineHidden, named } from "./properties.js";

/** The root of all errors of this library. Names and shapes are msal-node's; `hint` and what follows it are ours. */
export class AuthError extends Error {
  /**
   * @param {string} [errorCode]
   * @param {string} [errorMessage]
   * @param {string} [hint]
   */
  constructor(errorCode = "", errorMessage = "", hint = "") {
    super(errorMessage ? `${errorCode}: ${errorMessage}` : errorCode);
    this.name = new.target.name;
    this.errorCode = errorCode;
    /** The code is the word of a server. It may be equal to one of ours, and then means something else. */
    this.isServerCode = false;
    this.errorMessage = errorMessage;
    this.subError = "";
    this.correlationId = "";
    this.hint = hint;
    this.retryable = false;
    /** Who has to act. Of an error that is made in JavaScript; the module says it of its own errors. @type {string} */
    this.fault = this instanceof ClientAuthError ? "caller" : "library";
    // The consoles of Deno, Chromium and Workers show the stack and no other property.
    if (hint && this.message) changeStack(this, (stack) => stack.replace(this.message, (message) => `${message}\n  ${hint}`));
  }
}

export class ServerError extends AuthError {}

export class InteractionRequiredAuthError extends AuthError {}

export class ClientAuthError extends AuthError {}

export class ClientConfigurationError extends ClientAuthError {}

/**
 * Is this an error of this library's own with this code? A server chooses its words, and may choose this one.
 *
 * @param {unknown} error
 * @param {string} code
 * @returns {error is AuthError}
 */
export function isOwnError(error, code) {
  return error instanceof AuthError && !error.isServerCode && error.errorCode === code;
}

/** @type {Record<string, new (code: string, message: string, hint: string) => AuthError>} */
const classes = named({ AuthError, ServerError, InteractionRequiredAuthError, ClientAuthError, ClientConfigurationError });

/** Calls that wait for one answer share its error: the first caller's frames are in its stack. */
const withFrames = new WeakSet();

/**
 * Adds the frames of `here` that an error's stack lacks. An engine names at most one of several callers who wait for a promise together,
 * and none of the callers of what the module answered.
 *
 * @param {unknown} error
 * @param {Error} here
 */
export function addFrames(error, here) {
  if (!(error instanceof AuthError) || withFrames.has(error)) return;
  withFrames.add(error);
  changeStack(error, (stack) => {
    // Without the place where `here` was made, and its caller.
    const frames = String(here.stack).split("\n").slice(2);
    return [stack, ...frames.filter((frame) => !stack.includes(frame.trim()))].join("\n");
  });
}

/**
 * Not every engine has a stack, and a program may have made it read-only.
 *
 * @param {AuthError} error
 * @param {(stack: string) => string} change
 */
function changeStack(error, change) {
  try {
    if (typeof error.stack === "string") defineHidden(error, { stack: change(error.stack) });
  } catch {
    // Then it stays as it is.
  }
}

/**
 * The error for one that the module reports (src/web/views.rs).
 *
 * @param {import("./glue.js").ErrorView} view
 * @param {string} [correlationId]
 */
export function fromView({ class: type, code, message, hint, ...properties }, correlationId) {
  /** @type {any} */
  const error = new classes[type](code, message, hint);
  error.correlationId = correlationId || "";
  // Only what the server really said becomes a property: no empty text, and no empty list.
  for (const name of Object.keys(properties)) {
    if (properties[name] !== undefined && String(properties[name])) error[name] = properties[name];
  }
  return /** @type {AuthError} */ (error);
}
