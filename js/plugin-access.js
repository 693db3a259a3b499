// @ts-check
// One access to the token cache through a cache plugin: loads, works, stores. js/cache.js decides when there is one.

import { ADDS_TOKENS, hasChanged } from "./access-kinds.js";
import { callPlugin, forgottenError, isOverdue, lateWrites } from "./plugin.js";
import { removeUnstored } from "./unstored.js";
import { loaded } from "./wasm.js";

/** @typedef {import("./access-kinds.js").Kind} Kind */
/** @typedef {import("./cache.js").CacheAccess} CacheAccess */
/** @typedef {import("./wasm.js").Instance} Instance */
/** @typedef {import("./glue.js").TokenCache} ModuleCache */

export class PluginAccess {
  /**
   * @param {CacheAccess} owner
   * @param {Kind} kind
   * @param {(cache: ModuleCache, instance: Instance) => any} work
   * @param {import("./queued-call.js").QueuedCall} call
   */
  constructor(owner, kind, work, call) {
    this.owner = owner;
    this.kind = kind;
    this.work = work;
    /** The same from the beginning to the end, whatever is forgotten meanwhile. */
    this.content = owner.content;
    this.hasWorked = false;
    this.call = call;
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
      if (kind.mustStore && owner.content !== content) await owner.inMemory(owner, kind, this.work).catch(() => {});
      throw error;
    } finally {
      content.users--;
      content.release();
    }
  }

  async loadedAndStored() {
    const { owner, kind, content } = this;
    const cacheHasChanged = (await owner.inMemory(this, ADDS_TOKENS, hasChanged)) || kind.mustStore;
    const context = { cacheHasChanged, tokenCache: this.tokenCache() };
    const storeLate = () => owner.plugin.afterCacheAccess(context);
    await callPlugin(owner.plugin, "beforeCacheAccess", context, storeLate).catch(this.fail);
    // Tokens that have arrived are kept in memory, even if the plugin is out of order.
    const result = this.failure && !kind.mustStore ? undefined : await this.worked().catch(this.fail);
    // Also after a failure, because a lock may have to be given back; but not before the other method has ended.
    if (!isOverdue(this.failure)) await this.stored(context);
    this.check();
    if (context.cacheHasChanged && loaded() && !lateWrites.has(owner.store)) {
      content.inModule(false).markSaved();
      removeUnstored(owner);
    }
    return result;
  }

  /**
   * Has the plugin store. If it does not end in time, the next access waits for it all the same, but not for ever.
   *
   * @param {{ cacheHasChanged: boolean }} context
   */
  async stored(context) {
    const { call, owner } = this;
    /** @type {() => void} */
    let end = () => {};
    const late = new Promise((resolve) => {
      end = () => resolve(undefined);
    });
    await callPlugin(owner.plugin, "afterCacheAccess", context, end).catch((error) => {
      if (isOverdue(error) && context.cacheHasChanged) call.lateWrite = lateWrites.add(owner.store, late);
      this.fail(error);
    });
  }

  /** Throws what went wrong, if anything did. An access that was stalled must write nothing: others may have written since. */
  check() {
    try {
      this.call.check();
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
        if (isOverdue(this.failure) || this.call.isStalled) this.check();
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
