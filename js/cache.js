// @ts-check
// The accesses to the token cache of one application. One access runs after the other, because a plugin loads and stores whole texts.
//
// The cache itself is src/cache. Its content in memory is js/cache-content.js, one access through a plugin is js/plugin-access.js, and the
// calls of a plugin are js/plugin.js.

import { ADDS_TOKENS, CHANGES, hasChanged, READS } from "./access-kinds.js";
import { CacheContent } from "./cache-content.js";
import { checkHooks } from "./configuration.js";
import { call, callNow } from "./module.js";
import { withLock } from "./plugin.js";
import { PluginAccess } from "./plugin-access.js";
import { inQueue } from "./queue.js";
import { jsonOf } from "./request.js";
import { cachedAccounts } from "./result.js";
import { addUnstored, unstoredContentsOfOthers } from "./unstored.js";

/** @typedef {import("./wasm.js").Instance} Instance */
/** @typedef {import("./glue.js").Flow} Flow */
/** @typedef {import("./glue.js").TokenCache} ModuleCache */
/** @typedef {import("./glue.js").Profile[] | undefined} Profiles */
/** @typedef {import("./access-kinds.js").Kind} Kind */
/** @typedef {{ authority?: string, azureCloudOptions?: object }} AccountFilter */

/**
 * By this a plugin names the object that stands for its store. The plugins of a credential over one store name the same one
 * (js/credential/partitions.js has this symbol too).
 */
const STORE = Symbol.for("device-code-flow.store");

// What a call waits for, for the error.
const STORE_OF_PLUGIN = "the store of cache.cachePlugin";
const RENEWAL = "the renewal of the tokens of one person";

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
    this.settings = settings;
    this.configuration = jsonOf(settings);
    this.plugin = plugin;
    /** Stands for the store. The accesses to one store run one after the other. @type {object} */
    this.store = storeOf(plugin) || this;
    this.log = log;
    this.content = new CacheContent(log);
    /** The contents that have taken up what a flow has brought. @type {WeakMap<Flow, { content: CacheContent, profiles: Profiles }>} */
    this.taken = new WeakMap();
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
      for (const one of [...unstoredContentsOfOthers(this).map((content) => content.inModule(true)), cache]) {
        one.removeAccount(this.configuration, homeAccountId, environment, issuer);
      }
    });
  }

  /**
   * Stores what a flow has brought, under the id of the flow if it has one. Gives the tenant profiles of the person. If an earlier call
   * could not store it, it is in memory: this call stores what is left of it there, because the person may have been signed out since.
   *
   * @param {Flow} flow
   * @param {string} [flowId]
   */
  storeTokens(flow, flowId) {
    const before = this.taken.get(flow);
    if (before && before.content === this.content) return this.access(ADDS_TOKENS, () => before.profiles);
    return this.access(ADDS_TOKENS, (cache, instance) => {
      const profiles = savedIn(cache, instance, flow, flowId);
      const { content } = this;
      // An access that is under way while everything is forgotten goes on with a content that nobody will ask for.
      if (content.cache === cache) this.taken.set(flow, { content, profiles });
      return profiles;
    });
  }

  /**
   * Every account, or those of one person: of the configured authority's issuer, or of the authority that the filter names in its place.
   *
   * @param {string} [homeAccountId]
   * @param {AccountFilter} [filter]
   */
  async accounts(homeAccountId, filter) {
    const configuration = filter ? jsonOf({ ...this.settings, azureCloudOptions: undefined, ...filter }) : this.configuration;
    return cachedAccounts(await this.read((cache) => cache.accounts(configuration, homeAccountId)));
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
   * Runs `work`, which renews the tokens of one person, while nothing else runs under this name: in this process, and where the plugin's
   * store can lock, in any. `work` may use the cache.
   *
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} work
   */
  exclusively(name, work) {
    return inQueue(this.store, name, RENEWAL, (queued) =>
      withLock(this.plugin, name, async () => {
        queued.check();
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
   * The result of `work(cache)`: on the cache as the plugin has stored it, and stored by the plugin afterwards if the `kind` says so.
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
      return await inQueue(this.store, "store", STORE_OF_PLUGIN, async (queued) => {
        const access = new PluginAccess(this, kind, work, queued);
        begun = access;
        // What an earlier access could not store is stored by this one.
        const isLocked = plugin.exclusively && (kind.mustStore || (await this.inMemory(this, ADDS_TOKENS, hasChanged)));
        return isLocked ? await withLock(plugin, "store", () => access.run()) : await access.run();
      });
    } catch (error) {
      // A call that was stalled, or did not get the lock, stores nothing. Tokens that have arrived are kept in memory.
      if (kind.mustStore && !(begun && begun.hasWorked)) await this.inMemory(this, kind, work);
      addUnstored(this);
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
  async inMemory(holder, { keepsOnFailure }, work) {
    await call(() => {});
    const cache = holder.content.inModule(keepsOnFailure);
    return callNow((instance) => work(cache, instance));
  }
}

/**
 * The object that stands for the store of a plugin: the plugin itself, unless it names another one; undefined without a plugin. A mock may
 * have something of any kind under every name.
 *
 * @param {any} plugin
 * @returns {object | undefined}
 */
function storeOf(plugin) {
  const named = Object(plugin)[STORE];
  return typeof named === "object" && named ? named : plugin;
}

/**
 * Saves in the module's cache what a flow has brought. A flow of an instance that was lost gives it as a text.
 *
 * @param {ModuleCache} cache
 * @param {Instance} instance
 * @param {Flow} flow
 * @param {string | undefined} flowId
 * @returns {Profiles}
 */
function savedIn(cache, instance, flow, flowId) {
  if (flow.home === instance) return cache.save(flow, flowId);
  cache.recover(unsavedOf(flow, flowId));
  return undefined;
}

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
