// @ts-check
// Checks arguments where they are passed. A binding that is missing in the configuration of a Worker is `undefined`; without these
// checks the first sign-in would fail, and not the first line of the program.

import { ClientConfigurationError } from "device-code-flow";

/**
 * @param {string} name of the argument
 * @param {string} expected
 * @returns {never}
 */
export function throwWrongArgument(name, expected) {
  throw new ClientConfigurationError("invalid_argument", `${name} must be ${expected}.`, "Correct the field that the message names.");
}

/**
 * Gives `value` if it has all the methods.
 * @template T
 * @param {T} value
 * @param {string[]} methods
 * @param {string} name of the argument
 * @param {string} expected
 * @returns {T}
 */
export function requireMethods(value, methods, name, expected) {
  if (methods.some((method) => typeof Object(value)[method] !== "function")) throwWrongArgument(name, expected);
  return value;
}

/**
 * Gives `value` if it is an object.
 * @template T
 * @param {T} value
 * @param {string} name of the argument
 * @returns {T}
 */
export function requireObject(value, name) {
  if (typeof value !== "object" || value === null) throwWrongArgument(name, "an object");
  return value;
}

/**
 * Does http:// to this host stay on this machine?
 * @param {string} hostname
 */
export function isLoopback(hostname) {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
