// DeviceCodeCredential: the TokenCredential that Azure's clients and Microsoft Graph's ask for tokens.
//
// Silent first, then one code for one person. Not how either is done: that is the main entry's. Here is only whose tokens
// are asked for, and who waits for whom.

import { AuthenticationRequiredError, publicError, unusable, wrong } from "./errors.js";
import { configured } from "./options.js";
import { accountIn, recordOf } from "./record.js";
import { abortable, SignIns } from "./sign-ins.js";

// A token that expires sooner is as good as expired: that of the main entry.
const MARGIN = 300_000;

const DISABLED = "Automatic authentication has been disabled. You may call the authentication() method.";

export class DeviceCodeCredential {
  // A minifier renames the class; what a console prints must not change with it.
  static get name() {
    return "DeviceCodeCredential";
  }

  constructor(options) {
    // account: who signed in last; nameless: tokens of nobody in particular. Not for a log to print: it leads to the tokens.
    Object.defineProperty(this, "own", { value: { ...configured(options), account: null, nameless: new Map(), signIns: new SignIns() } });
  }

  /** A token for the scopes: from the cache, by the refresh token, or by the person. */
  async getToken(scopes, options) {
    const { own } = this;
    const asked = askedFor(scopes, options);
    const tenantId = own.tenants.allowed(asked.options.tenantId);
    return accessToken(await acquire(own, { ...asked, tenantId, mayAsk: !own.disableAutomaticAuthentication }), asked);
  }

  /** The same, and the person may always be asked. Gives the record by which another process finds the account again. */
  async authenticate(scopes, options) {
    const { own } = this;
    const asked = askedFor(scopes, options);
    const { account } = await acquire(own, { ...asked, tenantId: own.tenants.checked(asked.options.tenantId), mayAsk: true });
    return account ? recordOf(account, own.clientId) : undefined;
  }
}

function askedFor(scopes, given) {
  const options = given === undefined || given === null ? {} : given;
  if (typeof options !== "object") wrong("options", "an object");
  const { abortSignal } = options;
  if (abortSignal && typeof abortSignal.addEventListener !== "function") wrong("options.abortSignal", "an AbortSignal or the like of one");
  if (options.proofOfPossessionOptions) {
    throw unusable("options.proofOfPossessionOptions", "Ask for a Bearer token: the device code flow has no proof of possession.");
  }
  return { scopes: Array.isArray(scopes) ? scopes : [scopes], options };
}

/** The result of the main entry. */
async function acquire(own, asked) {
  const { tenantId } = asked;
  const place = own.tenants.placeOf(tenantId);
  const result = await found(own, { ...asked, place, forceRefresh: place && own.tenants.isUnknown(tenantId) });
  if (place) own.tenants.learnt(tenantId, result.tenantId);
  return result;
}

/** Without a person as long as that is possible. */
async function found(own, asked) {
  const { scopes, options, place, forceRefresh, mayAsk } = asked;
  const { abortSignal, claims, enableCae } = options;
  const app = enableCae ? own.apps.cae : own.apps.plain;
  const request = { scopes, ...place, claims };
  const key = JSON.stringify([!!enableCae, request]);
  try {
    for (;;) {
      const { ended } = own.signIns;
      const silent = await abortable(silently(own, app, { ...request, forceRefresh }, key), abortSignal);
      if (silent.result) return remembered(own, silent.result, place);
      if (!mayAsk) throw new AuthenticationRequiredError({ scopes, getTokenOptions: options, message: DISABLED, cause: silent.refused });
      // Somebody has signed in meanwhile: the tokens may be there now.
      if (own.signIns.ended !== ended) continue;
      const result = await own.signIns.join(key, (signal, lasts) => bySignIn(own, app, { ...request, signal }, { key, place, lasts }), abortSignal);
      // Nothing: another call's sign-in was waited for.
      if (result) return result;
    }
  } catch (error) {
    throw publicError(own.inWords(error), scopes, options);
  }
}

/** The result, or the error that says that a person is needed. Any other error is thrown. */
async function silently(own, app, request, key) {
  const account = own.account || accountIn(await app.getAllAccounts(), own);
  if (!account) return { result: nameless(own, key) };
  try {
    return { result: await app.acquireTokenSilent({ ...request, account, waitUntil: own.waitUntil }) };
  } catch (refused) {
    if (refused && refused.name === "InteractionRequiredAuthError") return { refused };
    throw refused;
  }
}

/** Where the provider names nobody, there is no account to look for tokens with: this credential keeps them itself. */
function nameless(own, key) {
  const result = own.nameless.get(key);
  return result && result.expiresOn && result.expiresOn.getTime() - Date.now() > MARGIN ? result : undefined;
}

async function bySignIn(own, app, request, { key, place, lasts }) {
  const deviceCodeCallback = ({ deviceCode, ...shown }) => {
    lasts(shown.expiresIn);
    return own.userPromptCallback(shown);
  };
  const result = await app.acquireTokenByDeviceCode({ ...request, deviceCodeCallback });
  if (!result.account) own.nameless.set(key, result);
  return remembered(own, result, place);
}

/** Whom the next call is for. Somebody who is a guest where one call went is at home in the next one all the same. */
function remembered(own, result, elsewhere) {
  const { account } = result;
  if (account && !(elsewhere && own.account && own.account.homeAccountId === account.homeAccountId)) own.account = account;
  return result;
}

/** AccessToken of @azure/core-auth. */
function accessToken({ accessToken: token, expiresOn, refreshOn, tokenType }, { scopes, options }) {
  if (!expiresOn) {
    throw new AuthenticationRequiredError({ scopes, getTokenOptions: options, message: 'Response had no "expiresOn" property.' });
  }
  return {
    token,
    expiresOnTimestamp: expiresOn.getTime(),
    refreshAfterTimestamp: refreshOn ? refreshOn.getTime() : undefined,
    tokenType,
  };
}
