// @ts-check
// PublicClientApplication: what a program calls. It checks the types of what it is given and hands over to the module.

import { Client } from "./client.js";
import { checkSignal, checkText, object, wrong } from "./configuration.js";
import { AuthError, ClientAuthError } from "./errors.js";
import { DeviceCodeFlow, deviceCodeResponse } from "./flow.js";
import { isLogger, logged, Logger, writeError } from "./logger.js";
import { call } from "./module.js";
import { hide, named } from "./properties.js";
import { correlationIdOf, jsonOf, requestFields } from "./request.js";
import { authenticationResult } from "./result.js";
import { anySignal, sharedSignal, SharedSignal } from "./signal.js";
import { acquireTokenSilent, revokeTokens } from "./silent.js";
import { accountFilter, TokenCache } from "./token-cache.js";
import { version } from "./version.js";

/** How often msal-node's `cancel` flag is looked at, in milliseconds. There is no event for a property that is set. */
const CANCEL_CHECK = 100;

/** The longest saved flow, in characters. LONGEST of src/flow/saved/mod.rs is the same in bytes. */
const MAX_SAVED_FLOW = 1024 * 1024;

export class PublicClientApplication {
  /** @param {any} configuration */
  constructor(configuration) {
    const { loggerOptions } = Object(Object(configuration).system);
    const logger = new Logger(loggerOptions, "device-code-flow", version);
    try {
      this.client = new Client(configuration, logger);
      this.tokenCache = new TokenCache(this.client.cache);
    } catch (error) {
      writeError(logger, error);
      throw error;
    }
    hide(this, "client", "tokenCache");
  }

  getLogger() {
    return this.client.logger;
  }

  /**
   * Takes effect with the next call.
   *
   * @param {any} logger
   */
  setLogger(logger) {
    if (!isLogger(logger)) wrong("logger", "a Logger");
    this.client.logger = logger;
  }

  /**
   * Asks for a code, hands it to the callback, waits for the person, stores the tokens and returns them.
   *
   * @param {any} request
   */
  async acquireTokenByDeviceCode(request) {
    const correlationId = correlationIdOf(request);
    return await logged(this.client, correlationId, async () => {
      const { deviceCodeCallback, signal } = object(request, "request");
      if (typeof deviceCodeCallback !== "function") wrong("request.deviceCodeCallback", "a function that shows the code");
      checkSignal(signal, "request.signal");
      const show = (/** @type {import("./glue.js").Prompt} */ prompt) => deviceCodeCallback(deviceCodeResponse(prompt));
      const text = signInText(this.client, request, correlationId);
      const host = this.client.host(() => correlationId);
      const stored = await cancellable(request, sharedSignal(signal), (signal) =>
        host.orStored(() =>
          call((instance) => this.client.application(instance).acquireTokenByDeviceCode(text, host, show, signal), { signal, correlationId }),
        ),
      );
      return authenticationResult(stored);
    });
  }

  /**
   * Asks for a code and returns at once. The flow can be polled, awaited, or saved and resumed elsewhere.
   *
   * @param {any} request
   */
  async startDeviceCode(request) {
    const correlationId = correlationIdOf(request);
    return await logged(this.client, correlationId, async () => {
      const { signal: given } = object(request, "request");
      checkSignal(given, "request.signal");
      const signal = sharedSignal(given);
      const text = signInText(this.client, request, correlationId);
      const host = this.client.host(() => correlationId);
      const flow = await call((instance) => this.client.application(instance).startDeviceCode(text, host, signal), { signal, correlationId });
      return new DeviceCodeFlow(this, { flow, host, signal });
    });
  }

  /**
   * Takes up a saved flow, in this process or another.
   *
   * @param {any} saved
   */
  async resumeDeviceCode(saved) {
    return await logged(this.client, undefined, async () => {
      if (typeof saved !== "string") throw noFlow(`is ${Object.prototype.toString.call(saved)} and no text`);
      // A longer text is not even copied into the module's memory.
      if (saved.length > MAX_SAVED_FLOW) throw noFlow(`has ${saved.length} characters. The limit is ${MAX_SAVED_FLOW}`);
      const text = saved.replace(/^\ufeff/, "");
      const configuration = jsonOf(this.client.settings);
      // The text knows which sign-in it is.
      let correlationId = "";
      const host = this.client.host(() => correlationId);
      const flow = await call((instance) => this.client.application(instance).resumeDeviceCode(text, configuration, host));
      const resumed = new DeviceCodeFlow(this, { flow, host, text });
      correlationId = resumed.session().prompt.correlationId;
      return resumed;
    });
  }

  /**
   * From the cache, or by the refresh token. Rejects with InteractionRequiredAuthError when a person is needed.
   *
   * @param {any} request
   */
  async acquireTokenSilent(request) {
    const correlationId = correlationIdOf(request);
    return await logged(this.client, correlationId, async () => {
      checkText(correlationId, "request.correlationId");
      return acquireTokenSilent(this.client, request, correlationId);
    });
  }

  /**
   * All accounts that have signed in, one for each of a person's tenants.
   *
   * @param {any} [filter]
   */
  async getAllAccounts(filter) {
    return await logged(this.client, undefined, async () => this.client.cache.accounts(undefined, accountFilter(filter, this.client.cache)));
  }

  /** The tokens of this application. */
  getTokenCache() {
    return this.tokenCache;
  }

  /**
   * Removes an account with every token, whatever client it was issued to. With `revoke` the provider is asked to revoke the tokens.
   *
   * @param {any} request
   */
  async signOut(request) {
    const correlationId = correlationIdOf(request);
    return await logged(this.client, correlationId, async () => {
      checkText(correlationId, "request.correlationId");
      const { account, revoke } = object(request, "request");
      const remove = () => this.tokenCache.removeAccount(object(account, "request.account"));
      return revoke ? revokeTokens(this.client, account, correlationId, remove) : remove();
    });
  }

  /** Forgets everything that is in memory. What a cache plugin has stored stays where it is. */
  clearCache() {
    this.client.cache.clear();
  }
}

named({ PublicClientApplication });

/**
 * The JSON text of a sign-in for the module.
 *
 * @param {Client} client
 * @param {any} request
 * @param {string} correlationId
 */
function signInText(client, request, correlationId) {
  return jsonOf({ ...client.settings, ...requestFields(request), correlationId });
}

/**
 * Runs `work` with a signal that also aborts when `request.cancel` is set to true, which is msal-node's way to cancel.
 *
 * @template T
 * @param {any} request
 * @param {SharedSignal | undefined} given
 * @param {(signal: SharedSignal | undefined) => Promise<T>} work
 */
async function cancellable(request, given, work) {
  const cancel = new SharedSignal();
  const { signal, release } = anySignal(cancel, given);
  const timer = setInterval(() => {
    try {
      if (request.cancel === true) cancel.abort(cancelled());
    } catch (error) {
      // A getter of the caller's that throws out of a timer would end the process.
      cancel.abort(error);
    }
  }, CANCEL_CHECK);
  try {
    return await work(signal);
  } finally {
    clearInterval(timer);
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

/**
 * What was given is most often the promise of a store, or what the program has parsed already.
 *
 * @param {string} what
 */
function noFlow(what) {
  const error = new AuthError(
    "saved_flow_invalid",
    `The saved flow ${what}.`,
    "Pass the text of DeviceCodeFlow.save() unchanged; if it is lost, start a new sign-in.",
  );
  error.fault = "caller";
  return error;
}
