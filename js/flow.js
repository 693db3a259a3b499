// One sign-in under way: what the person needs to see, and a way to go on.
//
// Not the machine: src/flow is. This class shapes what the module says and keeps nothing of its own but the signal that
// the flow was started with, the application, which has the logger, and what it was last saved as.

import { broughtBy, keep } from "./cache.js";
import { checkSignal, object, wrong } from "./configuration.js";
import { Driver } from "./driver.js";
import { AuthError } from "./errors.js";
import { logged, tell } from "./logger.js";
import { call, callNow } from "./module.js";
import { hide, named } from "./properties.js";
import { jsonOf } from "./request.js";
import { authenticationResult } from "./result.js";
import { saved } from "./saving.js";
import { atMost, either } from "./signal.js";
import { loaded } from "./wasm.js";

export class DeviceCodeFlow {
  // Private in the types; `#private` names would need Chromium 74.
  constructor(live, app, { signal, savers, text }) {
    const prompt = live.prompt();
    for (const name of ["userCode", "verificationUri", "verificationUriComplete", "message"]) this[name] = prompt[name];
    this.expiresOn = new Date(prompt.expiresOn);
    // text: as it is in a store, if it is in one; resumed: whether another process may have ended it.
    hide(this, { own: { live }, signal, prompt, app, savers, kept: { status: "pending", mark: live.mark(), text, resumed: text !== undefined } });
  }

  /** "completed" as soon as the tokens have arrived, stored or not; "failed" once there is nothing more to wait for. */
  get status() {
    return this.kept.status;
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
      return (this.kept.text = callNow(() => this.own.live.save()));
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

named({ DeviceCodeFlow });

/** What a deviceCodeCallback gets. */
export function deviceCodeResponse({ prompt: { expiresOn, deadline, correlationId, ...response } }) {
  return response;
}

/** `shown`, or the flow's deadline: a callback that never returns must not keep the end from being told. */
export function untilDeadline(shown, { prompt: { deadline } }) {
  return atMost(shown, deadline - Date.now());
}

/** The module's part, in the instance that runs: taken up there from what the one before has left. */
function alive({ own, app }, module) {
  if (own.live.home !== module) {
    own.live = new Driver(app.module(module).resume(own.live.save(), jsonOf(app.settings)), own.live.fetch, own.live.log);
  }
  return own.live;
}

function turn(flow, wait, options = {}) {
  const { signal: started, prompt: { correlationId }, app } = flow;
  return logged(app, correlationId, async () => {
    const { signal: given, save } = object(options, "options");
    checkSignal(given, "options.signal");
    // Easily mistaken, and then nothing would ever abort.
    if (typeof options.addEventListener === "function") wrong("options", "an object such as { signal }, and not the signal itself");
    const { signal, release } = either(given, started);
    try {
      const early = await finished(flow, flow.kept.resumed, correlationId);
      if (early) return early;
      const turned = (module) => flow.kept.step || alive(flow, module).turn(wait, signal);
      const step = await saved(flow, save, signal, () => call(turned, { signal, correlationId }));
      if (step.until !== undefined) return { status: "pending", nextPollOn: new Date(step.until) };
      flow.kept.step = step;
      return { status: "completed", result: authenticationResult(step.signIn, await kept(flow, correlationId)) };
    } catch (error) {
      const late = await finished(flow, error instanceof AuthError && error.errorCode === "tokens_lost", correlationId);
      if (late) return late;
      // An abort, or a text that could not be saved, is no end.
      if (flow.kept.status === "pending" && isOver(flow.own.live)) flow.kept.status = "failed";
      throw error;
    } finally {
      release();
    }
  });
}

/**
 * What another process has brought to an end: it stored the tokens, and died before it removed the flow's text. This is looked
 * up before the first poll, because to some servers a code that comes a second time is a stolen one (RFC 6749 §4.1.2), and
 * they take the tokens back.
 */
async function finished({ app, kept }, doubtful, correlationId) {
  if (!doubtful || kept.text === undefined) return undefined;
  const account = await broughtBy(app.tokenCache, kept.mark);
  kept.resumed = account !== undefined;
  if (!account) return undefined;
  kept.status = "completed";
  const { scopes, authority } = JSON.parse(kept.text);
  return { status: "completed", result: await app.acquireTokenSilent({ account, scopes, authority, correlationId }) };
}

/**
 * The tokens are kept before anybody hears of them, and once, however many ask. If that fails, whoever asks again tries
 * again: the flow is over, but its tokens are not lost.
 */
async function kept({ own, app: { tokenCache }, kept }, correlationId) {
  const mark = kept.text === undefined ? undefined : kept.mark;
  kept.status = "completed";
  try {
    return await (kept.promise = kept.promise || keep(tokenCache, own.live, mark));
  } catch (error) {
    kept.promise = undefined;
    if (error instanceof AuthError && !error.correlationId) error.correlationId = correlationId;
    throw error;
  }
}

/** One that went down with its instance may be taken up again. */
function isOver(live) {
  return live.home === loaded() && live.mark() === undefined;
}
