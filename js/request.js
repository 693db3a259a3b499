// A caller's request as the one text that crosses the boundary to the module, and the id that all of its messages bear.
//
// Not its check: src/config/request.rs reads it and refuses what is wrong by name. Here is seen to it that nothing is lost on the way.

import { checkText } from "./configuration.js";
import { ClientConfigurationError } from "./errors.js";

/** The caller's own, or a new one. What is neither text nor missing is refused by `checkText` or by the module, and logged. */
export function correlationIdOf(request) {
  const { correlationId } = Object(request);
  return correlationId == null || correlationId === "" ? newCorrelationId() : correlationId;
}

// A number that is none to the module (src/json/value.rs), and no text, no list and no object either: it is wrong in every field.
const WRONG = 1e300;

/**
 * The request as the one text that crosses the boundary. What JSON would leave out, make null of or write as an empty object goes as
 * what is wrong in every field, so that the module names the field instead of taking it for missing.
 */
export function jsonOf(request) {
  // No arrow: `this` is where the value stood, as it was before its toJSON (a URL's gives its text, a Date's may give null).
  function spoken(name, value) {
    return this[name] === request || isPlain(this[name], value, this !== request) ? value : WRONG;
  }
  try {
    return JSON.stringify(request, spoken);
  } catch (cause) {
    // A getter of the caller's.
    throw new ClientConfigurationError("invalid_argument", `The request cannot be read: ${Object(cause).message}`, "Pass plain values.");
  }
}

/** Is `value` what JSON makes of `given`, and nothing less? Lists and objects that are `inside` others stand in no request. */
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

/** What of a request the module reads. Its authority goes beside the configured one: both matter to a saved flow. */
export function known({ scopes, authority, azureCloudOptions, claims, extraQueryParameters, locale, timeout }) {
  // The module takes a tenant that is no text for none.
  checkText(Object(azureCloudOptions).tenant, "request.azureCloudOptions.tenant");
  const own = { requestAuthority: authority, requestAzureCloudOptions: azureCloudOptions };
  return { scopes, ...own, claims, extraQueryParameters, locale, timeout };
}

/** A GUID (RFC 9562 version 4). It is no secret: any chance will do where crypto is missing (Node 18, pages without https). */
function newCorrelationId() {
  if (typeof crypto !== "undefined" && crypto.randomUUID) return crypto.randomUUID();
  const digit = (letter) => ((Math.random() * 16) & (letter === "y" ? 3 : 15) | (letter === "y" ? 8 : 0)).toString(16);
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, digit);
}
