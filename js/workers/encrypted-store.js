// @ts-check
// encryptedStore: wraps a store of sign-ins, so that it has only encrypted texts. A saved flow is a credential. Each text is bound to
// its key, so that nobody can put one person's sign-in in the place of another's.
//
// The encryption itself is `encryption(key)` of device-code-flow/storage.

import { requireMethods, requireObject, throwWrongArgument } from "./arguments.js";

/** @typedef {import("device-code-flow/workers").SignInStore} SignInStore */
/** @typedef {import("device-code-flow/workers").SignInLease} SignInLease */
/** @typedef {import("device-code-flow/workers").SignInEncryption} Encryption */

const PURPOSE = "sign-in";

/**
 * @param {SignInStore} store
 * @param {Encryption} encryption
 * @param {{ context?: string }} [options]
 * @returns {SignInStore}
 */
export function encryptedStore(store, encryption, options = {}) {
  requireMethods(store, ["read", "lease"], "store", "a store of sign-ins, such as d1Store(env.DB)");
  requireMethods(encryption, ["seal", "open"], "encryption", "what encryption(key) of device-code-flow/storage gives");
  const { context, ...others } = requireObject(options, "options");
  if (context !== undefined && typeof context !== "string") throwWrongArgument("options.context", "a text that names the store");
  for (const name of Object.keys(others)) throwWrongArgument(`options.${name}`, "left out: the only option is context");
  const texts = new EncryptedTexts(store, encryption, context);
  return {
    name: `${store.name}, encrypted`,
    read: (key) => texts.read(key),
    async lease(key, milliseconds) {
      const lease = await store.lease(key, milliseconds);
      return lease && { write: (text, before) => texts.write(lease, key, text, before), release: () => lease.release() };
    },
  };
}

class EncryptedTexts {
  /** @type {SignInStore} */
  store;
  /** @type {Encryption} */
  encryption;
  /**
   * The caller's name of the store.
   * @type {string | undefined}
   */
  context;
  /**
   * Key → the last text and its encrypted form. The same text is encrypted differently each time.
   * @type {Map<string, { text: string | null, sealed: string | null }>}
   */
  lastTexts = new Map();

  /**
   * @param {SignInStore} store
   * @param {Encryption} encryption
   * @param {string | undefined} context
   */
  constructor(store, encryption, context) {
    this.store = store;
    this.encryption = encryption;
    this.context = context;
  }

  /**
   * What the text of a key is bound to. As a list in JSON, two names never make one.
   * @param {string} key
   */
  bindingOf(key) {
    const { context } = this;
    return { purpose: PURPOSE, context: JSON.stringify(context === undefined ? [key] : [context, key]) };
  }

  /** @param {string} key */
  async read(key) {
    const sealed = await this.store.read(key);
    if (sealed === null || sealed === undefined) return sealed;
    const last = this.lastTexts.get(key);
    if (last && last.sealed === sealed) return last.text;
    const place = `${this.store.name}, key ${JSON.stringify(key)}`;
    const text = await this.encryption.open(sealed, { place, ...this.bindingOf(key) });
    this.lastTexts.set(key, { text, sealed });
    return text;
  }

  /**
   * @param {SignInLease} lease
   * @param {string} key
   * @param {string | null} text
   * @param {string | null} [before]
   */
  async write(lease, key, text, before) {
    const sealedBefore = typeof before === "string" ? this.sealedFormOf(key, before) : before;
    const sealed = text === null ? null : await this.encryption.seal(text, this.bindingOf(key));
    await lease.write(sealed, sealedBefore);
    this.lastTexts.set(key, { text, sealed });
  }

  /**
   * The encrypted form of a text that was read before.
   * @param {string} key
   * @param {string} text
   */
  sealedFormOf(key, text) {
    const last = this.lastTexts.get(key);
    if (!last || last.text !== text) throw new Error("what is there is not what was read");
    return last.sealed;
  }
}
