// @ts-check
// durableObjectStore: a sign-in in the storage of a Durable Object. There is one such object in the world, so its lease is in memory.

import { requireMethods } from "./arguments.js";
import { takeIsolateLease, WRITE_CONFLICT } from "./isolate-leases.js";

/**
 * @param {import("device-code-flow/workers").StorageLike} storage
 * @returns {import("device-code-flow/workers").SignInStore}
 */
export function durableObjectStore(storage) {
  requireMethods(storage, ["get", "transaction"], "storage", "the storage of a Durable Object, such as ctx.storage");
  return {
    name: "Durable Object storage",
    async read(key) {
      return nullIfUndefined(await storage.get(key));
    },
    async lease(key, milliseconds) {
      const release = takeIsolateLease(storage, key, milliseconds);
      if (!release) return null;
      return {
        write(text, before) {
          return storage.transaction(async (transaction) => {
            if (before !== undefined && nullIfUndefined(await transaction.get(key)) !== before) throw new Error(WRITE_CONFLICT);
            await (text === null ? transaction.delete(key) : transaction.put(key, text));
          });
        },
        async release() {
          release();
        },
      };
    },
  };
}

/** @param {string | undefined} text */
function nullIfUndefined(text) {
  return text === undefined ? null : text;
}
