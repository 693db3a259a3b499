// @ts-check
// The outcome of a sign-in as a text for the store: the account's id and issuer in the token cache, or the error. It has no tokens.
//
// A pending sign-in is stored as the text of its flow (src/flow/saved/), which has the device code. If it replaces a sign-in that failed,
// it is stored as an outcome with the status "restarted", which counts the replacements (restarts.js). That outcome contains the text of
// the flow, and so the device code too: it is a credential. All texts have a hash, which shows damage.

import { AuthError } from "device-code-flow";

/** @typedef {import("device-code-flow/workers").SignInFailure} SignInFailure */
/** @typedef {{ restarts: number, error: SignInFailure }} Restarts how many sign-ins in a row were replaced, and the error of the last */
/** @typedef {Restarts & { status: "restarting", restartOn: number }} Restarting a new sign-in is to be started, not before this time */
/** @typedef {Restarts & { status: "restarted", startedOn: number, flow: string }} Restarted a pending sign-in, and when it was started */
/** @typedef {{ status: "completed", homeAccountId?: string, issuer?: string } | { status: "failed", error: SignInFailure }} Ending */
/** @typedef {Ending | Restarting | Restarted} Outcome */

const START = '{"kind":"device-code-flow ending","version":';
const VERSION = 2;

/**
 * Is it the text of an outcome, whole or damaged? A store may give a value that is not a text.
 * @param {unknown} text
 */
export function isOutcome(text) {
  return typeof text === "string" && text.startsWith(START);
}

/** @param {Outcome} outcome */
export function serializeOutcome(outcome) {
  // Releases that know version 1 alone know no restarts.
  const version = "restarts" in outcome ? VERSION : 1;
  const body = `${START}${version},${JSON.stringify(outcome).slice(1, -1)}`;
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
      "Restore the text under this key, or call cancel() and start a new sign-in.",
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
