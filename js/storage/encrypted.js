// @ts-check
// encrypted: wraps a cache plugin, so that its store has only encrypted text. A text that cannot be decrypted is never written over,
// nor is one that was sealed for another place.

import { readContext, refuseUnknownOptions } from "./binding.js";
import { describePlugin } from "./cache-plugin.js";
import { encryption } from "./encryption.js";
import { wrongArgument } from "./storage-errors.js";

/** @typedef {import("device-code-flow").ICachePlugin} ICachePlugin */
/** @typedef {import("device-code-flow").TokenCacheContext} TokenCacheContext */
/** @typedef {import("device-code-flow").ISerializableTokenCache} TokenCache */
/** @typedef {import("device-code-flow/storage").Encryption} Encryption */

/**
 * One access, from beforeCacheAccess to afterCacheAccess.
 * @typedef {object} Access
 * @property {{ cacheHasChanged: boolean, tokenCache: TokenCache }} context what the plugin receives
 * @property {boolean} hasLoaded the text was decrypted, so that it may be written over
 */

const PURPOSE = "token-cache";

/**
 * @param {ICachePlugin} plugin
 * @param {unknown} key an Encryption, or an EncryptionKey of storage.d.ts
 * @param {import("device-code-flow/storage").EncryptedOptions} [options]
 * @returns {ICachePlugin}
 */
export function encrypted(plugin, key, options = {}) {
  /** @type {(keyof ICachePlugin)[]} */
  const hooks = ["beforeCacheAccess", "afterCacheAccess"];
  if (hooks.some((hook) => typeof Object(plugin)[hook] !== "function")) {
    throw wrongArgument("The plugin of encrypted", "a cache plugin, with beforeCacheAccess and afterCacheAccess");
  }
  refuseUnknownOptions(options, "encrypted", ["context"]);
  const { context = placeOf(plugin) } = options;
  const accesses = new EncryptedAccesses(plugin, isEncryption(key) ? key : encryption(key), readContext(context));
  /** @type {ICachePlugin} */
  const wrapped = {
    beforeCacheAccess: (context) => accesses.begin(context),
    afterCacheAccess: (context) => accesses.end(context),
  };
  if (canLock(plugin)) wrapped.exclusively = (name, work) => plugin.exclusively(name, work);
  return wrapped;
}

/**
 * @param {ICachePlugin} plugin
 * @returns {plugin is import("device-code-flow/storage").LockingCachePlugin}
 */
function canLock(plugin) {
  return Boolean(plugin.exclusively);
}

/**
 * Where the plugin keeps its text, if it tells.
 * @param {import("device-code-flow/storage").PlacedCachePlugin} plugin
 */
function placeOf({ place }) {
  return typeof place === "string" ? place : "";
}

/**
 * @param {unknown} key
 * @returns {key is Encryption}
 */
function isEncryption(key) {
  return typeof Object(key).seal === "function";
}

class EncryptedAccesses {
  /** @type {ICachePlugin} */
  plugin;
  /** @type {Encryption} */
  encryption;
  /**
   * What each text is bound to.
   * @type {{ purpose: string, context: string }}
   */
  binding;
  /** @type {WeakMap<TokenCacheContext, Access>} */
  accesses = new WeakMap();
  /**
   * The last text. An unchanged text is not decrypted again.
   * @type {{ sealed?: string, text: string }}
   */
  last = { text: "" };
  /**
   * The encrypted empty text.
   * @type {string | undefined}
   */
  sealedEmptyText = undefined;

  /**
   * @param {ICachePlugin} plugin
   * @param {Encryption} encryption
   * @param {string} context
   */
  constructor(plugin, encryption, context) {
    this.plugin = plugin;
    this.encryption = encryption;
    this.binding = { purpose: PURPOSE, context };
  }

  /** @param {TokenCacheContext} context */
  async begin(context) {
    // MSAL's example of a plugin writes into an empty store before it loads.
    const emptyText = this.sealedEmptyText || (await this.seal(""));
    this.sealedEmptyText = emptyText;
    /** @type {string[]} */
    const loaded = [];
    const tokenCache = { deserialize: (/** @type {string} */ sealed) => void loaded.push(sealed), serialize: () => emptyText };
    /** @type {Access} */
    const access = { context: { cacheHasChanged: context.cacheHasChanged, tokenCache }, hasLoaded: false };
    this.accesses.set(context, access);
    await this.plugin.beforeCacheAccess(access.context);
    if (loaded.length) context.tokenCache.deserialize(await this.open(loaded[loaded.length - 1]));
    access.hasLoaded = true;
  }

  /** @param {TokenCacheContext} context */
  async end(context) {
    const access = this.accesses.get(context);
    this.accesses.delete(context);
    const text = new SealedText(this, context.tokenCache);
    const mustSave = context.cacheHasChanged && (!access || access.hasLoaded);
    if (mustSave) await text.write();
    const inner = access ? access.context : { cacheHasChanged: false, tokenCache: text };
    inner.cacheHasChanged = mustSave && text.error === undefined;
    inner.tokenCache = text;
    // The plugin is called even if there is nothing to save: it may hold a lock since it loaded.
    await this.plugin.afterCacheAccess(inner);
    if (text.error !== undefined) throw text.error;
    if (text.sealed !== undefined) this.last = { sealed: text.sealed, text: text.text };
  }

  /** @param {string} sealed */
  async open(sealed) {
    if (!sealed) return "";
    if (sealed !== this.last.sealed) {
      const text = await this.encryption.open(sealed, { place: describePlugin(this.plugin), ...this.binding });
      this.last = { sealed, text };
    }
    return this.last.text;
  }

  /** @param {string} text */
  seal(text) {
    return this.encryption.seal(text, this.binding);
  }
}

/** What a plugin saves: the text of a cache, encrypted. */
class SealedText {
  /** @type {EncryptedAccesses} */
  accesses;
  /** @type {TokenCache} */
  tokenCache;
  text = "";
  /**
   * The encrypted text, once there is one.
   * @type {string | undefined}
   */
  sealed = undefined;
  /**
   * Why there is none.
   * @type {unknown}
   */
  error = undefined;

  /**
   * @param {EncryptedAccesses} accesses
   * @param {TokenCache} tokenCache
   */
  constructor(accesses, tokenCache) {
    this.accesses = accesses;
    this.tokenCache = tokenCache;
  }

  async write() {
    try {
      await this.seal();
    } catch (error) {
      this.error = error;
    }
  }

  async seal() {
    const text = this.tokenCache.serialize();
    this.sealed = await this.accesses.seal(text);
    this.text = text;
  }

  serialize() {
    if (this.sealed === undefined) throw this.error || new Error("nothing is to be stored");
    return this.sealed;
  }

  /**
   * Another process has stored meanwhile. What it stored is merged in before the next serialize.
   * @param {string} other
   */
  async deserialize(other) {
    this.tokenCache.deserialize(await this.accesses.open(other));
    await this.seal();
  }
}
