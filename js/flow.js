// One sign-in under way: what the person needs to see, and a way to go on.
//
// Not the machine: src/flow is. This class shapes what the module says and keeps nothing of its own but the signal that
// the flow was started with, and the application, which has the logger.

import { keep } from "./cache.js";
import { checkSignal, object } from "./configuration.js";
import { AuthError } from "./errors.js";
import { journalOf, logged, tell } from "./logger.js";
import { call, callNow } from "./module.js";
import { fetchOf } from "./network.js";
import { jsonOf } from "./request.js";
import { authenticationResult } from "./result.js";
import { either } from "./signal.js";
import { loaded } from "./wasm.js";

export class DeviceCodeFlow {
  // A minifier renames the class; what a console prints must not change with it.
  static get name() {
    return "DeviceCodeFlow";
  }

  // Private in the types; `#private` names would need Chromium 74.
  constructor(live, signal, app) {
    const prompt = live.prompt();
    this.userCode = prompt.userCode;
    this.verificationUri = prompt.verificationUri;
    this.verificationUriComplete = prompt.verificationUriComplete;
    this.message = prompt.message;
    this.expiresOn = new Date(prompt.expiresOn);
    hide(this, { own: { live }, signal, prompt, app, kept: {} });
  }

  /** At most one token request, and none before it is due. */
  poll(options) {
    return turn(this, false, options);
  }

  /** Waits to the end: polls when due until there are tokens or an error. */
  async wait(options) {
    for (;;) {
      const step = await turn(this, true, options);
      if (step.status === "completed") return step.result;
    }
  }

  /** The whole flow as a JSON text. It holds the device code, so it is a credential. */
  save() {
    try {
      // Of an instance that was thrown away, what it still knows.
      return callNow(() => left(this.own.live));
    } catch (error) {
      tell(this.app, error, this.prompt.correlationId);
      throw error;
    }
  }

  [Symbol.asyncIterator]() {
    let done = false;
    return {
      next: async () => {
        if (done) return { done, value: undefined };
        const value = await turn(this, true);
        done = value.status === "completed";
        return { done: false, value };
      },
      return: async (value) => {
        done = true;
        return { done, value };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

/** What a deviceCodeCallback gets. */
export function deviceCodeResponse({ prompt }) {
  const { userCode, deviceCode, verificationUri, verificationUriComplete, expiresIn, interval, message } = prompt;
  const response = { userCode, deviceCode, verificationUri, expiresIn, interval, message };
  if (verificationUriComplete) response.verificationUriComplete = verificationUriComplete;
  return response;
}

/** `shown`, or the flow's deadline: a callback that never returns must not keep the end from being told. */
export async function untilDeadline(shown, { prompt: { deadline } }) {
  let timer;
  const over = new Promise((resolve) => (timer = setTimeout(resolve, Math.min(deadline - Date.now(), 2 ** 31 - 1))));
  try {
    await Promise.race([shown, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** The module's part, in the instance that runs: taken up there from what the one before has left. */
function alive({ own, app, prompt }, module) {
  if (own.live.home !== module) {
    const text = left(own.live);
    own.live = app.module(module).resume(text, jsonOf(app.settings), fetchOf(app.network), journalOf(app, () => prompt.correlationId));
  }
  return own.live;
}

/** What it has ended with, where that cannot be asked any more. */
function over({ own, kept }, module) {
  return own.live.home === module ? undefined : kept.step;
}

/** The text of a flow. One that went down with its instance says so. */
function left(live) {
  return (live.home !== loaded() && live.home.salvaged(() => live.save())) || live.save();
}

function turn(flow, wait, options = {}) {
  const { signal: started, prompt: { correlationId }, app } = flow;
  return logged(app, correlationId, async () => {
    const { signal: given } = object(options, "options");
    checkSignal(given, "options.signal");
    const { signal, release } = either(given, started);
    try {
      const step = await call((module) => over(flow, module) || alive(flow, module).turn(wait, signal), { signal, correlationId });
      if ("nextPollOn" in step) return { status: "pending", nextPollOn: new Date(step.nextPollOn) };
      flow.kept.step = step;
      return { status: "completed", result: authenticationResult(step, await kept(flow, correlationId)) };
    } finally {
      release();
    }
  });
}

/**
 * The tokens are kept before anybody hears of them, and once, however many ask. If that fails, whoever asks again tries
 * again: the flow is over, but its tokens are not lost.
 */
async function kept({ own, app: { tokenCache }, kept }, correlationId) {
  try {
    return await (kept.promise = kept.promise || keep(tokenCache, own.live));
  } catch (error) {
    kept.promise = undefined;
    if (error instanceof AuthError && !error.correlationId) error.correlationId = correlationId;
    throw error;
  }
}

/** Properties that no log prints: one of them leads to the device code. */
function hide(object, properties) {
  for (const name of Object.keys(properties)) Object.defineProperty(object, name, { value: properties[name] });
}
