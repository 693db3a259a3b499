// Any store of sign-ins, its texts encrypted: a saved flow is a credential, and so is sealed under a key that the store does not have.
//
// Not the encryption: that is `encryption(key)` of device-code-flow/storage.

import { having } from "./arguments.js";

/** `encryption`: what has `seal(text)` and `open(sealed, place)`. */
export function encryptedStore(store, encryption) {
  having(["read", "lease"], store, "store", "a store of sign-ins, such as d1Store(env.DB)");
  having(["seal", "open"], encryption, "encryption", "what encryption(key) of device-code-flow/storage gives");
  // Key → a text, and what it was sealed as: sealed again it would be another.
  const known = new Map();
  async function read(key) {
    const sealed = await store.read(key);
    if (sealed === null || sealed === undefined) return sealed;
    const last = known.get(key);
    if (last && last.sealed === sealed) return last.text;
    const text = await encryption.open(sealed, `${store.name}, key ${JSON.stringify(key)}`);
    known.set(key, { text, sealed });
    return text;
  }
  async function write(lease, key, text, before) {
    const last = known.get(key);
    // What is not known here cannot be what is there.
    if (typeof before === "string" && !(last && last.text === before)) throw new Error("what is there is not what was read");
    const sealed = text === null ? null : await encryption.seal(text);
    await lease.write(sealed, typeof before === "string" ? last.sealed : before);
    known.set(key, { text, sealed });
  }
  return {
    name: `${store.name}, encrypted`,
    read,
    async lease(key, milliseconds) {
      const lease = await store.lease(key, milliseconds);
      return lease && { write: (text, before) => write(lease, key, text, before), release: () => lease.release() };
    },
  };
}
