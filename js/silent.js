// @ts-check
// Tokens without a person: acquireTokenSilent, and the revocation at sign-out. Each reads from top to bottom here.
//
// They are JavaScript because all that is between the module's calls is: the caller's cache plugin and its locks, the promises that equal
// calls share, waitUntil. What a token is good for, and what is sent, src/flow/silent.rs and src/flow/refreshing.rs decide. ADR 12.

import { checkSignal, checkType, object } from "./configuration.js";
import { InteractionRequiredAuthError } from "./errors.js";
import { LogLevel } from "./logger.js";
import { call } from "./module.js";
import { jsonOf, requestFields } from "./request.js";
import { authenticationResult } from "./result.js";
import { sharedResult } from "./shared-result.js";
import { raced, sharedSignal } from "./signal.js";

/** @typedef {import("./client.js").Client} Client */
/** @typedef {import("./glue.js").SignIn} SignIn */
/** @typedef {{ signIn: SignIn, profiles?: import("./glue.js").Profile[] }} Tokens */

/**
 * An AuthenticationResult, from the cache or by the refresh token. If the caller aborts, the refresh goes on, because its answer may hold
 * a new refresh token.
 *
 * @param {Client} client
 * @param {any} request
 * @param {string} correlationId
 */
export async function acquireTokenSilent(client, request, correlationId) {
  const { signal: given, waitUntil, account, forceRefresh } = object(request, "request");
  checkSignal(given, "request.signal");
  checkType(waitUntil, "function", "request.waitUntil", "a function that takes a promise");
  const signal = sharedSignal(given);
  if (signal && signal.aborted) throw signal.reason;
  const query = new SilentQuery(client, { ...requestFields(request), forceRefresh, ...accountFields(account) }, correlationId);
  // Equal calls share what is looked up and sent. Each has its own result and its own waitUntil.
  const tokens = async () => {
    const { token, refresh } = await sharedResult(client, query.text, () => lookedUp(query));
    if (waitUntil && refresh) passToWaitUntil(waitUntil, refresh, query);
    return resultFor(token ? { signIn: token } : await refresh, correlationId);
  };
  return raced(tokens(), signal);
}

/**
 * Asks the provider to revoke every refresh token of this account, where it has an endpoint for it, and then does `remove`.
 *
 * @param {Client} client
 * @param {any} account
 * @param {string} correlationId
 * @param {() => Promise<void>} remove
 */
export async function revokeTokens(client, account, correlationId, remove) {
  const fields = accountFields(account);
  const query = new SilentQuery(client, { scopes: ["openid"], requestAuthority: fields.issuer, ...fields }, correlationId);
  /** @type {Promise<void> | undefined} */
  let removal;
  // The person wants to be forgotten here, whatever the provider says, and also where the lock cannot be had.
  const removed = () => (removal = removal || remove());
  try {
    await client.cache.exclusively(await query.lock(), async () => {
      try {
        const flow = await query.flow("revoke");
        await call(() => flow.finish(), { correlationId });
      } finally {
        await removed();
      }
    });
  } finally {
    await removed();
  }
}

/** What is asked for without a person. */
class SilentQuery {
  /**
   * @param {Client} client
   * @param {object} fields
   * @param {string} correlationId
   */
  constructor(client, fields, correlationId) {
    this.client = client;
    this.correlationId = correlationId;
    /** What is asked for. Calls that differ in their correlation id alone have the same text. */
    this.text = jsonOf({ ...client.settings, ...fields });
    /** The same with the correlation id, as the module reads it. */
    this.request = `${this.text.slice(0, -1)},"correlationId":${jsonOf(correlationId)}}`;
    this.host = client.host(() => correlationId);
    this.log = this.host.log;
  }

  /** The name of the lock under which the person's tokens are renewed. */
  lock() {
    return call((instance) => instance.TokenCache.refreshLock(this.request));
  }

  /** The access token that the cache has, if it serves the request. */
  cachedToken() {
    return this.client.cache.read((cache) => cache.find(this.text, this.log));
  }

  /**
   * The module's flow, which begins with what is in the cache.
   *
   * @param {"refresh" | "revoke"} verb
   */
  flow(verb) {
    return this.client.cache.read((cache, instance) => this.client.application(instance)[verb](this.request, cache, this.host));
  }
}

/**
 * The token that the cache has, and the refresh of one that it has not or that is due.
 *
 * @param {SilentQuery} query
 * @returns {Promise<{ token?: SignIn, refresh?: Promise<Tokens> }>}
 */
async function lookedUp(query) {
  const token = await query.cachedToken();
  if (token && !token.isDue) return { token };
  // A caller who finds a token that is due does not wait for the next one. One refresh at a time is enough.
  const refresh = sharedResult(query.client, `due ${query.text}`, () => refreshed(query));
  refresh.catch(() => {});
  return { token, refresh };
}

/**
 * New tokens. Where the store has no lock, another process may have spent the refresh token meanwhile; then the one that it has stored is
 * tried once. (The module does not ask again for what was refused a moment ago.)
 *
 * @param {SilentQuery} query
 * @returns {Promise<Tokens>}
 */
async function refreshed(query) {
  try {
    return await refreshedOnce(query);
  } catch (error) {
    if (!(error instanceof InteractionRequiredAuthError && error.isServerCode)) throw error;
    return refreshedOnce(query).catch(() => {
      throw error;
    });
  }
}

/**
 * @param {SilentQuery} query
 * @returns {Promise<Tokens>}
 */
async function refreshedOnce(query) {
  const { client, correlationId } = query;
  return client.cache.exclusively(await query.lock(), async () => {
    const flow = await query.flow("refresh");
    /** @type {SignIn} */
    let signIn;
    try {
      // A refresh that gives no tokens rejects.
      signIn = /** @type {SignIn} */ (await call(() => flow.finish(), { correlationId }));
    } catch (error) {
      // What the refresh found out is stored, if possible. The refusal is thrown, not an error of storing.
      if (flow.hasNews()) await client.cache.storeTokens(flow).catch(() => {});
      throw error;
    }
    const profiles = flow.hasNews() ? await client.cache.storeTokens(flow) : await client.cache.read((cache) => cache.save(flow));
    return { signIn, profiles };
  });
}

/**
 * Passes a refresh to the caller's waitUntil. If waitUntil fails, for example on Workers without ctx, the caller still gets the token.
 *
 * @param {(promise: Promise<void>) => unknown} waitUntil
 * @param {Promise<Tokens>} refresh
 * @param {SilentQuery} query
 */
function passToWaitUntil(waitUntil, refresh, { log }) {
  const failed = () => log && log(LogLevel.Warning, "request.waitUntil failed. The refresh goes on as long as the host lets it.");
  try {
    const end = refresh.then(
      () => {},
      () => {},
    );
    new Promise((resolve) => resolve(waitUntil(end))).catch(failed);
  } catch {
    failed();
  }
}

/**
 * A result of this caller's own: what a program does to one must not show in another. What comes from the cache has the caller's
 * correlation id. What was sent for has the id under which it was sent, because the server's log has no other.
 *
 * @param {Tokens | undefined} tokens
 * @param {string} correlationId
 */
function resultFor(tokens, correlationId) {
  const { signIn, profiles } = JSON.parse(JSON.stringify(tokens));
  if (signIn.fromCache) signIn.correlationId = correlationId;
  return authenticationResult({ signIn, profiles });
}

/**
 * What the module reads of an account. An empty issuer is none, as in `removeAccount`.
 *
 * @param {any} account
 */
function accountFields(account) {
  const { homeAccountId, environment, issuer, tenantId } = Object(account);
  return { homeAccountId, environment, issuer: issuer === "" ? undefined : issuer, tenantId };
}
