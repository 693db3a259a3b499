// A sign-in in a Workflow: each step of it is one of the engine's, so it is durable, to be seen in the dashboard, and retried.
//
// What a step gives back is kept by the engine and shown to whoever may look: it has the code on the screen, not the device code.
// That is in the store of the SignIn, which is also why a step that the engine repeats polls no sooner.

const RETRIES = { retries: { limit: 8, delay: "5 seconds", backoff: "exponential" }, timeout: "2 minutes" };

// How long another, who has the sign-in to itself, is given to show a code.
const PATIENCE = 5000;

/** Waits until somebody has signed in, and gives the account's home account id; rejects if the sign-in fails. */
export async function signInWorkflow(step, signIn, { config = RETRIES, name = "sign-in" } = {}) {
  for (let turn = 1; ; turn++) {
    const seen = await step.do(`${name}: step ${turn}`, config, async () => toKeep(await signIn.step()));
    if (seen.status === "completed") return seen;
    if (seen.status === "failed") throw failure(seen.error);
    await step.sleep(`${name}: wait ${turn}`, Math.max(1000, seen.nextPollOn - seen.now));
  }
}

/** What the engine keeps: plain values. */
function toKeep({ status, account, error, userCode, verificationUri, verificationUriComplete, message, expiresOn, nextPollOn }) {
  if (status === "completed") return { status, homeAccountId: account ? account.homeAccountId : null };
  if (status === "failed") return { status, error };
  const now = Date.now();
  if (status === "none") return { status, nextPollOn: now + PATIENCE, now };
  const code = { userCode, verificationUri, message, expiresOn: expiresOn.getTime() };
  if (verificationUriComplete) code.verificationUriComplete = verificationUriComplete;
  return { status, ...code, nextPollOn: nextPollOn.getTime(), now };
}

function failure({ errorCode, errorMessage, hint, correlationId }) {
  const error = new Error(`${errorCode}: ${errorMessage} ${hint}`);
  return Object.assign(error, { errorCode, errorMessage, hint, correlationId });
}
