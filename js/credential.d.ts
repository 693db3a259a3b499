// The types of "device-code-flow/credential". Names and shapes are those of @azure/identity and @azure/core-auth. Members that these
// packages do not have are marked NEW. Neither package has to be installed.

import { AuthError } from "device-code-flow";
import type { Configuration, ICachePlugin, LoggerOptions, PublicClientApplication } from "device-code-flow";

/** The members of an AbortSignal that are used, as in @azure/abort-controller's type of this name. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: (this: AbortSignalLike, ev: any) => any, options?: any): void;
  removeEventListener(type: "abort", listener: (this: AbortSignalLike, ev: any) => any, options?: any): void;
}

/** The members of @azure/core-auth's type of this name that have a meaning here. */
export interface GetTokenOptions {
  /** Ends only this call, with an error whose name is "AbortError". */
  abortSignal?: AbortSignalLike;
  /** The claims of a challenge, as JSON text. Such a call makes a request even if the cache has a token. */
  claims?: string;
  /** A token for Continuous Access Evaluation. It lives longer, and a resource may challenge it at any time. */
  enableCae?: boolean;
  /** A tenant other than the credential's, from `additionallyAllowedTenants`. */
  tenantId?: string;
  /** Accepted and ignored, as in @azure/identity. */
  requestOptions?: { timeout?: number };
  /** Accepted and ignored. */
  tracingOptions?: object;
}

export interface AccessToken {
  token: string;
  /** Milliseconds since 1970. */
  expiresOnTimestamp: number;
  /** Milliseconds since 1970. The provider asks for a renewal from this time on. */
  refreshAfterTimestamp?: number;
  tokenType?: "Bearer" | "pop";
}

/** What the person needs to see. */
export interface DeviceCodeInfo {
  userCode: string;
  verificationUri: string;
  message: string;
  /** NEW in the type: seconds. */
  expiresIn: number;
  /** NEW in the type: seconds. */
  interval: number;
  /** NEW: the address with the code, for a QR code. Only if the provider sends it. */
  verificationUriComplete?: string;
}

export type DeviceCodePromptCallback = (deviceCodeInfo: DeviceCodeInfo) => void | Promise<void>;

/** The account that signed in. It holds no token, so it is no secret. */
export interface AuthenticationRecord {
  authority: string;
  homeAccountId: string;
  clientId: string;
  tenantId: string;
  username: string;
}

export interface DeviceCodeCredentialOptions {
  /** Default "organizations" for the default client, otherwise "common". */
  tenantId?: string;
  /** Default: Azure CLI's. Register your own application for anything but a trial. */
  clientId?: string;
  /** Default: prints the message to the console. */
  userPromptCallback?: DeviceCodePromptCallback;
  /** Default: the environment variable AZURE_AUTHORITY_HOST if it can be read, otherwise the public cloud. */
  authorityHost?: string;
  /** Other tenants that a call may name; "*" allows all of them. */
  additionallyAllowedTenants?: string[];
  /** The account whose tokens are used, if the cache has those of several people. */
  authenticationRecord?: AuthenticationRecord;
  /** getToken rejects instead of asking the person to sign in. */
  disableAutomaticAuthentication?: boolean;
  /** The host is trusted without asking Entra about it. */
  disableInstanceDiscovery?: boolean;
  /** `enableUnsafeSupportLogging` sets `piiLoggingEnabled`. Others are accepted and ignored. */
  loggingOptions?: { enableUnsafeSupportLogging?: boolean; allowLoggingAccountIdentifiers?: boolean };
  /** Not supported: pass `cachePlugin`. Only `enabled: false` is accepted. */
  tokenCachePersistenceOptions?: { enabled: boolean };
  /** Accepted and ignored: the sign-in has its own rules for retries. */
  retryOptions?: object;
  /** Accepted and ignored. */
  userAgentOptions?: object;

  /** NEW: keeps the tokens. Default: the memory of this process. */
  cachePlugin?: ICachePlugin;
  /** NEW: the fetch to use. */
  fetch?: typeof fetch;
  /** NEW: receives the log. */
  loggerOptions?: LoggerOptions;
  /** NEW: the other options of PublicClientApplication. The options beside this one take precedence. */
  configuration?: Omit<Configuration, "auth"> & { auth?: Partial<Configuration["auth"]> };
  /** NEW: the application to use, instead of applications made from these options. Its capabilities are those of its own configuration. */
  app?: PublicClientApplication;
  /** NEW: receives work that outlives a call, such as `(work) => ctx.waitUntil(work)` on Workers. */
  waitUntil?: (work: Promise<unknown>) => void;
}

/** A TokenCredential of @azure/core-auth that signs people in by device code. */
export class DeviceCodeCredential {
  /**
   * Synchronous and without I/O.
   * @throws {ClientConfigurationError} an option is wrong or not supported
   */
  constructor(options?: DeviceCodeCredentialOptions);
  /**
   * A token from the cache, by the refresh token, or by a sign-in, in this order. Calls at the same time show one code.
   * @throws {AuthenticationRequiredError} the person declined or did not sign in, or must not be asked
   * @throws {CredentialUnavailableError} the tenant is not allowed, or the provider was not reached
   */
  getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken>;
  /** Like getToken, but the person is asked even with `disableAutomaticAuthentication`. */
  authenticate(scopes: string | string[], options?: GetTokenOptions): Promise<AuthenticationRecord | undefined>;
}

export const CredentialUnavailableErrorName: "CredentialUnavailableError";

/** This credential is not available here. A chain of credentials goes on with the next one. */
export class CredentialUnavailableError extends AuthError {
  constructor(message?: string, options?: { cause?: unknown });
}

/** A person has to sign in. It has the details of its `cause`: errorCode, hint, the provider's description. */
export class AuthenticationRequiredError extends AuthError {
  constructor(options: AuthenticationRequiredErrorOptions);
  scopes: string[];
  getTokenOptions?: GetTokenOptions;
}

export interface AuthenticationRequiredErrorOptions {
  scopes: string[];
  getTokenOptions?: GetTokenOptions;
  message?: string;
  cause?: unknown;
}

/** The record as a text to store. */
export function serializeAuthenticationRecord(record: AuthenticationRecord): string;
/** @throws {ClientConfigurationError} the text is not a record, or has another version */
export function deserializeAuthenticationRecord(serializedRecord: string): AuthenticationRecord;

export const AzureAuthorityHosts: {
  readonly AzureChina: "https://login.chinacloudapi.cn";
  /** @deprecated closed in 2021 */
  readonly AzureGermany: "https://login.microsoftonline.de";
  readonly AzureGovernment: "https://login.microsoftonline.us";
  readonly AzurePublicCloud: "https://login.microsoftonline.com";
};
