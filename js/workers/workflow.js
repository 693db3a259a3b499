// @ts-check
// signInWorkflow: a sign-in in a Workflow. Each of its steps is a step of the engine: durable, visible in the dashboard, and retried.
//
// The engine keeps the result of a step and shows it in the dashboard. It has the user code, but not the device code, which is in the
// store of the SignIn. For the same reason a step that the engine repeats does not poll too early.

/** @typedef {import("device-code-flow/workers").SignInStatus} SignInStatus */
/** @typedef {import("device-code-flow/workers").SignInFailure} SignInFailure */

const STEP_CONFIG = { retries: { limit: 8, delay: "5 seconds", backoff: "exponential" }, timeout: "2 minutes" };

// How long to wait for another process that is about to show a code, in milliseconds.
const BUSY_DELAY = 5000;

// The shortest sleep between two steps, in milliseconds.
const MIN_SLEEP = 1000;

/**
 * Waits until a person has signed in, and gives the home account id. Rejects if the sign-in fails.
 * @param {import("device-code-flow/workers").StepLike} step
 * @param {import("device-code-flow/workers").SignIn} signIn
 * @param {{ name?: string, config?: object }} [options]
 * @returns {Promise<{ status: "completed", homeAccountId: string | null }>}
 */
export async function signInWorkflow(step, signIn, { config = STEP_CONFIG, name = "sign-in" } = {}) {
  for (let number = 1; ; number++) {
    /** @type {ReturnType<typeof toStepResult>} */
    const result = await step.do(`${name}: step ${number}`, config, async () => toStepResult(await signIn.step()));
    if (result.status === "completed") return result;
    if (result.status === "failed") throw toError(result.error);
    await step.sleep(`${name}: wait ${number}`, Math.max(MIN_SLEEP, result.nextPollOn - result.now));
  }
}

/**
 * The plain values that the engine keeps of a step.
 * @param {SignInStatus} status
 */
function toStepResult(status) {
  const now = Date.now();
  switch (status.status) {
    case "completed":
      return { status: status.status, homeAccountId: status.account ? status.account.homeAccountId : null };
    case "failed":
      return { status: status.status, error: status.error };
    case "none":
      return { status: status.status, nextPollOn: status.nextPollOn ? status.nextPollOn.getTime() : now + BUSY_DELAY, now };
    default:
      return { ...toPrompt(status), nextPollOn: status.nextPollOn.getTime(), now };
  }
}

/** @param {Extract<SignInStatus, { status: "pending" }>} status */
function toPrompt({ status, userCode, verificationUri, verificationUriComplete, message, expiresOn }) {
  const prompt = { status, userCode, verificationUri, message, expiresOn: expiresOn.getTime() };
  return verificationUriComplete ? { ...prompt, verificationUriComplete } : prompt;
}

/** @param {SignInFailure} failure */
function toError(failure) {
  const { errorCode, errorMessage, hint } = failure;
  return Object.assign(new Error(`${errorCode}: ${errorMessage} ${hint}`), failure);
}
