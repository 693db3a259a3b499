// The token cache of one application: what a program asks of it, and when a cache plugin is asked to load and to store.
//
// Not the cache itself: src/cache is. Here a text is handed from the plugin to the module and back, and whoever comes
// while the plugin is busy waits for their turn.

import { checkHooks, object, wrong } from "./configuration.js";
import { AuthError, ClientAuthError } from "./errors.js";
import { call, callNow, opened } from "./module.js";
import { hide, named } from "./properties.js";
import { cachedAccount } from "./result.js";
import { inTurn } from "./turns.js";
import { loaded } from "./wasm.js";

// As msal-node writes it.
const EMPTY = '{"AccessToken":{},"RefreshToken":{},"IdToken":{},"Account":{},"AppMetadata":{}}';

// How long a call waits for the ones before it. A plugin that never answers, or whose request has ended on Workers, must
// not be the end of all others.
const PATIENCE = 30_000;

// The same for a refresh, which waits for the network: longer than a request.
const REFRESH_PATIENCE = 40_000;

export class TokenCache {
  /** `journal` is a function that gives what the module hands its lines to, if anybody reads them. */
  constructor(clientId, plugin, journal) {
    checkHooks(plugin);
    // Not for a log to print: `held` and `known` are whole caches.
    // live: the module's part, once it is loaded; held: a text for it until then; given: the text that it has taken up since;
    // known: the text that it was last equal to. After a trap, held and unsaved are what the instance has left: everything, and
    // what no plugin has stored; base is the last text that passed here, should it have left nothing.
    hide(this, { own: { clientId, plugin, journal } });
  }

  /** The whole cache as a JSON text in MSAL's unified schema. It holds refresh tokens, so it is a credential. */
  serialize() {
    const { own } = this;
    const text = write(own);
    // With a plugin, only what it has stored is stored.
    if (own.live && !own.plugin) own.live.settle();
    return text;
  }

  /** Takes up a text in place of what is there; what was not serialized since it changed is merged in. */
  deserialize(text) {
    read(this.own, text);
  }

  /** Has anything changed since it was serialized or stored? */
  hasChanged() {
    rescue(this.own);
    return loaded() ? hasChanged(live(this.own)) : this.own.unsaved !== undefined;
  }

  /** Everybody who has signed in, once for each of their tenants. */
  async getAllAccounts() {
    return accounts(this.own);
  }

  async getAccountByHomeId(homeAccountId) {
    if (!homeAccountId || typeof homeAccountId !== "string") return null;
    const [account = null] = await accounts(this.own, homeAccountId);
    return account;
  }

  async getAccountByLocalId(localAccountId) {
    if (!localAccountId) return null;
    return (await accounts(this.own)).find((account) => account.localAccountId === localAccountId) || null;
  }

  /** Forgets a person: every token, whatever client it was issued to. */
  async removeAccount(account) {
    const { homeAccountId, environment } = object(account, "account");
    if (typeof homeAccountId !== "string" || typeof environment !== "string") {
      wrong("account", "an account of this cache, with homeAccountId and environment");
    }
    return access(this.own, true, (cache) => cache.removeAccount(homeAccountId, environment));
  }
}

named({ TokenCache });

/** Keeps what a flow has brought, under its mark if it has one. Gives the tenant profiles of the person. */
export function keep({ own }, flow, mark) {
  return access(own, true, (cache) => (flow.home === loaded() ? profiles(cache, flow, mark) : keepLost(cache, flow, mark)));
}

/** The same with a cache at hand. */
export function profiles(cache, { flow }, mark) {
  const text = cache.save(flow, mark);
  return text && JSON.parse(text);
}

/** The account that the saved flow of this mark has brought. */
export async function broughtBy({ own }, mark) {
  const homeAccountId = await access(own, false, (cache) => cache.broughtBy(mark));
  return homeAccountId && (await accounts(own, homeAccountId))[0];
}

/** The same for a flow that went down with its instance after it had brought tokens. */
function keepLost(cache, flow, mark) {
  const unsaved = flow.home.salvaged(() => {
    const own = new flow.home.TokenCache();
    own.save(flow.flow, mark);
    return own.unsaved();
  });
  opened(cache.recover(unsaved));
}

/** What `work(cache)` finds. */
export function lookUp({ own }, work) {
  return access(own, false, work);
}

/** The same for a flow that begins with what is in the cache: `work(cache, module)`. */
export function begin({ own }, work) {
  return access(own, false, (cache) => work(cache, loaded()));
}

/**
 * Runs `work` while nothing else runs under this name: in this process, and where the plugin's store can lock, in none. It may
 * use the cache.
 */
export function exclusively({ own }, name, work) {
  const { plugin } = own;
  const locked = () => (plugin && plugin.exclusively ? outside(plugin, "exclusively", name, work) : work());
  return inTurn(plugin || own, name, REFRESH_PATIENCE, locked);
}

/** Forgets everything that is in memory. What a plugin keeps stays where it is. */
export function clear({ own }) {
  if (own.live && own.live.home === loaded()) own.live.free();
  own.live = own.held = own.given = own.known = own.unsaved = own.base = undefined;
}

async function accounts(own, homeAccountId) {
  return JSON.parse(await access(own, false, (cache) => cache.accounts(own.clientId, homeAccountId))).map(cachedAccount);
}

/** The module's part. It must be loaded already. A text that was held, and that it refuses, stays held until another one comes. */
function live(own) {
  rescue(own);
  if (!own.live) {
    if (own.held) take(own, own.held);
    else own.live = new (loaded().TokenCache)();
    const { unsaved } = own;
    own.held = own.unsaved = undefined;
    if (unsaved !== undefined) callNow(() => opened(own.live.recover(unsaved)));
  }
  return own.live;
}

/** Takes out of an instance that was thrown away what there was in it. */
function rescue(own) {
  const { live } = own;
  if (!live || live.home === loaded()) return;
  try {
    live.home.salvaged(() => {
      own.unsaved = live.hasChanged() ? live.unsaved() : undefined;
      own.held = whole(live, own.given);
    });
  } catch {
    own.held = own.base;
  }
  own.live = own.given = own.known = undefined;
}

/**
 * The text of the cache. What is as it was given comes from there, and not through the module again: it answers with pieces that
 * are new, and between them with those of the given text, by the numbers of their first letter and of the one after their last.
 */
function whole(cache, given = "") {
  const pieces = cache.serialize(given.length).split("\0");
  return pieces.map((piece, index) => (index % 2 ? given.slice(...piece.split(",").map(Number)) : piece)).join("");
}

function write(own) {
  rescue(own);
  if (!loaded()) return own.held || EMPTY;
  const cache = live(own);
  return (own.known = own.base = callNow(() => whole(cache, own.given)));
}

/** Whatever was waited for, meanwhile another call may have lost the instance. */
async function done(own, work) {
  await call(() => {});
  const cache = live(own);
  return callNow(() => work(cache));
}

/** Takes up a text. One that the cache is equal to already costs nothing. */
function read(own, given) {
  const text = given === undefined || given === null ? "" : given;
  if (typeof text !== "string") wrong("cache", "the text of a token cache");
  rescue(own);
  if (!loaded()) {
    refuse(text);
    own.held = text;
    return;
  }
  // What a lost instance has left is taken up first.
  if (own.unsaved !== undefined) live(own);
  if (own.live && text === own.known) return;
  take(own, text);
  own.base = text;
  own.held = undefined;
}

function take(own, text) {
  const cache = own.live || new (loaded().TokenCache)();
  const bare = text.replace(/^\ufeff/, "");
  const journal = own.journal();
  callNow(() => opened(cache.deserialize(bare, !!journal), journal));
  Object.assign(own, { live: cache, given: bare, known: text });
}

/**
 * Throws for a text that is no cache, and says where it goes wrong. The module will look closer, but a program that is wrong
 * about its text learns it here. What the engine says of it is not repeated but for the place: it may quote a token.
 */
function refuse(text) {
  const isObject = (it) => Object(it) === it && !Array.isArray(it);
  let place = "";
  try {
    const value = JSON.parse(text.replace(/^\ufeff/, "").trim() || "{}");
    const name = isObject(value) && Object.keys(JSON.parse(EMPTY)).find((name) => value[name] != null && !isObject(value[name]));
    if (name === undefined) return;
    if (name) place = `: it goes wrong in the section ${name}`;
  } catch ({ message }) {
    const [, position] = /position (\d+)/.exec(message) || [];
    if (position) place = `: it goes wrong at letter ${position}`;
  }
  throw new AuthError(
    "token_cache_invalid",
    `The text of the token cache is not MSAL's, which is the JSON of an object of sections${place}.`,
    "Restore the store's text, or set it aside and sign in again; it was not written over.",
  );
}

/** The result of `work(cache)`, on the cache as the plugin knows it, stored by the plugin afterwards if `changes`. */
async function access(own, changes, work) {
  const { plugin } = own;
  if (!plugin) return done(own, work);
  return inTurn(plugin, "store", PATIENCE, async () => {
    let worked = false;
    const once = () => throughPlugin(own, changes, (cache) => ((worked = true), work(cache)));
    // What an earlier call could not store is stored by this one.
    if (!plugin.exclusively || !(changes || (await done(own, hasChanged)))) return once();
    try {
      return await outside(plugin, "exclusively", "store", once);
    } catch (error) {
      // Without the lock nothing is stored; but tokens that have arrived are kept in memory.
      if (changes && !worked) await done(own, work);
      throw error;
    }
  });
}

const hasChanged = (cache) => cache.hasChanged() > 0;

async function throughPlugin(own, changes, work) {
  let failure;
  const fail = (error) => (failure = failure || error);
  const tokenCache = {
    deserialize(text) {
      try {
        read(own, text);
      } catch (error) {
        // The plugin may catch it; what it cannot read it must still not write over.
        fail(error);
        throw error;
      }
    },
    serialize() {
      if (failure) throw failure;
      return write(own);
    },
  };
  const context = { cacheHasChanged: (await done(own, hasChanged)) || changes, tokenCache };
  await outside(own.plugin, "beforeCacheAccess", context).catch(fail);
  // Tokens that have arrived are kept in memory, even if the plugin is out of order.
  const result = failure && !changes ? undefined : await done(own, work).catch(fail);
  await outside(own.plugin, "afterCacheAccess", context).catch(fail);
  if (failure) {
    // What the plugin has is not known any more: the next call reads it.
    own.known = undefined;
    throw failure;
  }
  if (context.cacheHasChanged && loaded()) live(own).settle();
  return result;
}

/** A call of the plugin. What it throws becomes an error of ours, unless it is one, or nobody's but the caller's. */
async function outside(plugin, name, ...given) {
  try {
    return await plugin[name](...given);
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    const error = new ClientAuthError(
      "cache_plugin_error",
      `cache.cachePlugin.${name} failed.`,
      "See error.cause for what the plugin threw. Tokens that it did not store stay in memory, and the next call stores them.",
    );
    error.cause = cause;
    throw error;
  }
}
