// PublicClientApplication: the door of the library. It checks types, hands over to the module and gives back flows.

import { clear, TokenCache } from "./cache.js";
import { checkSignal, checkText, configured, object, wrong } from "./configuration.js";
import { AuthError, ClientAuthError } from "./errors.js";
import { Driver } from "./driver.js";
import { DeviceCodeFlow, deviceCodeResponse, untilDeadline } from "./flow.js";
import { isLogger, journalOf, logged, Logger, tell } from "./logger.js";
import { call } from "./module.js";
import { fetchOf } from "./network.js";
import { hide, named } from "./properties.js";
import { correlationIdOf, jsonOf, known } from "./request.js";
import { afterSaving } from "./saving.js";
import { either, ownController, raced } from "./signal.js";
import { acquireTokenSilent, revoke } from "./silent.js";
import { version } from "./version.js";

// How often msal-node's `cancel` flag is looked at. There is no event for a property that is set.
const CANCEL_CHECK = 100;

export class PublicClientApplication {
  constructor(configuration) {
    const { loggerOptions } = Object(Object(configuration).system);
    const logger = new Logger(loggerOptions, "device-code-flow", version);
    // The module's side of it, as soon as there is a module: what it has learnt serves all calls.
    let live = {};
    hide(this, { logger, module: (module) => (live = live.home === module ? live : new module.Application()) });
    try {
      const { settings, fetch, networkClient, cachePlugin } = configured(configuration);
      hide(this, {
        settings,
        network: { fetch, networkClient, requestTimeout: settings.requestTimeout },
        tokenCache: new TokenCache(settings.clientId, cachePlugin, () => journalOf(this, () => "")),
      });
    } catch (error) {
      tell(this, error);
      throw error;
    }
  }

  getLogger() {
    return this.logger;
  }

  /** From the next sign-in on. */
  setLogger(logger) {
    if (!isLogger(logger)) wrong("logger", "a Logger");
    this.logger = logger;
  }

  /** Asks for a code, hands it to the callback, waits for the person, keeps the tokens and returns them. */
  async acquireTokenByDeviceCode(request) {
    const correlationId = correlationIdOf(request);
    return await logged(this, correlationId, async () => {
      const { deviceCodeCallback, signal } = object(request, "request");
      if (typeof deviceCodeCallback !== "function") wrong("request.deviceCodeCallback", "a function that shows the code");
      return cancellable(request, signal, async (cancelOrSignal) => {
        const flow = await this.startDeviceCode({ ...request, correlationId, signal: cancelOrSignal });
        // An async function, so that a callback that throws at once rejects like one that throws later.
        const shown = (async () => deviceCodeCallback(deviceCodeResponse(flow)))();
        await untilDeadline(raced(shown, cancelOrSignal), flow);
        return flow.wait();
      });
    });
  }

  /** Asks for a code and returns at once. The flow can be polled, awaited, or saved and resumed elsewhere. */
  async startDeviceCode(request) {
    const correlationId = correlationIdOf(request);
    return await logged(this, correlationId, async () => {
      const { signal, ...fields } = object(request, "request");
      checkSignal(signal, "request.signal");
      const text = jsonOf({ ...this.settings, ...known(fields), correlationId });
      const savers = new Set();
      const fetch = afterSaving(fetchOf(this.network), savers);
      const live = await call(
        (module) => {
          const flow = new Driver(this.module(module).start(text), fetch, journalOf(this, () => correlationId));
          return flow.turn(false, signal).then(() => flow);
        },
        { signal, correlationId },
      );
      return new DeviceCodeFlow(live, this, { signal, savers });
    });
  }

  /** Takes up a saved flow, in this process or another. */
  async resumeDeviceCode(saved) {
    return await logged(this, undefined, async () => {
      if (typeof saved !== "string") throw noText(saved);
      const text = saved.replace(/^\ufeff/, "");
      const configuration = jsonOf(this.settings);
      const savers = new Set();
      const fetch = afterSaving(fetchOf(this.network), savers);
      // Which sign-in it is, the text knows: the first line comes later.
      let flow;
      const journal = journalOf(this, () => flow && flow.prompt.correlationId);
      const live = await call((module) => new Driver(this.module(module).resume(text, configuration), fetch, journal));
      flow = new DeviceCodeFlow(live, this, { savers, text });
      return flow;
    });
  }

  /** From the cache, or by the refresh token; rejects with InteractionRequiredAuthError when a person is needed. */
  async acquireTokenSilent(request) {
    const correlationId = correlationIdOf(request);
    return await logged(this, correlationId, async () => {
      checkText(correlationId, "request.correlationId");
      return acquireTokenSilent(this, request, correlationId);
    });
  }

  /** Everybody who has signed in, once for each of their tenants. */
  async getAllAccounts() {
    return await logged(this, undefined, () => this.tokenCache.getAllAccounts());
  }

  /** The tokens of this application. */
  getTokenCache() {
    return this.tokenCache;
  }

  /** Forgets a person: every token, whatever client it was issued to. With `revoke` the provider is asked to do so too. */
  async signOut(request) {
    const correlationId = correlationIdOf(request);
    return await logged(this, correlationId, async () => {
      checkText(correlationId, "request.correlationId");
      const { account, revoke: everywhere } = object(request, "request");
      const forget = () => this.tokenCache.removeAccount(object(account, "request.account"));
      return everywhere ? revoke(this, account, correlationId, forget) : forget();
    });
  }

  /** Forgets everything that is in memory. What a cache plugin keeps stays where it is. */
  clearCache() {
    clear(this.tokenCache);
  }
}

named({ PublicClientApplication });

/** Runs `work` with a signal that also aborts when `request.cancel` is set to true, msal-node's way to cancel. */
async function cancellable(request, signal, work) {
  checkSignal(signal, "request.signal");
  const controller = ownController();
  const { signal: both, release } = either(controller.signal, signal);
  const watch = setInterval(() => {
    try {
      if (request.cancel === true) controller.abort(cancelled());
    } catch (error) {
      // A getter of the caller's: out of a timer it would end the process.
      controller.abort(error);
    }
  }, CANCEL_CHECK);
  try {
    return await work(both);
  } finally {
    clearInterval(watch);
    release();
  }
}

function cancelled() {
  return new ClientAuthError(
    "device_code_polling_cancelled",
    "The sign-in was cancelled by request.cancel.",
    "The request's cancel flag was set; start again when a sign-in is wanted.",
  );
}

/** The promise of a store, most often, or what somebody has parsed already. */
function noText(given) {
  const error = new AuthError(
    "saved_flow_invalid",
    `resumeDeviceCode was given ${Object.prototype.toString.call(given)} and no text.`,
    "Pass the text of DeviceCodeFlow.save() unchanged; if it is lost, start a new sign-in.",
  );
  error.fault = "caller";
  return error;
}
