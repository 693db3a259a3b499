// Stores with a seeded bug. The property must find each of them; otherwise it proves nothing. Not a test.

/** Name of the bug → the stores with the bug. */
export const bugs = {
  /** A lost write of the tokens is reported as stored. */
  "tokens that only memory has": ({ flows, tokens }) => ({ flows, tokens: each(tokens, boasting) }),
  /** The same with the flow. */
  "a flow that only memory has": ({ flows, tokens }) => ({ flows: each(flows, remembering), tokens }),
  /** A read may be stale, and the write still replaces whatever is there. */
  "a write in place of anything": ({ flows, tokens }) => ({ flows: each(flows, careless), tokens }),
};

function each(stores, change) {
  const changed = ([name, store]) => [name, { ...store, open: (...given) => change(store.open(...given)) }];
  return Object.fromEntries(Object.entries(stores).map(changed));
}

function boasting(plugin) {
  let own;
  const bad = {
    beforeCacheAccess: async (context) => (own === undefined ? plugin.beforeCacheAccess(context) : context.tokenCache.deserialize(own)),
    async afterCacheAccess(context) {
      await plugin.afterCacheAccess(context);
      if (context.cacheHasChanged) own = context.tokenCache.serialize();
    },
  };
  return plugin.exclusively ? { ...bad, exclusively: plugin.exclusively } : bad;
}

function remembering(store) {
  let own;
  return {
    name: store.name,
    read: async (key) => (own === undefined ? store.read(key) : own),
    async lease(...given) {
      const lease = await store.lease(...given);
      const write = async (text) => {
        await lease.write(text);
        own = text;
      };
      return lease && { write, release: () => lease.release() };
    },
  };
}

function careless(store) {
  const lease = async (...given) => {
    const lease = await store.lease(...given);
    return lease && { write: (text) => lease.write(text), release: () => lease.release() };
  };
  return { name: store.name, read: (key) => store.read(key), lease };
}
