// A virtual clock, so that a library that waits between polls is measured without its waits.
//
// Only `Date.now` and timers of exactly one polling interval are replaced. All other timers stay as they are.

/**
 * The server's polling interval in milliseconds. No other timer of this process has this length, and it is below five seconds:
 * openid-client splits longer waits into pieces of five seconds.
 */
export const INTERVAL = 3_000;

const dateNow = Date.now;
const timeout = globalThis.setTimeout;
let ahead = 0;
let waited = () => {};

Date.now = () => dateNow() + ahead;
globalThis.setTimeout = (work, milliseconds, ...rest) => {
  if (milliseconds !== INTERVAL) return timeout(work, milliseconds, ...rest);
  ahead += INTERVAL;
  waited();
  queueMicrotask(work);
};

/** Moves the clock forward to `moment`, a Date. */
export function until(moment) {
  ahead += Math.max(0, moment.getTime() - Date.now());
}

/** Calls `work` whenever a wait for one polling interval begins. */
export function onWait(work) {
  waited = work;
}
