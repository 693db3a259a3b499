// @ts-check
// A caller's request as the one text that the module reads, and its correlation id.
//
// src/config checks the request and refuses what is wrong by name. This file sees to it that nothing is lost on the way.

import { checkLength, checkText } from "./configuration.js";
import { ClientConfigurationError } from "./errors.js";

/**
 * The caller's correlation id, or a new one. What is neither text nor missing is refused by `checkText` or by the module.
 *
 * @param {any} request
 */
export function correlationIdOf(request) {
  const { correlationId } = Object(request);
  return correlationId == null || correlationId === "" ? newCorrelationId() : correlationId;
}

/** A number that no field accepts (src/oauth/lenient.rs, src/config/input.rs). The module then names the field. */
const WRONG = 1e300;

/** The longest JSON text, in characters: more than all fields together may have (src/config). It is not copied into the module. */
const MAX_LENGTH = 4 * 1024 * 1024;

/**
 * The JSON text of a request. A value that JSON would leave out, make null of or write as an empty object is written as one that is wrong
 * in every field, so that the module names the field instead of taking it for missing.
 *
 * @param {any} request
 * @returns {string}
 */
export function jsonOf(request) {
  /**
   * No arrow function: `this` is the object of the value as it was before its toJSON (a URL's gives its text, a Date's may give null).
   *
   * @this {any}
   * @param {string} name
   * @param {unknown} value
   */
  function plainOrWrong(name, value) {
    return this[name] === request || isPlain(this[name], value, this !== request) ? value : WRONG;
  }
  let text;
  try {
    text = JSON.stringify(request, plainOrWrong);
  } catch (cause) {
    // A getter of the caller's.
    throw new ClientConfigurationError("invalid_argument", `The request cannot be read: ${Object(cause).message}`, "Pass plain values.");
  }
  if (text !== undefined) checkLength("The JSON of the request", text, MAX_LENGTH);
  return text;
}

/**
 * Does JSON keep everything of `given`? Requests contain no nested lists or objects.
 *
 * @param {any} given
 * @param {any} value what JSON makes of `given`
 * @param {boolean} inside is it inside another list or object?
 */
function isPlain(given, value, inside) {
  if (value === null || value === undefined) return given === value;
  // Chromium 64 crashes where it optimizes a comparison with the word "bigint".
  if (/^(function|bigint)$/.test(typeof given)) return false;
  if (typeof value !== "object") return typeof value === "number" ? Number.isFinite(value) : /^(string|boolean)$/.test(typeof value);
  // Bun's URLSearchParams have a toJSON that gives an object.
  if (inside || value !== given) return false;
  // Of any realm: a page's frame, a test's sandbox.
  const above = Object.getPrototypeOf(value);
  return Array.isArray(value) || above === null || Object.getPrototypeOf(above) === null;
}

/**
 * The fields of a request that the module reads. Its authority goes beside the configured one: both matter to a saved flow.
 *
 * @param {any} request
 */
export function requestFields({ scopes, authority, azureCloudOptions, claims, extraQueryParameters, locale, accountHint, timeout }) {
  // The module takes a tenant that is no text for none.
  checkText(Object(azureCloudOptions).tenant, "request.azureCloudOptions.tenant");
  const own = { requestAuthority: authority, requestAzureCloudOptions: azureCloudOptions };
  return { scopes, ...own, claims, extraQueryParameters, locale, accountHint, timeout };
}

/** A GUID (RFC 9562 version 4). It is no secret: any chance will do where crypto is missing (Node 18, pages without https). */
function newCorrelationId() {
  if (typeof crypto !== "undefined" && crypto.randomUUID) return crypto.randomUUID();
  const digit = (/** @type {string} */ letter) => ((Math.random() * 16) & (letter === "y" ? 3 : 15) | (letter === "y" ? 8 : 0)).toString(16);
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, digit);
}
