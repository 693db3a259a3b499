// @ts-check
// The token cache of one application: when a cache plugin is asked to load and to store, and what a program asks of the cache.
//
// The cache itself is src/cache. Its content in memory is js/cache-content.js, and the calls of a plugin are js/plugin.js. Every access
// waits for its turn, because a plugin loads and stores whole texts.

import { CacheContent } from "./cache-content.js";
import { checkHooks, checkText, object, wrong } from "./configuration.js";
import { call, callNow } from "./module.js";
import { callPlugin, forgottenError, isOverdue, lateWrites, withLock } from "./plugin.js";
import { hide, named } from "./properties.js";
import { inQueue } from "./queue.js";
import { jsonOf } from "./request.js";
import { cachedAccounts } from "./result.js";
import { forgetUnstored, keepUnstored, unstoredBeside } from "./unstored.js";
import { loaded } from "./wasm.js";

/** @typedef {import("./wasm.js").Instance} Instance */
/** @typedef {import("./glue.js").Flow} Flow */
/** @typedef {import("./glue.js").TokenCache} ModuleCache */
/** @typedef {{ changes: boolean, brings: boolean }} Kind */

/** By this a plugin names the object whose turns it takes: the plugins over one store take turns (js/credential/partitions.js). */
const TURNS_OF = Symbol.for("device-code-flow.turnsOf");

// The kinds of access. What an access `brings` is kept in memory whatever happens.
/** @type {Kind} */
const READS = { changes: false, brings: false };
/** @type {Kind} */
const CHANGES = { changes: true, brings: false };
/** @type {Kind} */
const BRINGS = { changes: true, brings: true };

/** The accesses to a cache, with or without a plugin. */
export class CacheAccess {
  /**
   * @param {any} settings the settings of the application, as the module reads them
   * @param {any} plugin the caller's ICachePlugin, if there is one
   * @param {() => ((level: number, text: string) => void) | undefined} log
   */
  constructor(settings, plugin, log) {
    checkHooks(plugin);
    this.clientId = settings.clientId;
    this.configuration = jsonOf(settings);
    this.plugin = plugin;
    /** Whose turns it takes. @type {object} */
    this.turnsOf = turnsOf(plugin) || this;
    this.log = log;
    this.content = new CacheContent(log);
  }

  /**
   * What `work(cache)` reads of the module's cache.
   *
   * @template T
   * @param {(cache: ModuleCache, instance: Instance) => T} work
   * @returns {Promise<T>}
   */
  read(work) {
    return this.access(READS, work);
  }

  /**
   * Removes an account with every token, whatever client it was issued to. Also what another application has in memory, because it could
   * not store it, and would store with its next access.
   *
   * @param {string} homeAccountId
   * @param {string} environment
   * @param {string} [issuer]
   */
  removeAccount(homeAccountId, environment, issuer) {
    return this.access(CHANGES, (cache) => {
      for (const one of [...unstoredBeside(this).map((content) => content.inModule(true)), cache]) {
        one.removeAccount(this.configuration, homeAccountId, environment, issuer);
      }
    });
  }

  /**
   * Stores what a flow has brought, under the id of the flow if it has one. Gives the tenant profiles of the person.
   *
   * @param {Flow} flow
   * @param {string} [flowId]
   */
  storeTokens(flow, flowId) {
    return this.access(BRINGS, (cache, instance) => {
      if (flow.home === instance) return cache.save(flow, flowId);
      cache.recover(unsavedOf(flow, flowId));
      return undefined;
    });
  }

  /**
   * Every account, or those of one person.
   *
   * @param {string} [homeAccountId]
   */
  async accounts(homeAccountId) {
    return cachedAccounts(await this.read((cache) => cache.accounts(this.configuration, homeAccountId)));
  }

  /**
   * The account that signed in by the saved flow of this id.
   *
   * @param {string} flowId
   */
  async accountOfFlow(flowId) {
    const [account] = cachedAccounts(await this.read((cache) => cache.accountOfFlow(flowId, this.clientId)));
    return account;
  }

  /**
   * Runs `work` while nothing else runs under this name: in this process, and where the plugin's store can lock, in any. `work` may use
   * the cache.
   *
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} work
   */
  exclusively(name, work) {
    return inQueue(this.turnsOf, name, (turn) =>
      withLock(this.plugin, name, async () => {
        turn.check();
        return work();
      }),
    );
  }

  /**
   * Forgets everything that is in memory. What a plugin has stored stays where it is. An access that is under way ends with what it had,
   * or it would store that there is nothing.
   */
  clear() {
    this.content.forget();
    this.content = new CacheContent(this.log);
  }

  /**
   * The result of `work(cache)`: on the cache as the plugin has stored it, and stored by the plugin afterwards if this `kind` changes it.
   *
   * @template T
   * @param {Kind} kind
   * @param {(cache: ModuleCache, instance: Instance) => T} work
   * @returns {Promise<T>}
   */
  async access(kind, work) {
    const { plugin } = this;
    if (!plugin) return this.inMemory(this, kind, work);
    /** @type {PluginAccess | undefined} */
    let begun;
    try {
      return await inQueue(this.turnsOf, "store", async (turn) => {
        const access = new PluginAccess(this, kind, work, turn);
        begun = access;
        // What an earlier access could not store is stored by this one.
        const isLocked = plugin.exclusively && (kind.changes || (await this.inMemory(this, BRINGS, hasChanged)));
        return isLocked ? await withLock(plugin, "store", () => access.run()) : await access.run();
      });
    } catch (error) {
      // Without its turn, or the lock, nothing is stored; but tokens that have arrived are kept in memory.
      if (kind.changes && !(begun && begun.hasWorked)) await this.inMemory(this, kind, work);
      keepUnstored(this);
      throw error;
    }
  }

  /**
   * What `work(cache)` gives with the content that `holder` has by then: while the module was waited for, another call may have lost the
   * instance, and the program may have called clearCache().
   *
   * @template T
   * @param {{ content: CacheContent }} holder
   * @param {Kind} kind
   * @param {(cache: ModuleCache, instance: Instance) => T} work
   * @returns {Promise<T>}
   */
  async inMemory(holder, { brings }, work) {
    await call(() => {});
    const cache = holder.content.inModule(brings);
    return callNow((instance) => work(cache, instance));
  }
}

/** One access through a plugin: loads, works, stores. */
class PluginAccess {
  /**
   * @param {CacheAccess} owner
   * @param {Kind} kind
   * @param {(cache: ModuleCache, instance: Instance) => any} work
   * @param {import("./queue.js").Turn} turn
   */
  constructor(owner, kind, work, turn) {
    this.owner = owner;
    this.kind = kind;
    this.work = work;
    /** The same from the beginning to the end, whatever is forgotten meanwhile. */
    this.content = owner.content;
    this.hasWorked = false;
    this.turn = turn;
    /** The first thing that went wrong. @type {unknown} */
    this.failure = undefined;
    this.fail = (/** @type {unknown} */ error) => {
      this.failure = this.failure || error;
    };
  }

  async run() {
    const { owner, kind, content } = this;
    content.users++;
    try {
      return await this.loadedAndStored();
    } catch (error) {
      // Nobody knows what the store has: the next access reads it.
      content.storedText = undefined;
      // Tokens that came while all before them was forgotten are not part of that.
      if (kind.changes && owner.content !== content) await owner.inMemory(owner, kind, this.work).catch(() => {});
      throw error;
    } finally {
      content.users--;
      content.release();
    }
  }

  async loadedAndStored() {
    const { owner, kind, content } = this;
    const cacheHasChanged = (await owner.inMemory(this, BRINGS, hasChanged)) || kind.changes;
    const context = { cacheHasChanged, tokenCache: this.tokenCache() };
    const storeLate = () => owner.plugin.afterCacheAccess(context);
    await callPlugin(owner.plugin, "beforeCacheAccess", context, storeLate).catch(this.fail);
    // Tokens that have arrived are kept in memory, even if the plugin is out of order.
    const result = this.failure && !kind.changes ? undefined : await this.worked().catch(this.fail);
    // Also after a failure, because a lock may have to be given back; but not before the other method has ended.
    if (!isOverdue(this.failure)) await this.stored(context);
    this.check();
    if (context.cacheHasChanged && loaded() && !lateWrites.has(owner.turnsOf)) {
      content.inModule(false).markSaved();
      forgetUnstored(owner);
    }
    return result;
  }

  /**
   * Has the plugin store. If it does not end in time, the next access waits for it all the same, but not for ever.
   *
   * @param {{ cacheHasChanged: boolean }} context
   */
  async stored(context) {
    const { turn, owner } = this;
    /** @type {() => void} */
    let end = () => {};
    const late = new Promise((resolve) => {
      end = () => resolve(undefined);
    });
    await callPlugin(owner.plugin, "afterCacheAccess", context, end).catch((error) => {
      if (isOverdue(error) && context.cacheHasChanged) turn.remainder = lateWrites.add(owner.turnsOf, late);
      this.fail(error);
    });
  }

  /** Throws what went wrong, if anything did. An access that others have passed over must write nothing: they may have written since. */
  check() {
    try {
      this.turn.check();
    } catch (error) {
      this.fail(error);
    }
    if (this.failure) throw this.failure;
  }

  worked() {
    return this.owner.inMemory(this, this.kind, (cache, instance) => {
      this.hasWorked = true;
      return this.work(cache, instance);
    });
  }

  /** What the plugin gets as `context.tokenCache`. */
  tokenCache() {
    return {
      deserialize: (/** @type {unknown} */ text) => {
        // A text that comes when nobody waits for it any more may be older than what is in memory.
        if (isOverdue(this.failure) || this.turn.isPassedOver) this.check();
        try {
          this.content.read(text);
        } catch (error) {
          // The plugin may catch this error. It still must not overwrite a text that the cache could not read.
          this.fail(error);
          throw error;
        }
      },
      serialize: () => {
        this.check();
        // A plugin that stores later would write over its store with nothing.
        if (this.content.isForgotten && !this.content.users) throw forgottenError();
        return this.content.write();
      },
    };
  }
}

/**
 * The object whose turns a plugin takes; undefined without one. A mock may have something of any kind under every name.
 *
 * @param {any} plugin
 * @returns {object | undefined}
 */
function turnsOf(plugin) {
  const other = Object(plugin)[TURNS_OF];
  return typeof other === "object" && other ? other : plugin;
}

const hasChanged = (/** @type {ModuleCache} */ cache) => cache.hasChanged();

/**
 * What a flow had brought before its instance was lost, as a text for `recover`.
 *
 * @param {Flow} flow
 * @param {string | undefined} flowId
 */
function unsavedOf(flow, flowId) {
  const { home } = flow;
  return home.salvaged(() => {
    const cache = new home.TokenCache();
    cache.save(flow, flowId);
    return cache.unsaved();
  });
}

/** What a program gets by `getTokenCache()`. */
export class TokenCache {
  /** @param {CacheAccess} access */
  constructor(access) {
    this.access = access;
    // Not for a console to print: there are whole caches in it.
    hide(this, "access");
  }

  /** The whole cache as a JSON text in MSAL's unified schema. It holds refresh tokens, so it is a credential. */
  serialize() {
    const { content, plugin } = this.access;
    const text = content.write();
    // With a plugin, only what the plugin has stored is stored.
    if (content.cache && !plugin) content.inModule(false).markSaved();
    return text;
  }

  /**
   * Takes up a text in place of the one before it. What was not serialized since it changed is merged in.
   *
   * @param {string} text
   */
  deserialize(text) {
    this.access.content.read(text);
  }

  /** Has anything changed since it was serialized or stored? */
  hasChanged() {
    return this.access.content.hasChanged();
  }

  /** All accounts that have signed in, one for each of a person's tenants. */
  async getAllAccounts() {
    return this.access.accounts();
  }

  /** @param {string} homeAccountId */
  async getAccountByHomeId(homeAccountId) {
    if (!homeAccountId || typeof homeAccountId !== "string") return null;
    const [account = null] = await this.access.accounts(homeAccountId);
    return account;
  }

  /** @param {string} localAccountId */
  async getAccountByLocalId(localAccountId) {
    if (!localAccountId) return null;
    return (await this.access.accounts()).find((account) => account.localAccountId === localAccountId) || null;
  }

  /**
   * Removes an account with every token, whatever client it was issued to.
   *
   * @param {any} account
   */
  async removeAccount(account) {
    const { homeAccountId, environment, issuer } = object(account, "account");
    checkText(issuer, "account.issuer");
    if (typeof homeAccountId !== "string" || typeof environment !== "string") {
      wrong("account", "an account of this cache, with homeAccountId and environment");
    }
    return this.access.removeAccount(homeAccountId, environment, issuer);
  }
}

named({ TokenCache });
