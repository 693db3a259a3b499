// A sign-in in a Durable Object: it polls by the object's alarm, survives its eviction, and whoever calls gets the same one.
//
// Not tied to one class: `DurableSignIn` is composed into an object, `signInObject` makes a class to extend.

import { object } from "./arguments.js";
import { SignIn } from "./sign-in.js";
import { durableObjectStore } from "./stores.js";

// After a step that failed. Alarms that throw are repeated a few times and then given up; this one is not.
const PAUSE = 30_000;

export class DurableSignIn {
  // A minifier renames the class; what a console prints must not change with it.
  static get name() {
    return "DurableSignIn";
  }

  /** `onError` hears of steps that failed; each is repeated. */
  constructor(given) {
    const { storage, onError = () => {}, ...options } = object(given, "options");
    const signIn = new SignIn({ ...options, store: durableObjectStore(storage) });
    Object.defineProperty(this, "own", { value: { storage, onError, signIn } });
  }

  /** The sign-in under way, or a new one. It goes on by itself. */
  async start() {
    return scheduled(this.own, await this.own.signIn.start());
  }

  /** How it stands, for a page to show. */
  status() {
    return this.own.signIn.status();
  }

  /** Forgets it. */
  async cancel() {
    await this.own.signIn.cancel();
    await this.own.storage.deleteAlarm();
  }

  /** A token of the person who has signed in. */
  token(options) {
    return this.own.signIn.token(options);
  }

  /** The object's `alarm()` calls this. */
  async alarm() {
    const { signIn, onError, storage } = this.own;
    try {
      const { status } = await signIn.status();
      if (status === "pending") await scheduled(this.own, await signIn.step());
    } catch (error) {
      await storage.setAlarm(Date.now() + PAUSE);
      onError(error);
    }
  }
}

/** A class with start(), status() and cancel() for callers and alarm() for the engine. `options(ctx, env)`: those of DurableSignIn. */
export function signInObject(DurableObject, options) {
  return class extends DurableObject {
    constructor(ctx, env) {
      super(ctx, env);
      Object.defineProperty(this, "signIn", { value: new DurableSignIn({ storage: ctx.storage, ...options(ctx, env) }) });
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

/** An object that is evicted wakes for its alarm. */
async function scheduled({ storage }, step) {
  if (step.status === "pending") await storage.setAlarm(step.nextPollOn.getTime());
  return step;
}
