// @ts-check
// The outcome of a sign-in as a text for the store: the key of the account in the token cache, or the error. It has no tokens.
//
// A sign-in that is still pending is stored as the text of its flow (src/flow/saved/). Both texts have a hash, which shows damage.

import { AuthError } from "device-code-flow";

/** @typedef {import("device-code-flow/workers").SignInFailure} SignInFailure */
/** @typedef {{ status: "completed", homeAccountId?: string } | { status: "failed", error: SignInFailure }} Outcome */

const START = '{"kind":"device-code-flow ending","version":';
const VERSION = 1;

/**
 * Is it the text of an outcome, whole or damaged? A store may give a value that is not a text.
 * @param {unknown} text
 */
export function isOutcome(text) {
  return typeof text === "string" && text.startsWith(START);
}

/** @param {Outcome} outcome */
export function serializeOutcome(outcome) {
  const body = `${START}${VERSION},${JSON.stringify(outcome).slice(1, -1)}`;
  return `${body},"check":"${hash(body)}"}`;
}

/**
 * @param {string} text
 * @returns {Outcome}
 * @throws {AuthError} the text was cut short, changed or written by a newer release
 */
export function parseOutcome(text) {
  if (parseInt(text.slice(START.length), 10) > VERSION) {
    throw new AuthError(
      "saved_flow_version",
      "The outcome of a sign-in was written by a newer release.",
      "Update device-code-flow to the release that saved this flow, or start a new sign-in.",
    );
  }
  const end = text.lastIndexOf(',"check":"');
  const body = text.slice(0, end);
  if (end < 0 || text !== `${body},"check":"${hash(body)}"}`) {
    throw new AuthError(
      "saved_flow_invalid",
      "The outcome of a sign-in was changed after it was saved, or cut short.",
      "Pass the text of DeviceCodeFlow.save() unchanged; if it is lost, start a new sign-in.",
    );
  }
  return JSON.parse(text);
}

/**
 * FNV-1a, 32 bits.
 * @param {string} text
 */
function hash(text) {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return (value >>> 0).toString(16);
}
