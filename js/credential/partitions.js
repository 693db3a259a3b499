// @ts-check
// One store for the two applications of a credential, so that one sign-in serves both. They share accounts and refresh tokens, but not
// access tokens: a token for Continuous Access Evaluation lives longer and may be challenged, so a call that did not ask for such a
// token must not get one.
//
// The access tokens for Continuous Access Evaluation are in a section of their own. msal-node keeps sections that it does not know; if
// another program drops it, that costs one request.

/** @typedef {import("device-code-flow").ICachePlugin} ICachePlugin */
/** @typedef {import("device-code-flow").TokenCacheContext} TokenCacheContext */
/** @typedef {{ regular: ICachePlugin, cae: ICachePlugin }} Partitions */

const CAE_SECTION = "AccessTokenCae";

// The main entry runs the accesses to one store one after the other, and the refreshes of a person too. By this a plugin names the object
// that stands for its store (js/cache.js has this symbol too).
const STORE = Symbol.for("device-code-flow.store");

/**
 * Two cache plugins over one. Without one they are over the memory of this process.
 * @param {ICachePlugin} [plugin]
 * @returns {Partitions}
 */
export function createPartitions(plugin = memoryPlugin()) {
  // The application refuses a plugin without these methods, and names the option.
  if (!isPlugin(plugin)) return { regular: plugin, cae: plugin };
  return { regular: partition(plugin, (context) => context), cae: partition(plugin, withSectionsSwapped) };
}

/** @param {ICachePlugin} plugin */
function isPlugin(plugin) {
  const { beforeCacheAccess, afterCacheAccess } = Object(plugin);
  return typeof beforeCacheAccess === "function" && typeof afterCacheAccess === "function";
}

/**
 * A plugin over the same store. The accesses of both applications run one after the other.
 * @param {ICachePlugin} plugin
 * @param {(context: TokenCacheContext) => TokenCacheContext} change
 * @returns {ICachePlugin}
 */
function partition(plugin, change) {
  /** @type {NonNullable<ICachePlugin["exclusively"]>} */
  const lock = (name, work) => /** @type {Required<ICachePlugin>} */ (plugin).exclusively(name, work);
  const over = {
    beforeCacheAccess: (/** @type {TokenCacheContext} */ context) => plugin.beforeCacheAccess(change(context)),
    afterCacheAccess: (/** @type {TokenCacheContext} */ context) => plugin.afterCacheAccess(change(context)),
    // The application refuses what is no function.
    exclusively: typeof plugin.exclusively === "function" ? lock : plugin.exclusively,
  };
  return Object.defineProperty(over, STORE, { value: plugin });
}

/**
 * A store that ends with the process.
 * @returns {ICachePlugin}
 */
function memoryPlugin() {
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

/**
 * The context of the application for Continuous Access Evaluation: the two sections of access tokens are swapped.
 * @param {TokenCacheContext} context
 * @returns {TokenCacheContext}
 */
function withSectionsSwapped({ cacheHasChanged, tokenCache }) {
  return {
    cacheHasChanged,
    tokenCache: {
      deserialize: (text) => tokenCache.deserialize(swapSections(text)),
      serialize: () => swapSections(tokenCache.serialize()),
    },
  };
}

/** @param {string} text */
function swapSections(text) {
  const cache = parse(text);
  // The main entry reports what is wrong with the text.
  if (!cache) return text;
  const { AccessToken = {}, [CAE_SECTION]: caeTokens, ...others } = cache;
  return JSON.stringify({ AccessToken: tokensOfAccounts(Object(caeTokens), Object(others.Account)), ...others, [CAE_SECTION]: AccessToken });
}

/**
 * The cache of a JSON text; undefined if it is not an object.
 * @param {string} text
 * @returns {Record<string, any> | undefined}
 */
function parse(text) {
  if (typeof text !== "string" || !text.trim()) return undefined;
  try {
    const cache = JSON.parse(text.replace(/^\ufeff/, ""));
    return Object(cache) === cache && !Array.isArray(cache) ? cache : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The tokens whose account is still in the cache. Another program that signs an account out does not know this section.
 * @param {Record<string, any>} tokens
 * @param {Record<string, any>} accounts
 */
function tokensOfAccounts(tokens, accounts) {
  const homeAccountIds = new Set(Object.keys(accounts).map((key) => Object(accounts[key]).home_account_id));
  /** @type {Record<string, any>} */
  const remaining = {};
  for (const key of Object.keys(tokens)) {
    const homeAccountId = Object(tokens[key]).home_account_id;
    if (!homeAccountId || homeAccountIds.has(homeAccountId)) remaining[key] = tokens[key];
  }
  return remaining;
}
