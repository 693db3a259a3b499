// @ts-check
// Records of accounts as @azure/identity has them, and the account whose tokens a credential uses: that of its record, or the only one
// of the cache.
//
// A record names a person, and holds no token. It is no secret.

import { throwWrongArgument } from "./errors.js";

/** @typedef {import("device-code-flow").AccountInfo} AccountInfo */
/** @typedef {import("device-code-flow/credential").AuthenticationRecord} AuthenticationRecord */

const VERSION = "1.0";

/**
 * @param {AccountInfo} account
 * @param {string} clientId
 * @returns {AuthenticationRecord & { version: string }}
 */
export function createRecord({ environment, homeAccountId, tenantId, username }, clientId) {
  return {
    authority: environment || "login.microsoftonline.com",
    homeAccountId,
    tenantId: tenantId || "common",
    username,
    clientId,
    version: VERSION,
  };
}

/** @param {AuthenticationRecord} record */
export function serializeAuthenticationRecord(record) {
  return JSON.stringify(record);
}

/**
 * @param {string} text
 * @returns {AuthenticationRecord}
 */
export function deserializeAuthenticationRecord(text) {
  const record = parse(text);
  if (typeof record !== "object" || record === null) throwWrongArgument("serializedRecord", "the text of serializeAuthenticationRecord()");
  // The sentence is @azure/identity's.
  if (record.version && record.version !== VERSION) throwWrongArgument("version", `"${VERSION}". Unsupported AuthenticationRecord version`);
  return record;
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The account to use. If the cache has several people's and there is no record, none of them is used. If the cache does not have the
 * account of the record, the main entry reports that.
 * @param {AccountInfo[]} accounts
 * @param {AuthenticationRecord | undefined} record
 * @param {string | undefined} tenantId of the credential
 * @returns {AccountInfo | undefined}
 */
export function selectAccount(accounts, record, tenantId) {
  if (record) {
    const profiles = accounts.filter(({ homeAccountId }) => homeAccountId === record.homeAccountId);
    return profiles.find((account) => account.tenantId === record.tenantId) || profiles[0] || accountOfRecord(record);
  }
  const [first] = accounts;
  if (!first || accounts.some(({ homeAccountId }) => homeAccountId !== first.homeAccountId)) return undefined;
  return accounts.find((account) => account.tenantId === tenantId) || accounts.find(isHomeTenant) || first;
}

/**
 * @param {AuthenticationRecord} record
 * @returns {AccountInfo}
 */
function accountOfRecord({ homeAccountId, authority, username, tenantId }) {
  return { homeAccountId, localAccountId: homeAccountId.split(".")[0], environment: authority, username, tenantId };
}

/** @param {AccountInfo} account */
function isHomeTenant({ homeAccountId, tenantId }) {
  return homeAccountId.split(".")[1] === tenantId;
}
