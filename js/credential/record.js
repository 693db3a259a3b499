// Who a credential is for: the account of a record, or the only one of the cache; and records as @azure/identity has them.
//
// A record is no secret: it names a person, and holds no token.

import { wrong } from "./errors.js";

const VERSION = "1.0";

/** AuthenticationRecord of somebody who has signed in. */
export function recordOf({ environment, homeAccountId, tenantId, username }, clientId) {
  return {
    authority: environment || "login.microsoftonline.com",
    homeAccountId,
    tenantId: tenantId || "common",
    username,
    clientId,
    version: VERSION,
  };
}

export function serializeAuthenticationRecord(record) {
  return JSON.stringify(record);
}

export function deserializeAuthenticationRecord(text) {
  let record;
  try {
    record = JSON.parse(text);
  } catch {
    wrong("serializedRecord", "the text of serializeAuthenticationRecord()");
  }
  if (typeof record !== "object" || record === null) wrong("serializedRecord", "the text of serializeAuthenticationRecord()");
  // The sentence is @azure/identity's.
  if (record.version && record.version !== VERSION) wrong("version", `"${VERSION}". Unsupported AuthenticationRecord version`);
  return record;
}

/**
 * The account to ask for. Of several people nobody is the right one, unless a record says who; whom the cache does not know,
 * it will say so itself.
 */
export function accountIn(accounts, { authenticationRecord: record, tenants }) {
  if (record) {
    const theirs = accounts.filter(({ homeAccountId }) => homeAccountId === record.homeAccountId);
    return theirs.find(({ tenantId }) => tenantId === record.tenantId) || theirs[0] || accountOf(record);
  }
  const [first] = accounts;
  if (!first || accounts.some(({ homeAccountId }) => homeAccountId !== first.homeAccountId)) return undefined;
  return accounts.find(({ tenantId }) => tenantId === tenants.tenantId) || accounts.find(isAtHome) || first;
}

/** A person who is known by a record alone. */
function accountOf({ homeAccountId, authority, username, tenantId }) {
  return { homeAccountId, localAccountId: homeAccountId.split(".")[0], environment: authority, username, tenantId };
}

function isAtHome({ homeAccountId, tenantId }) {
  return homeAccountId.split(".")[1] === tenantId;
}
