// @ts-check
// What a SignIn reports, and a page may show. It never has the device code.

/** @typedef {import("device-code-flow").DeviceCodeFlow} DeviceCodeFlow */
/** @typedef {import("device-code-flow/workers").SignInFailure} SignInFailure */

/**
 * The fields of a saved flow that are used here. Times are in milliseconds since 1970, the interval is in seconds.
 * @typedef {{ deviceCode: string, due?: number, sent: number, interval: number }} SavedFlow
 */

/**
 * @param {DeviceCodeFlow} flow
 * @param {SavedFlow} saved
 */
export function pendingStatus(flow, { due, sent, interval }) {
  const nextPollOn = new Date(due === undefined ? sent + interval * 1000 : due);
  return { ...promptOf(flow), nextPollOn };
}

/** @param {DeviceCodeFlow} flow */
export function promptOf({ userCode, verificationUri, verificationUriComplete, message, expiresOn }) {
  /** @type {"pending"} */
  const status = "pending";
  const prompt = { status, userCode, verificationUri, message, expiresOn };
  return verificationUriComplete ? { ...prompt, verificationUriComplete } : prompt;
}

/**
 * The members of an error that a store can keep.
 * @param {import("device-code-flow").AuthError} error
 * @returns {SignInFailure}
 */
export function errorDetails({ errorCode, errorMessage, hint, correlationId, isServerCode }) {
  const details = { errorCode, errorMessage, hint, correlationId };
  return isServerCode ? { ...details, isServerCode } : details;
}
