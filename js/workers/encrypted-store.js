// @ts-check
// encryptedStore: wraps a store of sign-ins, so that it has only encrypted texts. A saved flow is a credential.
//
// The encryption itself is `encryption(key)` of device-code-flow/storage.

import { requireMethods } from "./arguments.js";

/** @typedef {import("device-code-flow/workers").SignInStore} SignInStore */
/** @typedef {import("device-code-flow/workers").SignInLease} SignInLease */
/** @typedef {{ seal(text: string): Promise<string>, open(sealed: string, place?: string): Promise<string> }} Encryption */

/**
 * @param {SignInStore} store
 * @param {Encryption} encryption
 * @returns {SignInStore}
 */
export function encryptedStore(store, encryption) {
  requireMethods(store, ["read", "lease"], "store", "a store of sign-ins, such as d1Store(env.DB)");
  requireMethods(encryption, ["seal", "open"], "encryption", "what encryption(key) of device-code-flow/storage gives");
  const texts = new EncryptedTexts(store, encryption);
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
   * Key → the last text and its encrypted form. The same text is encrypted differently each time.
   * @type {Map<string, { text: string | null, sealed: string | null }>}
   */
  lastTexts = new Map();

  /**
   * @param {SignInStore} store
   * @param {Encryption} encryption
   */
  constructor(store, encryption) {
    this.store = store;
    this.encryption = encryption;
  }

  /** @param {string} key */
  async read(key) {
    const sealed = await this.store.read(key);
    if (sealed === null || sealed === undefined) return sealed;
    const last = this.lastTexts.get(key);
    if (last && last.sealed === sealed) return last.text;
    const text = await this.encryption.open(sealed, `${this.store.name}, key ${JSON.stringify(key)}`);
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
    const sealed = text === null ? null : await this.encryption.seal(text);
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
