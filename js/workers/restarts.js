// @ts-check
// How often, and after which pauses, a sign-in that failed is replaced by a new one.
//
// Without a limit, a provider that refuses every code would be asked for codes for ever, and a person would see one after the other.
//
// js/cli/restarts.js is the same for the command, with other pauses. They share no code: js/build.mjs lets js/cli import only its own files
// and the package.

/** @typedef {import("device-code-flow/workers").SignInFailure} SignInFailure */
/** @typedef {import("./outcome.js").Restarted} Restarted */
/** @typedef {import("./outcome.js").Restarting} Restarting */

const MAX_RESTARTS = 5;

// The pause before the second one in a row, in milliseconds. Each further pause is twice as long.
const FIRST_PAUSE = 60_000;

// A sign-in does not count if its code expired and was valid for at least this time, in milliseconds: then the provider did not fail.
const MIN_VALIDITY = 60_000;

/**
 * What comes after a sign-in that failed; undefined if it stays failed.
 * @param {Restarted | undefined} before what is known of this sign-in, if it had replaced another one
 * @param {SignInFailure} error
 * @param {Date} expiresOn the end of its code
 * @returns {Restarting | undefined}
 */
export function nextRestart(before, error, expiresOn) {
  const now = Date.now();
  const wasValid = before && now >= before.startedOn + MIN_VALIDITY && now >= expiresOn.getTime();
  const restarts = before && !wasValid ? before.restarts + 1 : 1;
  if (restarts > MAX_RESTARTS) return undefined;
  const pause = restarts === 1 ? 0 : FIRST_PAUSE * 2 ** (restarts - 2);
  return { status: "restarting", restarts, error, restartOn: now + pause };
}

/**
 * The sign-in that replaces another one, with the text of its flow.
 * @param {Restarting | Restarted} before
 * @param {string} flow
 * @returns {Restarted}
 */
export function restarted({ restarts, error, ...rest }, flow) {
  const startedOn = "startedOn" in rest ? rest.startedOn : Date.now();
  return { status: "restarted", restarts, error, startedOn, flow };
}
