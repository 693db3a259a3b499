// @ts-check
// A sign-in in a Durable Object: the object's alarm takes its steps, it survives the eviction of the object, and all callers get the
// same sign-in.
//
// `DurableSignIn` is a part of an object of your own; `signInObject` makes a class to extend.

import { requireObject } from "./arguments.js";
import { durableObjectStore } from "./durable-object-store.js";
import { SignIn } from "./sign-in.js";

/** @typedef {import("device-code-flow/workers").DurableSignInOptions} DurableSignInOptions */
/** @typedef {import("device-code-flow/workers").SignInStatus} SignInStatus */

// After a step that failed, in milliseconds. The engine repeats an alarm that throws a few times only; this alarm is set again.
const RETRY_DELAY = 30_000;

export class DurableSignIn {
  // A minifier renames the class. Consoles print this name.
  static get name() {
    return "DurableSignIn";
  }

  /**
   * Consoles do not print it.
   * @type {{ storage: DurableSignInOptions["storage"], onError: (error: unknown) => void, signIn: SignIn }}
   */
  state;

  /** @param {DurableSignInOptions} options */
  constructor(options) {
    const { storage, onError = () => {}, ...signInOptions } = requireObject(options, "options");
    const signIn = new SignIn({ ...signInOptions, store: durableObjectStore(storage) });
    this.state = { storage, onError, signIn };
    Object.defineProperty(this, "state", { enumerable: false });
  }

  /** Gives the pending sign-in, or starts a new one. The alarm takes its steps. */
  async start() {
    const status = await this.state.signIn.start();
    await this.setAlarmFor(status);
    return status;
  }

  /** The status of the sign-in, for a page to show. */
  status() {
    return this.state.signIn.status();
  }

  /** Forgets the sign-in. */
  async cancel() {
    await this.state.signIn.cancel();
    await this.state.storage.deleteAlarm();
  }

  /**
   * A token of the person who has signed in.
   * @param {Parameters<SignIn["token"]>[0]} [options]
   */
  token(options) {
    return this.state.signIn.token(options);
  }

  /** Takes a step. The object's `alarm()` calls this. */
  async alarm() {
    const { signIn, onError, storage } = this.state;
    try {
      if (nextStep(await signIn.status())) await this.setAlarmFor(await signIn.step());
    } catch (error) {
      await storage.setAlarm(Date.now() + RETRY_DELAY);
      onError(error);
    }
  }

  /**
   * The alarm wakes an object that was evicted.
   * @param {SignInStatus} status
   */
  async setAlarmFor(status) {
    const next = nextStep(status);
    if (next) await this.state.storage.setAlarm(next.getTime());
  }
}

/**
 * When the next step is to be taken; undefined if the sign-in has ended, or if there is none.
 * @param {SignInStatus} status
 */
function nextStep(status) {
  return status.status === "pending" || status.status === "none" ? status.nextPollOn : undefined;
}

/**
 * A class with start(), status() and cancel() for callers, and alarm() for the engine.
 * @param {new (...args: any[]) => object} DurableObject
 * @param {(ctx: any, env: any) => Omit<DurableSignInOptions, "storage">} options gives those of DurableSignIn
 */
export function signInObject(DurableObject, options) {
  return class extends DurableObject {
    /**
     * Consoles do not print it.
     * @type {DurableSignIn}
     */
    signIn;

    /** @param {any[]} args ctx and env */
    constructor(...args) {
      super(...args);
      const [ctx, env] = args;
      this.signIn = new DurableSignIn({ storage: ctx.storage, ...options(ctx, env) });
      Object.defineProperty(this, "signIn", { enumerable: false });
    }

    start() {
      return this.signIn.start();
    }

    status() {
      return this.signIn.status();
    }

    cancel() {
      return this.signIn.cancel();
    }

    alarm() {
      return this.signIn.alarm();
    }
  };
}
