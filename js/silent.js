// Tokens without a person: from the cache, or by the refresh token. When the cache is asked, who waits for whom, and what a
// caller who has gone leaves running.
//
// Not what is good enough, nor what is sent: src/flow/silent.rs and src/flow/refreshing.rs decide that.

import { begin, exclusively, keep, lookUp, profiles as profilesOf } from "./cache.js";
import { checkSignal, checkType, object } from "./configuration.js";
import { Driver } from "./driver.js";
import { InteractionRequiredAuthError } from "./errors.js";
import { journalOf, LogLevel } from "./logger.js";
import { call, opened } from "./module.js";
import { fetchOf } from "./network.js";
import { jsonOf, known } from "./request.js";
import { authenticationResult } from "./result.js";
import { raced, reasonOf } from "./signal.js";
import { together } from "./turns.js";

// How long a call relies on an equal one that was made before it: longer than a request and its repetitions.
const PATIENCE = 100_000;

/** An AuthenticationResult. A caller that aborts has gone; the refresh goes on, because its answer may hold a new refresh token. */
export async function acquireTokenSilent(app, request, correlationId) {
  const { signal, waitUntil, account, forceRefresh, ...fields } = object(request, "request");
  checkSignal(signal, "request.signal");
  checkType(waitUntil, "function", "request.waitUntil", "a function that takes a promise");
  if (signal && signal.aborted) throw reasonOf(signal);
  const text = jsonOf({ ...app.settings, ...known(fields), forceRefresh, ...partsOf(account) });
  const asking = {
    app,
    text,
    request: identified(text, correlationId),
    correlationId,
    fetch: fetchOf(app.network),
    journal: journalOf(app, () => correlationId),
  };
  return raced(answered(asking, waitUntil), signal);
}

/** Asks the provider to let no refresh token of this account be good any more, where it can, and then does `forget`. */
export async function revoke(app, account, correlationId, forget) {
  const text = jsonOf({ ...app.settings, scopes: ["openid"], ...partsOf(account) });
  const request = identified(text, correlationId);
  const [fetch, journal] = [fetchOf(app.network), journalOf(app, () => correlationId)];
  return exclusively(app.tokenCache, await personOf(request), async () => {
    try {
      const flow = await begin(app.tokenCache, (cache, module) => new Driver(app.module(module).revoke(request, cache), fetch, journal));
      await call(() => flow.turn(false), { correlationId });
    } finally {
      // The person wanted to be forgotten here, whatever the provider says.
      await forget();
    }
  });
}

/** What the module reads of an account. */
function partsOf(account) {
  const { homeAccountId, environment, tenantId } = Object(account);
  return { homeAccountId, environment, tenantId };
}

/** Two calls that differ in their correlation id alone ask for the same. */
function identified(text, correlationId) {
  return `${text.slice(0, -1)},"correlationId":${jsonOf(correlationId)}}`;
}

const personOf = async (request) => `refresh-${await call((module) => opened(module.TokenCache.person(request)).name)}`;

/** Calls that ask for the same share what is looked up and sent. Each has its own result, and its own `waitUntil`. */
async function answered(asking, waitUntil) {
  const { app, text, correlationId, journal } = asking;
  const { token, renewing, work } = await together(app, text, PATIENCE, () => lookedUp(asking));
  if (waitUntil && work) entrust(waitUntil, work, journal);
  return resultFor(token ? { signIn: token } : await renewing, correlationId);
}

/** A `waitUntil` that fails, as that of Workers does without its `ctx`, costs nobody a token. */
function entrust(waitUntil, work, journal) {
  const failed = () => journal && journal(LogLevel.Warning, "request.waitUntil failed. The renewal goes on as long as the host lets it.");
  try {
    Promise.resolve(waitUntil(work)).catch(failed);
  } catch {
    failed();
  }
}

/**
 * A result that is this caller's alone: what a program does to one must not show in another. What comes from the cache has the
 * caller's correlation id; what was sent for, that under which it was sent: the server's log has no other.
 */
function resultFor(answer, correlationId) {
  const { signIn, profiles } = JSON.parse(JSON.stringify(answer));
  if (signIn.fromCache) signIn.correlationId = correlationId;
  return authenticationResult(signIn, profiles);
}

/** The token that the cache has, and the renewal of one that it has not or that is due. `work` is that, and never rejects. */
async function lookedUp(asking) {
  const { app, text, journal } = asking;
  const token = await lookUp(app.tokenCache, (cache) => opened(cache.find(text, Date.now(), !!journal), journal).found);
  if (token && !token.isDue) return { token };
  // Whoever finds a token that is due does not wait for the next one, but one at a time is enough.
  const renewing = together(app, `due ${text}`, PATIENCE, () => renewed(asking));
  return { token, renewing, work: renewing.then(() => {}, () => {}) };
}

/**
 * New tokens. Where the store has no lock, another process may have spent the refresh token meanwhile: then the one it has
 * stored is tried once. (The module does not ask again what was refused a moment ago.)
 */
async function renewed(asking) {
  try {
    return await refreshed(asking);
  } catch (error) {
    if (!(error instanceof InteractionRequiredAuthError) || !error.status) throw error;
    return refreshed(asking).catch(() => {
      throw error;
    });
  }
}

async function refreshed({ app, request, correlationId, fetch, journal }) {
  const { tokenCache } = app;
  return exclusively(tokenCache, await personOf(request), async () => {
    const flow = await begin(tokenCache, (cache, module) => new Driver(app.module(module).refresh(request, cache, Date.now()), fetch, journal));
    let signIn;
    try {
      ({ signIn } = await call(() => flow.turn(false), { correlationId }));
    } catch (error) {
      // What the refusal has taught is kept, if that can be done; the refusal is what there is to tell.
      if (flow.hasNews()) await keep(tokenCache, flow).catch(() => {});
      throw error;
    }
    const profiles = flow.hasNews() ? await keep(tokenCache, flow) : await lookUp(tokenCache, (cache) => profilesOf(cache, flow));
    return { signIn, profiles };
  });
}
