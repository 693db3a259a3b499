// @ts-check
// SignIn: one sign-in that is kept in a store. Whoever has time takes its next step: a cron trigger, an alarm, a step of a Workflow.
// Each step may be the last work of its process.
//
// Under the key is the text of a flow while the sign-in is pending, and its outcome afterwards (outcome.js). A sign-in that replaced one
// that failed is counted there as well (restarts.js).

import { ClientAuthError, ClientConfigurationError, InteractionRequiredAuthError } from "device-code-flow";
import { accountHintOf } from "./account-hint.js";
import { requireMethods, requireObject } from "./arguments.js";
import { isOutcome, parseOutcome, serializeOutcome } from "./outcome.js";
import { nextRestart, restarted } from "./restarts.js";
import { errorDetails, pendingStatus, promptOf } from "./sign-in-status.js";
import { StoreEntry } from "./store-entry.js";

/** @typedef {import("device-code-flow").AccountInfo} AccountInfo */
/** @typedef {import("device-code-flow").AuthError} AuthError */
/** @typedef {import("device-code-flow").DeviceCodeFlow} DeviceCodeFlow */
/** @typedef {import("device-code-flow").FlowStep} FlowStep */
/** @typedef {import("device-code-flow/workers").SignInOptions} SignInOptions */
/** @typedef {import("device-code-flow/workers").SignInStatus} SignInStatus */
/** @typedef {import("./outcome.js").Ending} Ending */
/** @typedef {import("./outcome.js").Restarted} Restarted */
/** @typedef {import("./outcome.js").Restarting} Restarting */
/** @typedef {import("./store-entry.js").LeasedEntry} LeasedEntry */

/** @typedef {{ status: "pending", flow: string, before?: Restarted }} Pending a flow, and what is known of those that it replaced */

/**
 * @typedef {object} State
 * @property {SignInOptions["app"]} app
 * @property {SignInOptions["request"]} request
 * @property {StoreEntry} entry
 * @property {(error: AuthError) => boolean} restart
 * @property {{ flow: DeviceCodeFlow, deviceCode: string } | undefined} unstored the flow whose tokens no store has yet
 * @property {boolean} hasCompletedHere the tokens arrived in this process
 */

// How often tokens that arrived are offered to a store that refuses them, before the next step offers them again.
const MAX_SAVE_ATTEMPTS = 3;
const SAVE_PAUSE = 250;

export class SignIn {
  // A minifier renames the class. Consoles print this name.
  static get name() {
    return "SignIn";
  }

  /**
   * Consoles must not print it, because the flow in it leads to its device code.
   * @type {State}
   */
  state;

  /** @param {SignInOptions} options */
  constructor(options) {
    const { app, request, store, key = "sign-in", restart = isTokensLost } = requireObject(options, "options");
    requireMethods(app, ["startDeviceCode", "resumeDeviceCode", "getTokenCache"], "app", "a PublicClientApplication");
    requireObject(request, "request");
    this.state = { app, request, entry: new StoreEntry(store, key), restart, unstored: undefined, hasCompletedHere: false };
    Object.defineProperty(this, "state", { enumerable: false });
  }

  /**
   * Asks for a code if there is none; otherwise polls once if a poll is due. If another step is running, this one does nothing.
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<SignInStatus>}
   */
  async step({ signal } = {}) {
    const status = await this.state.entry.tryExclusively((entry) => takeStep(this.state, entry, signal));
    return status || { ...(await this.status()), busy: true };
  }

  /**
   * Gives the pending sign-in, or starts a new one. Callers at the same time get the same one.
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<SignInStatus>}
   */
  async start({ signal } = {}) {
    return this.state.entry.exclusively(async (entry) => {
      // A damaged outcome is reported, and not written over.
      const record = readRecord(this.state, await entry.read());
      return record.status === "pending" ? flowStatus(this.state, record.flow) : startFlow(this.state, entry, signal);
    });
  }

  /**
   * The status of the sign-in. It sends no request.
   * @returns {Promise<SignInStatus>}
   */
  async status() {
    const record = readRecord(this.state, await this.state.entry.read());
    return record.status === "pending" ? flowStatus(this.state, record.flow) : endedStatus(this.state, record);
  }

  /** Forgets the sign-in. Tokens that were stored stay where they are. */
  async cancel() {
    this.state.unstored = undefined;
    await this.state.entry.exclusively((entry) => entry.write(null));
  }

  /**
   * A token of the person who has signed in. With the invocation's `waitUntil` it is renewed in the background.
   * @param {Parameters<import("device-code-flow/workers").SignIn["token"]>[0]} [options]
   */
  async token(options = {}) {
    const { app, request, entry } = this.state;
    const status = await this.status();
    if (status.status !== "completed" || !status.account) throw nobodySignedIn(entry);
    const { scopes, authority, azureCloudOptions, claims } = request;
    return app.acquireTokenSilent({ scopes, authority, azureCloudOptions, claims, ...options, account: status.account });
  }
}

/**
 * One step, under the lease of the entry.
 * @param {State} state
 * @param {LeasedEntry} entry
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<SignInStatus>}
 */
async function takeStep(state, entry, signal) {
  const record = readRecord(state, await entry.read());
  if (record.status === "pending") return pollFlow(state, entry, record, signal);
  if (record.status === "restarting") return restart(state, entry, record, signal);
  const status = await endedStatus(state, record);
  // The tokens have been removed from the cache since.
  return status.status === "none" ? startFlow(state, entry, signal) : status;
}

/**
 * @param {State} state
 * @param {LeasedEntry} entry
 * @param {Pending} pending
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<SignInStatus>}
 */
async function pollFlow(state, entry, { flow: text, before }, signal) {
  const flow = await resumeFlow(state, text);
  const save = (/** @type {string} */ text) => entry.write(before ? serializeOutcome(restarted(before, text)) : text);
  try {
    const step = await pollAndSave(state, flow, text, { save, signal });
    if (step.status === "pending") return { ...promptOf(flow), nextPollOn: step.nextPollOn };
    return await complete(state, entry, step.result);
  } catch (error) {
    // The store failed, or the caller aborted: the next step goes on from the text that was stored last.
    if (flow.status !== "failed") throw error;
    const details = errorDetails(/** @type {AuthError} */ (error));
    const next = state.restart(/** @type {AuthError} */ (error)) ? nextRestart(before, details, flow.expiresOn) : undefined;
    await entry.write(serializeOutcome(next || { status: "failed", error: details }));
    return next ? restart(state, entry, next, signal) : { status: "failed", error: details };
  }
}

/**
 * Polls once. If the tokens arrive and the store refuses them, the poll is repeated: it sends nothing then, and offers the tokens to
 * the store again. So does every later step.
 * @param {State} state
 * @param {DeviceCodeFlow} flow
 * @param {string} text of the flow
 * @param {import("device-code-flow").PollOptions} options
 * @returns {Promise<FlowStep>}
 */
async function pollAndSave(state, flow, text, options) {
  for (let attempt = 1; ; attempt++) {
    try {
      const step = await flow.poll(options);
      state.unstored = undefined;
      return step;
    } catch (error) {
      if (flow.status !== "completed") throw error;
      state.unstored = { flow, deviceCode: deviceCodeOf(text) };
      if (attempt === MAX_SAVE_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, SAVE_PAUSE * attempt));
    }
  }
}

/**
 * @param {State} state
 * @param {LeasedEntry} entry
 * @param {import("device-code-flow").AuthenticationResult} result
 * @returns {Promise<SignInStatus>}
 */
async function complete(state, entry, result) {
  const account = await readBack(state, result.account);
  state.hasCompletedHere = true;
  const { homeAccountId, issuer } = account || {};
  await entry.write(serializeOutcome({ status: "completed", homeAccountId, issuer }));
  return { status: "completed", account, result };
}

/**
 * Starts the sign-in that replaces one that failed, unless it is too early.
 * @param {State} state
 * @param {LeasedEntry} entry
 * @param {Restarting} before
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<SignInStatus>}
 */
async function restart(state, entry, before, signal) {
  if (Date.now() < before.restartOn) return restartingStatus(before);
  return { ...(await startFlow(state, entry, signal, before)), replaced: before.error };
}

/**
 * @param {Restarting} before
 * @returns {SignInStatus}
 */
function restartingStatus({ error, restartOn }) {
  return { status: "none", replaced: error, nextPollOn: new Date(restartOn) };
}

/**
 * The account as the cache plugin's store has it now. A step reports "completed" only if the store has the tokens.
 * @param {State} state
 * @param {AccountInfo | null} account
 * @returns {Promise<AccountInfo | null>}
 */
async function readBack(state, account) {
  if (!account) return null;
  const stored = await cachedAccount(state, account.homeAccountId);
  if (stored) return account;
  throw new ClientAuthError(
    "cache_plugin_error",
    "cache.cachePlugin took the tokens, and its store does not have them.",
    "Make sure that the store keeps what it is given. The next step reports whether the tokens are lost.",
  );
}

/**
 * @param {State} state
 * @param {LeasedEntry} entry
 * @param {AbortSignal | undefined} signal
 * @param {Restarting} [before]
 */
async function startFlow(state, entry, signal, before) {
  state.unstored = undefined;
  const { accountHint } = state.request;
  // Two keys are two people, also where no ID token tells them apart.
  const hint = accountHint == null ? await accountHintOf(entry.entry.key) : accountHint;
  const flow = await state.app.startDeviceCode({ ...state.request, accountHint: hint, signal });
  const text = flow.save();
  await entry.write(before ? serializeOutcome(restarted(before, text)) : text);
  return pendingStatus(flow, parseFlow(text));
}

/**
 * The flow of a text. The flow whose tokens no store has yet is used only for its own text: another process may have ended it since,
 * and started another one for another person.
 * @param {State} state
 * @param {string} text
 */
async function resumeFlow({ unstored, app, entry }, text) {
  try {
    const flow = await app.resumeDeviceCode(text);
    return unstored && unstored.deviceCode === deviceCodeOf(text) ? unstored.flow : flow;
  } catch (error) {
    throw entry.addLocation(error);
  }
}

/**
 * @param {State} state
 * @param {string} text of a flow
 */
async function flowStatus(state, text) {
  return pendingStatus(await resumeFlow(state, text), parseFlow(text));
}

/**
 * Identifies a sign-in. The rest of its text changes with every poll.
 * @param {string} text
 */
function deviceCodeOf(text) {
  return parseFlow(text).deviceCode;
}

/**
 * The fields of a saved flow. A store may have put a byte order mark before the text.
 * @param {string} text that the application has accepted
 * @returns {import("./sign-in-status.js").SavedFlow}
 */
function parseFlow(text) {
  return JSON.parse(text.replace(/^\ufeff/, ""));
}

/**
 * What the text of the entry says.
 * @param {State} state
 * @param {string | null} text
 * @returns {{ status: "none" } | Pending | Ending | Restarting}
 */
function readRecord({ entry }, text) {
  if (text === null) return { status: "none" };
  if (!isOutcome(text)) return { status: "pending", flow: text };
  try {
    const outcome = parseOutcome(text);
    return outcome.status === "restarted" ? { status: "pending", flow: outcome.flow, before: outcome } : outcome;
  } catch (error) {
    throw entry.addLocation(error);
  }
}

/**
 * The status of a sign-in that has ended: "none" if its account is not in the cache any more.
 * @param {State} state
 * @param {{ status: "none" } | Ending | Restarting} record
 * @returns {Promise<SignInStatus>}
 */
async function endedStatus(state, record) {
  if (record.status === "none") return { status: "none" };
  if (record.status === "restarting") return restartingStatus(record);
  if (record.status === "failed") return { status: "failed", error: record.error };
  const { homeAccountId, issuer } = record;
  // The type of a result allows null as msal-node's does, so an outcome may have no account.
  if (!homeAccountId) return { status: "completed", account: null };
  const account = await cachedAccount(state, homeAccountId);
  // The request may name another issuer by now. Then nobody has signed in there. Earlier releases did not keep the issuer.
  if (account && (issuer === undefined || issuer === account.issuer)) return { status: "completed", account };
  // A process that saw the tokens arrive knows that they have been removed since. Any other process without a cache plugin never had
  // them.
  if (!state.hasCompletedHere && !hasCachePlugin(state.app)) throw tokensForgotten(state.entry);
  return { status: "none" };
}

/**
 * The account in the token cache, at the authority of the request.
 * @param {State} state
 * @param {string} homeAccountId
 */
function cachedAccount({ app, request: { authority, azureCloudOptions } }, homeAccountId) {
  const filter = authority || azureCloudOptions ? { authority, azureCloudOptions } : undefined;
  return app.getTokenCache().getAccountByHomeId(homeAccountId, filter);
}

/**
 * Another implementation of the application counts as one with a cache plugin.
 * @param {SignInOptions["app"]} app
 */
function hasCachePlugin(app) {
  const { access } = Object(app.getTokenCache());
  return !access || Boolean(access.plugin);
}

/**
 * Without this error every step would ask for a new code, and no person would see it.
 * @param {StoreEntry} entry
 */
function tokensForgotten({ key }) {
  return new ClientConfigurationError(
    "invalid_argument",
    `app must have a cache.cachePlugin: a person has signed in under the key ${JSON.stringify(key)}, and the tokens were in the memory of a process that has ended.`,
    "Give the application a cache.cachePlugin, such as kvCache of device-code-flow/storage, and call cancel() once to have the person sign in again.",
  );
}

/** @param {StoreEntry} entry */
function nobodySignedIn({ key }) {
  const error = new InteractionRequiredAuthError(
    "no_tokens_found",
    `Nobody has signed in under the key ${JSON.stringify(key)}.`,
    "Call step() or start(), and have the person sign in; call token() afterwards.",
  );
  error.fault = "person";
  return error;
}

/** @param {AuthError} error */
function isTokensLost({ errorCode, isServerCode }) {
  return !isServerCode && errorCode === "tokens_lost";
}
