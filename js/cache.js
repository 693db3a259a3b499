// The token cache of one application: what a program asks of it, and when a cache plugin is asked to load and to store.
//
// Not the cache itself: src/cache is. Nor what of it is in memory: js/memory.js. Whoever comes while the plugin is busy waits for
// their turn.

import { checkHooks, object, wrong } from "./configuration.js";
import { emptyMemory, forget, live, read, release, rescue, write } from "./memory.js";
import { call, callNow, opened } from "./module.js";
import { forgotten, isOverdue, locked, outside } from "./plugin.js";
import { hide, named } from "./properties.js";
import { cachedAccounts } from "./result.js";
import { inTurn } from "./turns.js";
import { loaded } from "./wasm.js";

// How long a call waits for the ones before it. A plugin that never answers, or whose request has ended on Workers, must
// not be the end of all others.
const PATIENCE = 30_000;

// The same for a refresh, which waits for the network: longer than a request.
const REFRESH_PATIENCE = 40_000;

// What an access is for. Nothing may keep from memory what one brings.
const READS = { changes: false };
const CHANGES = { changes: true };
const BRINGS = { changes: true, isNews: true };

export class TokenCache {
  /** `journal` is a function that gives what the module hands its lines to, if anybody reads them. */
  constructor(clientId, plugin, journal) {
    checkHooks(plugin);
    // Not for a log to print: there are whole caches in it.
    hide(this, { own: { clientId, plugin, memory: emptyMemory(journal) } });
  }

  /** The whole cache as a JSON text in MSAL's unified schema. It holds refresh tokens, so it is a credential. */
  serialize() {
    const { memory, plugin } = this.own;
    const text = write(memory);
    // With a plugin, only what it has stored is stored.
    if (memory.live && !plugin) memory.live.settle();
    return text;
  }

  /** Takes up a text in place of what is there; what was not serialized since it changed is merged in. */
  deserialize(text) {
    read(this.own.memory, text);
  }

  /** Has anything changed since it was serialized or stored? */
  hasChanged() {
    const { memory } = this.own;
    rescue(memory);
    return loaded() ? hasChanged(live(memory, true)) : memory.unsaved !== undefined;
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
    return access(this.own, CHANGES, (cache) => cache.removeAccount(homeAccountId, environment));
  }
}

named({ TokenCache });

/** Keeps what a flow has brought, under its mark if it has one. Gives the tenant profiles of the person. */
export function keep({ own }, flow, mark) {
  return access(own, BRINGS, (cache) => (flow.home === loaded() ? profiles(cache, flow, mark) : keepLost(cache, flow, mark)));
}

/** The same with a cache at hand. */
export function profiles(cache, { flow }, mark) {
  const text = cache.save(flow, mark);
  return text && JSON.parse(text);
}

/** The account that the saved flow of this mark has brought. */
export async function broughtBy({ own }, mark) {
  const homeAccountId = await access(own, READS, (cache) => cache.broughtBy(mark));
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
  return access(own, READS, work);
}

/** The same for a flow that begins with what is in the cache: `work(cache, module)`. */
export function begin({ own }, work) {
  return access(own, READS, (cache) => work(cache, loaded()));
}

/**
 * Runs `work` while nothing else runs under this name: in this process, and where the plugin's store can lock, in none. It may
 * use the cache.
 */
export function exclusively({ own }, name, work) {
  const { plugin } = own;
  return inTurn(plugin || own, name, REFRESH_PATIENCE, () => locked(plugin, name, work));
}

/**
 * Forgets everything that is in memory. What a plugin keeps stays where it is: an access that is under way ends with what it had,
 * or it would store that there is nothing.
 */
export function clear({ own }) {
  forget(own.memory);
  own.memory = emptyMemory(own.memory.journal);
}

async function accounts(own, homeAccountId) {
  return cachedAccounts(JSON.parse(await access(own, READS, (cache) => cache.accounts(own.clientId, homeAccountId))));
}

/**
 * What `work(cache)` gives with the memory that `state` has by then: whatever was waited for, meanwhile another call may have lost
 * the instance, and the program may have had all forgotten.
 */
async function done(state, work, { isNews } = READS) {
  await call(() => {});
  const cache = live(state.memory, isNews);
  return callNow(() => work(cache));
}

/** The result of `work(cache)`, on the cache as the plugin knows it, stored by the plugin afterwards if this `kind` changes it. */
async function access(own, kind, work) {
  const { plugin } = own;
  if (!plugin) return done(own, work, kind);
  return inTurn(plugin, "store", PATIENCE, async () => {
    let worked = false;
    const once = () => throughPlugin(own, kind, (cache) => ((worked = true), work(cache)));
    // What an earlier call could not store is stored by this one.
    if (!plugin.exclusively || !(kind.changes || (await done(own, hasChanged, BRINGS)))) return once();
    try {
      return await locked(plugin, "store", once);
    } catch (error) {
      // Without the lock nothing is stored; but tokens that have arrived are kept in memory.
      if (kind.changes && !worked) await done(own, work, kind);
      throw error;
    }
  });
}

const hasChanged = (cache) => cache.hasChanged() > 0;

/** With one memory from its beginning to its end, whatever is forgotten meanwhile. */
async function throughPlugin(own, kind, work) {
  const { memory } = own;
  const { changes } = kind;
  memory.users++;
  let failure;
  const fail = (error) => (failure = failure || error);
  const tokenCache = {
    deserialize(text) {
      // What comes when nobody waits for it any more may be older than what is here.
      if (isOverdue(failure)) throw failure;
      try {
        read(memory, text);
      } catch (error) {
        // The plugin may catch it; what it cannot read it must still not write over.
        fail(error);
        throw error;
      }
    },
    serialize() {
      if (failure) throw failure;
      // A plugin that stores later would write over its store with nothing.
      if (memory.isForgotten && !memory.users) throw forgotten();
      return write(memory);
    },
  };
  try {
    const context = { cacheHasChanged: (await done({ memory }, hasChanged, BRINGS)) || changes, tokenCache };
    const after = () => own.plugin.afterCacheAccess(context);
    await outside(own.plugin, "beforeCacheAccess", context, after).catch(fail);
    // Tokens that have arrived are kept in memory, even if the plugin is out of order.
    const result = failure && !changes ? undefined : await done({ memory }, work, kind).catch(fail);
    // Also after a failure, because a lock may have to be given back; but not before the other has ended.
    if (!isOverdue(failure)) await outside(own.plugin, "afterCacheAccess", context).catch(fail);
    if (failure) throw failure;
    if (context.cacheHasChanged && loaded()) live(memory).settle();
    return result;
  } catch (error) {
    // What the plugin has is not known any more: the next call reads it.
    memory.known = undefined;
    // Tokens that came while all before them was forgotten are not part of that.
    if (changes && own.memory !== memory) await done(own, work, kind).catch(() => {});
    throw error;
  } finally {
    memory.users--;
    release(memory);
  }
}
