// One store for the two applications of a credential, so that one sign-in serves both: accounts and refresh tokens are
// shared, access tokens kept apart. A token for Continuous Access Evaluation lives longer and may be challenged; who does
// not ask for such a token must not get one.
//
// Not a cache: it only changes places of two sections of the text. The other partition's access tokens stand in a section
// of their own, which msal-node leaves alone as it does every section it does not know, and which costs one request where it
// is lost.

import { inQueue } from "../queue.js";

const APART = "AccessTokenCae";

// How long a turn is waited for, as in the main entry: the lock of a store, and that of a refresh.
const PATIENCE = 30_000;
const REFRESH_PATIENCE = 40_000;

/** Two cache plugins over one; without one, over this process's memory. */
export function partitions(plugin = memory()) {
  // What cannot be called, the application refuses by name.
  if (!["beforeCacheAccess", "afterCacheAccess"].every((name) => typeof Object(plugin)[name] === "function")) return { plain: plugin, cae: plugin };
  // The main entry keeps the calls of one application apart; these are two.
  const exclusively = (name, work) =>
    inQueue(plugin, name, name === "store" ? PATIENCE : REFRESH_PATIENCE, () =>
      typeof plugin.exclusively === "function" ? plugin.exclusively(name, work) : work(),
    );
  const through = (change) => ({
    beforeCacheAccess: (context) => plugin.beforeCacheAccess(change(context)),
    afterCacheAccess: (context) => plugin.afterCacheAccess(change(context)),
    exclusively,
  });
  return { plain: through((context) => context), cae: through(exchanged) };
}

/** A store that ends with the process. */
function memory() {
  let text = "";
  return {
    async beforeCacheAccess({ tokenCache }) {
      tokenCache.deserialize(text);
    },
    async afterCacheAccess({ cacheHasChanged, tokenCache }) {
      if (cacheHasChanged) text = tokenCache.serialize();
    },
  };
}

/** The context with the two kinds of access tokens in each other's place. */
function exchanged({ cacheHasChanged, tokenCache }) {
  return {
    cacheHasChanged,
    tokenCache: {
      deserialize: (text) => tokenCache.deserialize(inEachOthersPlace(text)),
      serialize: () => inEachOthersPlace(tokenCache.serialize()),
    },
  };
}

function inEachOthersPlace(text) {
  const cache = parsed(text);
  // The module says what is wrong with it.
  if (!cache) return text;
  const { AccessToken = {}, [APART]: apart, ...others } = cache;
  return JSON.stringify({ AccessToken: ofPeople(Object(apart), Object(others.Account)), ...others, [APART]: AccessToken });
}

function parsed(text) {
  if (typeof text !== "string" || !text.trim()) return undefined;
  try {
    const cache = JSON.parse(text.replace(/^\ufeff/, ""));
    return Object(cache) === cache && !Array.isArray(cache) ? cache : undefined;
  } catch {
    return undefined;
  }
}

/** Whom another program of this store has signed out, it could not forget in this section. */
function ofPeople(tokens, accounts) {
  const homes = new Set(Object.keys(accounts).map((key) => Object(accounts[key]).home_account_id));
  const kept = {};
  for (const key of Object.keys(tokens)) {
    const { home_account_id: home } = Object(tokens[key]);
    if (!home || homes.has(home)) kept[key] = tokens[key];
  }
  return kept;
}
