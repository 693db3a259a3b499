// One sign-in that is kept in a store, and goes on by one step whenever somebody has the time: a cron tick, an alarm, a step of a
// workflow. Each of them may be the last thing that its process does.
//
// Not the flow (that is the application's), nor the store (stores.js). What stands under the key is the text of a flow, or how
// it ended (ending.js).

import { ClientAuthError, ClientConfigurationError, InteractionRequiredAuthError } from "device-code-flow";
import { having, object } from "./arguments.js";
import { endingOf, isEnding, textOfEnding } from "./ending.js";
import { Place } from "./place.js";

// How often tokens that arrived are offered to a store that does not take them, before the next step has to.
const ATTEMPTS = 3;
const PAUSE = 250;

export class SignIn {
  // A minifier renames the class; what a console prints must not change with it.
  static get name() {
    return "SignIn";
  }

  constructor(options) {
    const { app, request, store, key = "sign-in", restart = tokensWereLost } = object(options, "options");
    having(["startDeviceCode", "resumeDeviceCode", "getTokenCache"], app, "app", "a PublicClientApplication");
    object(request, "request");
    // Not for a log to print: the flow leads to its device code. unstored: a flow whose tokens no store has yet, and its device code.
    // hasSeen: whether the tokens came here.
    const own = { app, request, place: new Place(store, key), restart, unstored: undefined, hasSeen: false };
    Object.defineProperty(this, "own", { value: own });
  }

  /** Goes on: asks for a code if there is none, polls once if that is due. Whoever comes while another step runs does nothing. */
  async step({ signal } = {}) {
    const { place } = this.own;
    const step = await place.tryAlone((held) => proceed(this.own, held, signal));
    return step || { ...(await this.status()), busy: true };
  }

  /** The sign-in under way, or a new one: what is over is begun anew. Whoever comes at the same time gets the same. */
  async start({ signal } = {}) {
    const { place } = this.own;
    return place.alone(async ({ read, write }) => {
      const text = await read();
      const over = text === null || (isEnding(text) && endingOf(text, place));
      return over ? begun(this.own, write, signal) : shown(await resumed(this.own, text), text);
    });
  }

  /** How it stands. Nothing is sent. */
  async status() {
    const text = await this.own.place.read();
    if (text === null) return { status: "none" };
    return isEnding(text) ? ended(this.own, text) : shown(await resumed(this.own, text), text);
  }

  /** Forgets it. Tokens that were stored stay where they are. */
  async cancel() {
    this.own.unstored = undefined;
    await this.own.place.alone(({ write }) => write(null));
  }

  /** A token of the person who has signed in. With `waitUntil` of the invocation it is renewed in the background. */
  async token({ waitUntil, signal, ...more } = {}) {
    const { app, request } = this.own;
    const { account } = await this.status();
    if (!account) throw nobody(this.own.place);
    const { scopes, authority, azureCloudOptions, claims } = request;
    const wanted = { scopes, authority, azureCloudOptions, claims, ...more };
    return app.acquireTokenSilent({ ...wanted, account, signal, waitUntil });
  }
}

/** One step, while nobody else may. */
async function proceed(own, { read, write }, signal) {
  const text = await read();
  if (text === null) return begun(own, write, signal);
  if (isEnding(text)) {
    const ending = await ended(own, text);
    // Somebody has taken the tokens away since.
    return ending.status === "none" ? begun(own, write, signal) : ending;
  }
  const flow = await resumed(own, text);
  try {
    const { status, nextPollOn, result } = await polled(own, flow, codeOf(text), write, signal);
    if (status === "pending") return { ...prompt(flow), nextPollOn };
    const account = await inStore(own, result.account);
    own.hasSeen = true;
    await write(textOfEnding({ status: "completed", homeAccountId: account ? account.homeAccountId : undefined }));
    return { status, account, result };
  } catch (error) {
    // A store that failed, the caller's abort: the next step goes on from what was stored last.
    if (flow.status !== "failed") throw error;
    if (own.restart(error)) return { ...(await begun(own, write, signal)), replaced: plain(error) };
    await write(textOfEnding({ status: "failed", error: plain(error) }));
    return { status: "failed", error: plain(error) };
  }
}

/** Tokens that have arrived are worth a second and a third try to store them, and those of every later step. */
async function polled(own, flow, code, write, signal) {
  for (let attempt = 1; ; attempt++) {
    try {
      const step = await flow.poll({ save: write, signal });
      own.unstored = undefined;
      return step;
    } catch (error) {
      if (flow.status !== "completed") throw error;
      own.unstored = { flow, code };
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE * attempt));
    }
  }
}

/** The same account, as the cache plugin's store has it now: nobody is told of tokens that are not there. */
async function inStore({ app }, account) {
  if (!account || (await app.getTokenCache().getAccountByHomeId(account.homeAccountId))) return account;
  throw new ClientAuthError(
    "cache_plugin_error",
    "cache.cachePlugin took the tokens, and its store does not have them.",
    "See that the store keeps what it is given. The next step says whether the tokens are lost.",
  );
}

async function begun(own, write, signal) {
  own.unstored = undefined;
  const flow = await own.app.startDeviceCode({ ...own.request, signal });
  const text = flow.save();
  await write(text);
  return shown(flow, text);
}

/**
 * The flow of a text; a text that is refused is told with the place where it was found. A flow that is at hand is taken only for a
 * text of its own: another process may have ended it since, and begun another for somebody else.
 */
async function resumed({ unstored, app, place }, text) {
  try {
    const flow = await app.resumeDeviceCode(text);
    return unstored && unstored.code === codeOf(text) ? unstored.flow : flow;
  } catch (error) {
    throw place.named(error);
  }
}

/** Which sign-in it is. The rest of the text changes with every poll. */
function codeOf(text) {
  return fieldsOf(text).deviceCode;
}

/** Of a text that was resumed, so that it is a flow's; a store may have put a byte order mark before it. */
function fieldsOf(text) {
  return JSON.parse(text.replace(/^\ufeff/, ""));
}

/** What a page may show: everything but the device code. */
function prompt({ userCode, verificationUri, verificationUriComplete, message, expiresOn }) {
  const shown = { status: "pending", userCode, verificationUri, message, expiresOn };
  return verificationUriComplete ? { ...shown, verificationUriComplete } : shown;
}

function shown(flow, text) {
  const { due, sent, interval } = fieldsOf(text);
  return { ...prompt(flow), nextPollOn: new Date(due === undefined ? sent + interval * 1000 : due) };
}

/** How it ended; "none" where the account is not in the cache any more. */
async function ended(own, text) {
  const { app, place } = own;
  const { status, homeAccountId, error } = endingOf(text, place);
  if (status === "failed") return { status, error };
  if (!homeAccountId) return { status, account: null };
  const cache = app.getTokenCache();
  const account = await cache.getAccountByHomeId(homeAccountId);
  if (account) return { status, account };
  // Who saw them come knows that somebody has taken them away since.
  if (cache.own && !cache.own.plugin && !own.hasSeen) throw forgetful(place);
  return { status: "none" };
}

/** Nobody is here to see a new code: it would be asked for with every tick that comes, for ever. */
function forgetful(place) {
  return new ClientConfigurationError(
    "invalid_argument",
    `app must have a cache.cachePlugin: under the key ${JSON.stringify(place.key)} somebody has signed in, and the tokens were in the memory of a process that is gone.`,
    "Give the application a cache.cachePlugin, such as kvCache of device-code-flow/storage, and call cancel() once to have the person sign in again.",
  );
}

function nobody(place) {
  const error = new InteractionRequiredAuthError(
    "no_tokens_found",
    `Nobody has signed in under the key ${JSON.stringify(place.key)}.`,
    "Call step() or start(), and have the person sign in; token() is for afterwards.",
  );
  error.fault = "person";
  return error;
}

function tokensWereLost({ errorCode }) {
  return errorCode === "tokens_lost";
}

/** What of an error a store or another isolate can have. */
function plain({ errorCode, errorMessage, hint, correlationId }) {
  return { errorCode, errorMessage, hint, correlationId };
}
