// A caller's request as the one text that crosses the boundary to the module, and the id that all of its messages bear.
//
// Not its check: src/flow/request.rs reads it and refuses what is wrong by name.

import { ClientConfigurationError } from "./errors.js";

/** The caller's own, or a new one; what is neither text nor missing is refused with the rest of the request. */
export function correlationIdOf(request) {
  const { correlationId } = Object(request);
  return correlationId == null || correlationId === "" ? newCorrelationId() : correlationId;
}

/**
 * The request as the one text that crosses the boundary. Functions are left out, as JSON does; NaN and Infinity go as
 * texts, because JSON would make them null, which is no mistake.
 */
export function jsonOf(request) {
  const plain = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
  try {
    return JSON.stringify(request, plain);
  } catch (cause) {
    throw new ClientConfigurationError("invalid_argument", `The request cannot be written as JSON: ${cause.message}`, "Pass plain values.");
  }
}

/** What of a request the module reads. Its authority goes beside the configured one: both matter to a saved flow. */
export function known({ scopes, authority, azureCloudOptions, claims, extraQueryParameters, locale, timeout }) {
  const own = { requestAuthority: authority, requestAzureCloudOptions: azureCloudOptions };
  return { scopes, ...own, claims, extraQueryParameters, locale, timeout };
}

/** A GUID (RFC 9562 version 4). It is no secret: any chance will do where crypto is missing (Node 18, pages without https). */
function newCorrelationId() {
  if (typeof crypto !== "undefined" && crypto.randomUUID) return crypto.randomUUID();
  const digit = (letter) => ((Math.random() * 16) & (letter === "y" ? 3 : 15) | (letter === "y" ? 8 : 0)).toString(16);
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, digit);
}
