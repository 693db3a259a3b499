// The types of "device-code-flow/credential". Names and shapes are those of @azure/identity and @azure/core-auth; what they
// lack is marked NEW. Nothing of theirs has to be installed.

import { AuthError } from "device-code-flow";
import type { Configuration, ICachePlugin, LoggerOptions, PublicClientApplication } from "device-code-flow";

/** What of an AbortSignal is used; @azure/abort-controller's type of this name. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: (this: AbortSignalLike, ev: any) => any, options?: any): void;
  removeEventListener(type: "abort", listener: (this: AbortSignalLike, ev: any) => any, options?: any): void;
}

/** Of @azure/core-auth's type of this name: what has a meaning here. */
export interface GetTokenOptions {
  /** Ends this call alone: with an error whose name is "AbortError". */
  abortSignal?: AbortSignalLike;
  /** The claims of a challenge, as JSON text. Such a call makes a request, whatever is in the cache. */
  claims?: string;
  /** A token for Continuous Access Evaluation: it lives longer, and may be challenged at any time. */
  enableCae?: boolean;
  /** Another tenant than the credential's: one of `additionallyAllowedTenants`. */
  tenantId?: string;
  /** Taken and left alone, as there. */
  requestOptions?: { timeout?: number };
  /** Taken and left alone. */
  tracingOptions?: object;
}

export interface AccessToken {
  token: string;
  /** Milliseconds since 1970. */
  expiresOnTimestamp: number;
  /** Milliseconds since 1970, where the provider wishes tokens to be renewed before they expire. */
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
  /** NEW: where the provider sends it, for a QR code. */
  verificationUriComplete?: string;
}

export type DeviceCodePromptCallback = (deviceCodeInfo: DeviceCodeInfo) => void | Promise<void>;

/** Who signed in where. No secret: it holds no token. */
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
  /** Default: Azure CLI's. Register an application of your own for anything but a trial. */
  clientId?: string;
  /** Default: the message to the console. */
  userPromptCallback?: DeviceCodePromptCallback;
  /** Default: the variable AZURE_AUTHORITY_HOST where it may be read, then the public cloud. */
  authorityHost?: string;
  /** Other tenants that a call may name; "*" is all of them. */
  additionallyAllowedTenants?: string[];
  /** Whose tokens are meant, where the cache has several people's. */
  authenticationRecord?: AuthenticationRecord;
  /** getToken rejects instead of asking the person. */
  disableAutomaticAuthentication?: boolean;
  /** The host is trusted without asking Entra about it. */
  disableInstanceDiscovery?: boolean;
  /** `enableUnsafeSupportLogging` is `piiLoggingEnabled` here; others are taken and left alone. */
  loggingOptions?: { enableUnsafeSupportLogging?: boolean; allowLoggingAccountIdentifiers?: boolean };
  /** Not here: pass `cachePlugin`. Only `enabled: false` is taken. */
  tokenCachePersistenceOptions?: { enabled: boolean };
  /** Taken and left alone: the sign-in has rules of its own for trying again. */
  retryOptions?: object;
  /** Taken and left alone. */
  userAgentOptions?: object;

  /** NEW: where the tokens are kept. Default: this process's memory. */
  cachePlugin?: ICachePlugin;
  /** NEW: the fetch to use. */
  fetch?: typeof fetch;
  /** NEW: where the log goes. */
  loggerOptions?: LoggerOptions;
  /** NEW: anything else that PublicClientApplication can be told. What stands beside it comes first. */
  configuration?: Omit<Configuration, "auth"> & { auth?: Partial<Configuration["auth"]> };
  /** NEW: the application to use, in place of ones made from these options. What it can do was decided when it was made. */
  app?: PublicClientApplication;
  /** NEW: is handed work that outlives a call, as Workers' `ctx.waitUntil`. */
  waitUntil?: (work: Promise<unknown>) => void;
}

/** The TokenCredential of @azure/core-auth, by device code. */
export class DeviceCodeCredential {
  /**
   * Synchronous and without I/O.
   * @throws {ClientConfigurationError} an option is wrong, or has no meaning here
   */
  constructor(options?: DeviceCodeCredentialOptions);
  /**
   * From the cache, by the refresh token, or by the person, in this order. Calls at the same time show one code.
   * @throws {AuthenticationRequiredError} the person declined, did not come, or was not to be asked
   * @throws {CredentialUnavailableError} a tenant that is not allowed; the provider was not reached
   */
  getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken>;
  /** The same, and the person is asked even with `disableAutomaticAuthentication`. */
  authenticate(scopes: string | string[], options?: GetTokenOptions): Promise<AuthenticationRecord | undefined>;
}

export const CredentialUnavailableErrorName: "CredentialUnavailableError";

/** This credential cannot be had here; a chain of credentials goes on with the next one. */
export class CredentialUnavailableError extends AuthError {
  constructor(message?: string, options?: { cause?: unknown });
}

/** A person has to sign in. It carries what its `cause` knows: errorCode, hint, the provider's words. */
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

/** As a text to store. */
export function serializeAuthenticationRecord(record: AuthenticationRecord): string;
/** @throws {ClientConfigurationError} no record, or one of another version */
export function deserializeAuthenticationRecord(serializedRecord: string): AuthenticationRecord;

export const AzureAuthorityHosts: {
  readonly AzureChina: "https://login.chinacloudapi.cn";
  /** @deprecated closed in 2021 */
  readonly AzureGermany: "https://login.microsoftonline.de";
  readonly AzureGovernment: "https://login.microsoftonline.us";
  readonly AzurePublicCloud: "https://login.microsoftonline.com";
};
