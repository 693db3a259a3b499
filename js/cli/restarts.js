// @ts-check
// How often, and after which pauses, a sign-in of `--state` whose tokens were lost is replaced by a new one. The file counts them, so the
// limit holds for all runs together.
//
// The file has the text of the flow, as the library writes it. Once the sign-in has replaced another one, a second line says so; and
// while no new code has been asked for, the first line is empty.

import { setTimeout as sleep } from "node:timers/promises";

/**
 * How many sign-ins in a row were replaced, and the earliest time for the next code, in milliseconds since 1970.
 * @typedef {{ count: number, after: number }} Restarts
 */

const MAX_RESTARTS = 5;

// The pause before the second one in a row, in milliseconds. Each further pause is twice as long.
const FIRST_PAUSE = 5_000;

/**
 * What the file says.
 * @param {string} text
 * @returns {{ flow: string, restarts?: Restarts }}
 */
export function parseState(text) {
  const match = /^([^\n]*)\n(\{"restarts":\{"count":\d+,"after":\d+\}\})\n?$/.exec(text);
  return match ? { flow: match[1], restarts: JSON.parse(match[2]).restarts } : { flow: text };
}

/**
 * @param {string} flow the text of the flow; empty while there is none
 * @param {Restarts} [restarts]
 */
export function stateText(flow, restarts) {
  return restarts ? `${flow}\n${JSON.stringify({ restarts: { count: restarts.count, after: restarts.after } })}` : flow;
}

/**
 * What comes after a sign-in whose tokens were lost; undefined once that has happened too often in a row.
 * @param {Restarts | undefined} before
 * @returns {Restarts | undefined}
 */
export function nextRestart(before) {
  const count = before ? before.count + 1 : 1;
  return count > MAX_RESTARTS ? undefined : { count, after: Date.now() + pauseBefore(count) };
}

/**
 * How long to wait until a new code may be asked for, in milliseconds. A clock that was set back does not make it longer.
 * @param {Restarts} restarts
 */
export function pauseOf({ count, after }) {
  return Math.min(Math.max(0, after - Date.now()), pauseBefore(count));
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

/** @param {number} count */
function pauseBefore(count) {
  return count === 1 ? 0 : FIRST_PAUSE * 2 ** (count - 2);
}
