// @ts-check
// TokenCache: what a program gets by `getTokenCache()`, with the methods of msal-node's class of this name.

import { checkAuthority, checkText, object, wrong } from "./configuration.js";
import { hide, named } from "./properties.js";

/** @typedef {import("./cache.js").CacheAccess} CacheAccess */

export class TokenCache {
  /** @param {CacheAccess} access */
  constructor(access) {
    this.access = access;
    // Not for a console to print: there are whole caches in it.
    hide(this, "access");
  }

  /** The whole cache as a JSON text in MSAL's unified schema. It holds refresh tokens, so it is a credential. */
  serialize() {
    const { content, plugin } = this.access;
    const text = content.write();
    // With a plugin, only what the plugin has stored is stored.
    if (content.cache && !plugin) content.inModule(false).markSaved();
    return text;
  }

  /**
   * Takes up a text in place of the one before it. What was not serialized since it changed is merged in.
   *
   * @param {string} text
   */
  deserialize(text) {
    this.access.content.read(text);
  }

  /** Has anything changed since it was serialized or stored? */
  hasChanged() {
    return this.access.content.hasChanged();
  }

  /**
   * All accounts that have signed in, one for each of a person's tenants. A text in place of the filter is msal-node's correlation id.
   *
   * @param {any} [filter]
   */
  async getAllAccounts(filter) {
    return this.access.accounts(undefined, accountFilter(typeof filter === "string" ? undefined : filter, this.access));
  }

  /**
   * @param {string} homeAccountId
   * @param {any} [filter]
   */
  async getAccountByHomeId(homeAccountId, filter) {
    const checked = accountFilter(filter, this.access);
    if (!homeAccountId || typeof homeAccountId !== "string") return null;
    const [account = null] = await this.access.accounts(homeAccountId, checked);
    return account;
  }

  /** @param {string} localAccountId */
  async getAccountByLocalId(localAccountId) {
    if (!localAccountId) return null;
    return (await this.access.accounts()).find((account) => account.localAccountId === localAccountId) || null;
  }

  /**
   * Removes an account with every token, whatever client it was issued to.
   *
   * @param {any} account
   */
  async removeAccount(account) {
    const { homeAccountId, environment, issuer } = object(account, "account");
    checkText(issuer, "account.issuer");
    if (typeof homeAccountId !== "string" || typeof environment !== "string") {
      wrong("account", "an account of this cache, with homeAccountId and environment");
    }
    // An empty issuer is none.
    return this.access.removeAccount(homeAccountId, environment, issuer || undefined);
  }
}

named({ TokenCache });

/**
 * The filter of a list of accounts; undefined where it names no authority. An empty authority is none, as in a request.
 *
 * @param {any} given
 * @param {CacheAccess} access
 * @returns {import("./cache.js").AccountFilter | undefined}
 */
export function accountFilter(given, { settings }) {
  if (given === undefined) return undefined;
  const { authority, azureCloudOptions } = object(given, "filter");
  checkText(authority, "filter.authority");
  if (azureCloudOptions) checkText(object(azureCloudOptions, "filter.azureCloudOptions").tenant, "filter.azureCloudOptions.tenant");
  if (authority) checkAuthority(authority, settings.protocolMode, "filter.authority");
  return authority || azureCloudOptions ? { authority: authority || undefined, azureCloudOptions } : undefined;
}
