// @ts-check
// One sign-in under way: what the person needs to see, and a way to go on.
//
// The sign-in itself is src/flow, and src/web drives it. This file keeps what outlives the instance that the flow lives in: the text it
// was last stored as, and the tokens that have arrived.

import { checkSignal, checkType, object, wrong } from "./configuration.js";
import { isOwnError } from "./errors.js";
import { logged, writeError } from "./logger.js";
import { call, errorsOf } from "./module.js";
import { hide, named } from "./properties.js";
import { jsonOf } from "./request.js";
import { authenticationResult } from "./result.js";
import { anySignal, sharedSignal } from "./signal.js";
import { loaded } from "./wasm.js";

/** @typedef {import("./wasm.js").Instance} Instance */
/** @typedef {import("./signal.js").SharedSignal} SharedSignal */
/** @typedef {import("./application.js").PublicClientApplication} PublicClientApplication */
/** @typedef {{ flow: import("./glue.js").Flow, host: import("./host.js").FlowHost, signal?: SharedSignal, text?: string }} Begun */
/** @typedef {{ status: "pending", nextPollOn: Date } | { status: "completed", result: any }} FlowStep */

export class DeviceCodeFlow {
  /**
   * @param {PublicClientApplication} application
   * @param {Begun} begun
   */
  constructor(application, begun) {
    const session = new Session(application, begun);
    // A function, because a Proxy around this object (of a reactive framework) may put another one around each object that it gives.
    this.session = () => session;
    hide(this, "session");
    const { userCode, verificationUri, verificationUriComplete, message, expiresOn } = session.prompt;
    this.userCode = userCode;
    this.verificationUri = verificationUri;
    this.verificationUriComplete = verificationUriComplete;
    this.message = message;
    this.expiresOn = new Date(expiresOn);
  }

  /** "completed" as soon as the tokens have arrived, stored or not; "failed" once there is nothing more to wait for. */
  get status() {
    return this.session().status;
  }

  /**
   * Makes at most one token request, and none before it is due.
   *
   * @param {any} [options]
   */
  poll(options) {
    return this.session().turn(false, options);
  }

  /**
   * Waits to the end: polls when a poll is due until there are tokens or an error.
   *
   * @param {any} [options]
   */
  async wait(options) {
    for (;;) {
      const step = await this.session().turn(true, options);
      if (step.status === "completed") return step.result;
    }
  }

  /** The whole flow as a JSON text. It holds the device code, so it is a credential. */
  save() {
    return this.session().save();
  }

  [Symbol.asyncIterator]() {
    const session = this.session();
    let isDone = false;
    return {
      next: async () => {
        if (isDone) return { done: true, value: undefined };
        const value = await session.turn(true);
        isDone = value.status === "completed";
        return { done: false, value };
      },
      return: async (/** @type {unknown} */ value) => {
        isDone = true;
        return { done: true, value };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

named({ DeviceCodeFlow });

/** Behind the public object: the module's flow, and what outlives its instance. */
class Session {
  /**
   * @param {PublicClientApplication} application
   * @param {Begun} begun
   */
  constructor(application, { flow, host, signal, text }) {
    this.application = application;
    this.client = application.client;
    /** The module's Flow. Its instance may be lost. */
    this.flow = flow;
    this.host = host;
    /** The signal that the flow was started with. */
    this.signal = signal;
    this.prompt = flow.prompt();
    // A flow that has just begun or been resumed has one.
    this.id = /** @type {string} */ (flow.id);
    /** How it has ended in another way than by tokens that this process got. @type {"completed" | "failed" | undefined} */
    this.end = undefined;
    /** The text of the flow as it is stored, if it is. @type {string | undefined} */
    this.storedText = undefined;
    /** Another process may have brought the flow to an end. */
    this.mayHaveEnded = text !== undefined;
    if (text !== undefined) this.setStoredText(text);
  }

  get status() {
    return this.host.arrived ? "completed" : this.end || "pending";
  }

  save() {
    try {
      const text = errorsOf(() => this.flow.home.salvaged(() => this.flow.save()));
      this.setStoredText(text);
      return text;
    } catch (error) {
      writeError(this.client.logger, error, this.prompt.correlationId);
      throw error;
    }
  }

  /**
   * The tokens of a flow that was stored are stored under its id: see `endedElsewhere`.
   *
   * @param {string} text
   */
  setStoredText(text) {
    this.storedText = text;
    this.host.flowId = this.id;
  }

  /**
   * One poll, if it is due or, with `wait`, as soon as it is.
   *
   * @param {boolean} wait
   * @param {any} [options]
   * @returns {Promise<FlowStep>}
   */
  turn(wait, options = {}) {
    const { correlationId } = this.prompt;
    return logged(this.client, correlationId, async () => {
      const { signal: given, save } = object(options, "options");
      checkSignal(given, "options.signal");
      checkType(save, "function", "options.save", "a function that stores a text");
      // A signal in place of the options is an easy mistake, and then nothing would ever abort.
      if (typeof options.addEventListener === "function") wrong("options", "an object such as { signal }, and not the signal itself");
      const { signal, release } = anySignal(sharedSignal(given), this.signal);
      try {
        return (this.mayHaveEnded && (await this.endedElsewhere())) || (await this.driven(wait, signal, save));
      } catch (error) {
        const ended = isOwnError(error, "tokens_lost") && (await this.endedElsewhere());
        if (ended) return ended;
        // An abort, or a text that could not be saved, is no end.
        if (this.isOver()) this.end = this.end || "failed";
        throw error;
      } finally {
        release();
      }
    });
  }

  /**
   * @param {boolean} wait
   * @param {SharedSignal | undefined} signal
   * @param {((text: string) => unknown) | undefined} save
   * @returns {Promise<FlowStep>}
   */
  async driven(wait, signal, save) {
    const { correlationId } = this.prompt;
    const store = save && (async (/** @type {string} */ text) => {
      await save(text);
      this.setStoredText(text);
    });
    const step = await this.host.orStored(() =>
      call((instance) => this.flowIn(instance).turn(wait, signal, store, this.storedText), { signal, correlationId }),
    );
    if ("nextPollOn" in step) return { status: "pending", nextPollOn: new Date(step.nextPollOn) };
    return { status: "completed", result: authenticationResult(step) };
  }

  /**
   * The module's flow in the running instance. One of an instance that was lost is resumed from its text.
   *
   * @param {Instance} instance
   */
  flowIn(instance) {
    if (this.flow.home !== instance) {
      const text = this.flow.home.salvaged(() => this.flow.save());
      this.flow = this.client.application(instance).resumeDeviceCode(text, jsonOf(this.client.settings), this.host);
      // Otherwise each turn would resume it anew, and poll at once.
      if (this.flow.home !== instance) wrong("The DeviceCodeFlow of poll() or wait()", "used without a Proxy that keeps its state from changing");
    }
    return this.flow;
  }

  /** A flow that was lost with its instance may be resumed. */
  isOver() {
    return this.flow.home === loaded() && this.flow.id === undefined;
  }

  /**
   * The result of a flow that another process has brought to an end: it stored the tokens, and died before it removed the flow's text.
   * This is looked up before the first poll, because some servers take a code that comes a second time for a stolen one (RFC 6749
   * §4.1.2), and take the tokens back.
   *
   * @returns {Promise<FlowStep | undefined>}
   */
  async endedElsewhere() {
    if (this.storedText === undefined) return undefined;
    const account = await this.client.cache.accountOfFlow(this.id);
    this.mayHaveEnded = account !== undefined;
    if (!account) return undefined;
    this.end = "completed";
    const { scopes, authority } = JSON.parse(this.storedText);
    const { correlationId } = this.prompt;
    return { status: "completed", result: await this.application.acquireTokenSilent({ account, scopes, authority, correlationId }) };
  }
}

/**
 * What a deviceCodeCallback gets.
 *
 * @param {import("./glue.js").Prompt} prompt
 */
export function deviceCodeResponse({ expiresOn, deadline, correlationId, ...response }) {
  return response;
}
