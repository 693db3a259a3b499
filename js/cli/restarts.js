// @ts-check
// How often, and after which pauses, a sign-in of `--state` whose tokens were lost is replaced by a new one. The file counts them
// (state.js), so the limit holds for all runs together.
//
// js/workers/restarts.js is the same for kept sign-ins, with other pauses. They share no code: js/build.mjs lets js/cli import only its own
// files and the package.

import { setTimeout as sleep } from "node:timers/promises";

/**
 * How many sign-ins in a row were replaced, and the earliest time for the next code, in milliseconds since 1970.
 * @typedef {{ restarts: number, restartOn: number }} Restarting
 */

const MAX_RESTARTS = 5;

// The pause before the second one in a row, in milliseconds. Each further pause is twice as long.
const FIRST_PAUSE = 5_000;

/**
 * What comes after a sign-in whose tokens were lost; undefined once that has happened too often in a row.
 * @param {Restarting | undefined} before
 * @returns {Restarting | undefined}
 */
export function nextRestart(before) {
  const restarts = before ? before.restarts + 1 : 1;
  return restarts > MAX_RESTARTS ? undefined : { restarts, restartOn: Date.now() + pauseBefore(restarts) };
}

/**
 * How long to wait until a new code may be asked for, in milliseconds. A clock that was set back does not make it longer.
 * @param {Restarting} restarting
 */
export function pauseOf({ restarts, restartOn }) {
  return Math.min(Math.max(0, restartOn - Date.now()), pauseBefore(restarts));
}

/**
 * Rejects with the signal's reason if it aborts.
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 */
export async function waitFor(milliseconds, signal) {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}

/** @param {number} restarts */
function pauseBefore(restarts) {
  return restarts === 1 ? 0 : FIRST_PAUSE * 2 ** (restarts - 2);
}
