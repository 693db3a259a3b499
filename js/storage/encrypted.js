// encrypted: any cache plugin, with its text encrypted before it sees it and opened after it has loaded it.
//
// Not the encryption itself (encryption.js), nor a store. What cannot be opened is never written over.

import { encryption } from "./encryption.js";
import { wrongArgument } from "./failures.js";
import { placeOf } from "./plugin.js";

export function encrypted(plugin, key) {
  for (const hook of ["beforeCacheAccess", "afterCacheAccess"]) {
    if (typeof Object(plugin)[hook] !== "function") throw wrongArgument("The plugin of encrypted", "a cache plugin, with beforeCacheAccess and afterCacheAccess");
  }
  const { seal, open } = typeof Object(key).seal === "function" ? key : encryption(key);
  const place = placeOf(plugin);
  // Context → the one that the plugin sees in its place.
  const inner = new WeakMap();
  // An unchanged text is not opened again.
  let last = {};
  // What a plugin gets that wants to write into an empty store before it loads, as MSAL's example does.
  let nothing;

  async function opened(sealed) {
    if (!sealed) return "";
    if (sealed !== last.sealed) last = { sealed, text: await open(sealed, place) };
    return last.text;
  }

  const wrapped = {
    async beforeCacheAccess(context) {
      nothing = nothing || (await seal(""));
      const loaded = { failed: true };
      const cache = { deserialize: (sealed) => void (loaded.sealed = sealed), serialize: () => nothing };
      const seen = { cacheHasChanged: context.cacheHasChanged, tokenCache: cache };
      inner.set(context, { seen, loaded });
      await plugin.beforeCacheAccess(seen);
      if ("sealed" in loaded) context.tokenCache.deserialize(await opened(loaded.sealed));
      loaded.failed = false;
    },
    async afterCacheAccess(context) {
      const { seen, loaded } = inner.get(context) || { seen: {}, loaded: {} };
      inner.delete(context);
      let text, sealed;
      let failure;
      const write = async () => {
        text = context.tokenCache.serialize();
        sealed = await seal(text);
      };
      seen.cacheHasChanged = context.cacheHasChanged && !loaded.failed;
      try {
        if (seen.cacheHasChanged) await write();
      } catch (error) {
        failure = error;
        seen.cacheHasChanged = false;
      }
      seen.tokenCache = {
        serialize() {
          if (sealed === undefined) throw failure || new Error("nothing is to be stored");
          return sealed;
        },
        // Another has stored meanwhile: what it stored is merged in before the next serialize.
        async deserialize(other) {
          context.tokenCache.deserialize(await opened(other));
          await write();
        },
      };
      // Also when there is nothing to store: the plugin may hold a lock since it loaded.
      await plugin.afterCacheAccess(seen);
      if (failure) throw failure;
      if (sealed !== undefined) last = { sealed, text };
    },
  };
  if (plugin.exclusively) wrapped.exclusively = (name, work) => plugin.exclusively(name, work);
  return wrapped;
}
