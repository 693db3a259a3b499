// @ts-check
// DeviceCodeCredential: the TokenCredential that Azure's clients and Microsoft Graph's ask for tokens.
//
// It tries the cache and the refresh token first, and then shows one code to one person. The main entry does both; here is only whose
// tokens are used, and which calls share a sign-in.

import { abortable } from "./abort.js";
import { createRecord, selectAccount } from "./authentication-record.js";
import { AuthenticationRequiredError, throwWrongArgument, toCredentialError, unsupportedOption } from "./errors.js";
import { readOptions } from "./options.js";
import { SharedSignIn } from "./shared-sign-in.js";

/** @typedef {import("device-code-flow").AccountInfo} AccountInfo */
/** @typedef {import("device-code-flow").AuthenticationResult} AuthenticationResult */
/** @typedef {import("device-code-flow").InteractionRequiredAuthError} InteractionRequiredAuthError */
/** @typedef {import("device-code-flow").PublicClientApplication} PublicClientApplication */
/** @typedef {import("device-code-flow/credential").AccessToken} AccessToken */
/** @typedef {import("device-code-flow/credential").GetTokenOptions} GetTokenOptions */

/**
 * What a credential remembers beside its settings.
 * @typedef {object} Memory
 * @property {AccountInfo | null} account that signed in last
 * @property {Map<string, AuthenticationResult>} results without an account, by the key of their call
 * @property {SharedSignIn} signIn
 */

/** @typedef {import("./options.js").Settings & Memory} State */

/**
 * One call of getToken or authenticate.
 * @typedef {object} Call
 * @property {string[]} scopes
 * @property {GetTokenOptions} options
 * @property {string | undefined} tenantId
 * @property {boolean} mayAsk the person may be asked to sign in
 */

/**
 * What a call asks the main entry for.
 * @typedef {object} TokenRequest
 * @property {PublicClientApplication} app
 * @property {{ scopes: string[], authority?: string, azureCloudOptions?: import("device-code-flow").AzureCloudOptions, claims?: string }} fields
 * @property {boolean} forceRefresh the cache cannot be used
 * @property {boolean} isOtherTenant the tenant is not that of the application
 * @property {string} key calls with the same key want the same tokens
 */

// A token that expires within this time counts as expired, as in the main entry. In milliseconds.
const EXPIRY_MARGIN = 300_000;

// The sentence is @azure/identity's.
const AUTOMATIC_AUTHENTICATION_DISABLED = "Automatic authentication has been disabled. You may call the authentication() method.";

export class DeviceCodeCredential {
  // A minifier renames the class. Consoles print this name.
  static get name() {
    return "DeviceCodeCredential";
  }

  /**
   * Consoles must not print it, because it leads to the tokens.
   * @type {State}
   */
  state;

  /** @param {import("device-code-flow/credential").DeviceCodeCredentialOptions} [options] */
  constructor(options) {
    this.state = { ...readOptions(options), account: null, results: new Map(), signIn: new SharedSignIn() };
    Object.defineProperty(this, "state", { enumerable: false });
  }

  /**
   * A token for the scopes: from the cache, by the refresh token, or by a sign-in.
   * @param {string | string[]} scopes
   * @param {GetTokenOptions} [given]
   * @returns {Promise<AccessToken>}
   */
  async getToken(scopes, given) {
    const { applications, disableAutomaticAuthentication } = this.state;
    const options = checkOptions(given);
    const call = {
      scopes: toArray(scopes),
      options,
      tenantId: applications.tenants.forToken(options.tenantId),
      mayAsk: !disableAutomaticAuthentication,
    };
    return toAccessToken(await acquire(this.state, call), call);
  }

  /**
   * Like getToken, but the person may always be asked. Gives the record by which another process finds the account again.
   * @param {string | string[]} scopes
   * @param {GetTokenOptions} [given]
   */
  async authenticate(scopes, given) {
    const { applications } = this.state;
    const options = checkOptions(given);
    const tenantId = applications.tenants.forAuthentication(options.tenantId);
    const { account } = await acquire(this.state, { scopes: toArray(scopes), options, tenantId, mayAsk: true });
    return account ? createRecord(account, applications.clientId) : undefined;
  }
}

/**
 * @param {GetTokenOptions | undefined | null} given
 * @returns {GetTokenOptions}
 */
function checkOptions(given) {
  const options = given === undefined || given === null ? {} : given;
  if (typeof options !== "object") throwWrongArgument("options", "an object");
  const { abortSignal } = options;
  if (abortSignal && typeof abortSignal.addEventListener !== "function") {
    throwWrongArgument("options.abortSignal", "an AbortSignal, or an object with its members aborted, addEventListener and removeEventListener");
  }
  if ("proofOfPossessionOptions" in options && options.proofOfPossessionOptions) {
    throw unsupportedOption("options.proofOfPossessionOptions", "Ask for a Bearer token: the device code flow has no proof of possession.");
  }
  return options;
}

/** @param {string | string[]} scopes */
function toArray(scopes) {
  return Array.isArray(scopes) ? scopes : [scopes];
}

/**
 * The result of the main entry for a call. Errors are those of a credential.
 * @param {State} state
 * @param {Call} call
 */
async function acquire(state, call) {
  const { tenants } = state.applications;
  const request = createRequest(state, call);
  try {
    const result = await acquireSilentlyOrAsk(state, call, request);
    if (request.isOtherTenant && call.tenantId) tenants.remember(call.tenantId, result.tenantId);
    return result;
  } catch (error) {
    throw toCredentialError(state.translateError(error), call.scopes, call.options);
  }
}

/**
 * @param {State} state
 * @param {Call} call
 * @returns {TokenRequest}
 */
function createRequest({ applications }, { scopes, options, tenantId }) {
  const { tenants, regular, cae } = applications;
  const { claims, enableCae } = options;
  const authority = tenants.authorityForRequest(tenantId);
  const fields = { scopes, ...authority, claims };
  return {
    app: enableCae ? cae : regular,
    fields,
    forceRefresh: Boolean(authority && tenantId && tenants.isUnknownDomain(tenantId)),
    isOtherTenant: Boolean(authority),
    key: JSON.stringify([Boolean(enableCae), fields]),
  };
}

/**
 * @param {State} state
 * @param {Call} call
 * @param {TokenRequest} request
 * @returns {Promise<AuthenticationResult>}
 */
async function acquireSilentlyOrAsk(state, { scopes, options, mayAsk }, request) {
  const { signIn } = state;
  for (;;) {
    const { successes } = signIn;
    const silent = await abortable(acquireSilently(state, request), options.abortSignal);
    if (silent.result) return remember(state, silent.result, request);
    if (!mayAsk) {
      throw new AuthenticationRequiredError({ scopes, getTokenOptions: options, message: AUTOMATIC_AUTHENTICATION_DISABLED, cause: silent.refusal });
    }
    // A sign-in has succeeded meanwhile: its tokens may be in the cache now.
    if (signIn.successes !== successes) continue;
    const result = await signIn.join(request.key, (signal, deadline) => ask(state, request, signal, deadline), options.abortSignal);
    // There is no result after another call's sign-in: the cache is tried again.
    if (result) return result;
  }
}

/**
 * A result without a person; or the error which says that a person is needed, if there is an account. Other errors are thrown.
 * @param {State} state
 * @param {TokenRequest} request
 * @returns {Promise<{ result?: AuthenticationResult, refusal?: unknown }>}
 */
async function acquireSilently(state, { app, fields, forceRefresh, key }) {
  const { authenticationRecord, applications, waitUntil } = state;
  const account = state.account || selectAccount(await app.getAllAccounts(), authenticationRecord, applications.tenants.tenantId);
  if (!account) return { result: resultWithoutAccount(state, key) };
  try {
    return { result: await app.acquireTokenSilent({ ...fields, forceRefresh, account, waitUntil }) };
  } catch (error) {
    if (Object(error).name === "InteractionRequiredAuthError") return { refusal: error };
    throw error;
  }
}

/**
 * If the provider names no account, the cache cannot be asked for its tokens. So the credential keeps the result itself.
 * @param {State} state
 * @param {string} key
 */
function resultWithoutAccount({ results }, key) {
  const result = results.get(key);
  const isValid = result && result.expiresOn && result.expiresOn.getTime() - Date.now() > EXPIRY_MARGIN;
  return isValid ? result : undefined;
}

/**
 * Signs a person in.
 * @param {State} state
 * @param {TokenRequest} request
 * @param {AbortSignal | undefined} signal
 * @param {{ extend(seconds: number): void }} deadline
 */
async function ask(state, request, signal, deadline) {
  const result = await request.app.acquireTokenByDeviceCode({
    ...request.fields,
    signal,
    deviceCodeCallback({ deviceCode, ...info }) {
      deadline.extend(info.expiresIn);
      return state.userPromptCallback(info);
    },
  });
  if (!result.account) state.results.set(request.key, result);
  return remember(state, result, request);
}

/**
 * Remembers the account for the next call. A call to another tenant, where the same person is a guest, does not change it.
 * @param {State} state
 * @param {AuthenticationResult} result
 * @param {TokenRequest} request
 */
function remember(state, result, { isOtherTenant }) {
  const { account } = result;
  const isSamePerson = account && state.account && state.account.homeAccountId === account.homeAccountId;
  if (account && !(isOtherTenant && isSamePerson)) state.account = account;
  return result;
}

/**
 * @param {AuthenticationResult} result
 * @param {Call} call
 * @returns {AccessToken}
 */
function toAccessToken({ accessToken, expiresOn, refreshOn, tokenType }, { scopes, options }) {
  if (!expiresOn) {
    // The sentence is @azure/identity's.
    throw new AuthenticationRequiredError({ scopes, getTokenOptions: options, message: 'Response had no "expiresOn" property.' });
  }
  return {
    token: accessToken,
    expiresOnTimestamp: expiresOn.getTime(),
    refreshAfterTimestamp: refreshOn ? refreshOn.getTime() : undefined,
    tokenType: /** @type {AccessToken["tokenType"]} */ (tokenType),
  };
}
