// Time that passes when it is told to. A library that waits between polls is measured without its waits.
//
// Only `Date.now` and timers of exactly one polling interval are replaced; the host's own timers run on.

/** The server's polling interval in milliseconds: a number that no other timer of this process has, below
 * the five seconds into which openid-client cuts its waits. */
export const INTERVAL = 3_000;

const dateNow = Date.now;
const timeout = globalThis.setTimeout;
let ahead = 0;
let waited = () => {};

Date.now = () => dateNow() + ahead;
globalThis.setTimeout = (work, milliseconds, ...given) => {
  if (milliseconds !== INTERVAL) return timeout(work, milliseconds, ...given);
  ahead += INTERVAL;
  waited();
  queueMicrotask(work);
};

/** Moves the clock to `moment`, a Date. */
export function until(moment) {
  ahead += Math.max(0, moment.getTime() - Date.now());
}

/** Calls `work` whenever somebody begins to wait for a polling interval. */
export function onWait(work) {
  waited = work;
}
