// The public types of device-code-flow. Names and shapes follow @azure/msal-node 7. A member that msal-node does not have is
// marked NEW. Sources: RFC 8628 (device authorization grant), RFC 6749 (OAuth 2.0), OpenID Connect Core 1.0, and the
// documentation of Microsoft Entra.

/** The configuration of an application. */
export type Configuration = {
  /** The client id and the authority. */
  auth: NodeAuthOptions;
  /** The store of the tokens. */
  cache?: CacheOptions;
  /** Network, timeouts and logging. */
  system?: NodeSystemOptions;
  /** The name and version of your program. They are sent to Microsoft's servers for their logs. */
  telemetry?: NodeTelemetryOptions;
  /** Of msal-node. Accepted and without effect, because this flow uses no broker. */
  broker?: BrokerOptions;
};

export type CacheOptions = {
  /** Stores the tokens between two runs. Any cache plugin for msal-node works. Default: the tokens are in memory only. */
  cachePlugin?: ICachePlugin;
};
export type BrokerOptions = object;

export type NodeAuthOptions = {
  /** The application (client) id of a public client (`client_id`, RFC 6749 §2.2). */
  clientId: string;
  /**
   * The address where people sign in: `https://login.microsoftonline.com/{tenant}`, or any issuer that publishes its metadata.
   * An https URL; http is allowed on loopback only. Default: https://login.microsoftonline.com/common
   */
  authority?: string;
  /**
   * The metadata document of `authority`, as JSON text (OpenID Connect Discovery 1.0 §3, RFC 8414 §2). The library then makes no
   * discovery request.
   */
  authorityMetadata?: string;
  /**
   * Hosts that you trust, as host names or URLs: AD FS, dSTS, private clouds, your own domains. Entra validates every other
   * host of Microsoft's kind before a code is requested.
   */
  knownAuthorities?: string[];
  /** An answer to Entra's instance discovery, as JSON text. It names further clouds, about which Entra is not asked. */
  cloudDiscoveryMetadata?: string;
  /** A cloud by its address (see AzureCloudInstance) and a tenant in it. Takes precedence over `authority`. */
  azureCloudOptions?: AzureCloudOptions;
  /** The capabilities of this client, for example `["cp1"]` for claims challenges. Sent as the claim `xms_cc`, merged into the claims. */
  clientCapabilities?: string[];
};

export type AzureCloudOptions = {
  /** The address of a cloud, a value of AzureCloudInstance, or "none". */
  azureCloudInstance: string;
  /** A GUID, a domain, or "common", "organizations", "consumers". Default: "common". */
  tenant?: string;
};

export type NodeSystemOptions = {
  /** NEW: the fetch function to use, for example of a proxy, a relay or a service binding. Default: globalThis.fetch. */
  fetch?: typeof fetch;
  /** msal-node's network interface. `fetch` takes precedence over it. It must not follow redirects. */
  networkClient?: INetworkModule;
  /** The receiver of the log, and the log level. Without a callback nothing is logged. */
  loggerOptions?: LoggerOptions;
  /** Of msal-node. Accepted and without effect in this flow. */
  disableInternalRetries?: boolean;
  /**
   * "OIDC" treats every authority as an issuer that publishes its metadata. Otherwise these are authorities of Microsoft's kind:
   * Microsoft's hosts, `*.ciamlogin.com`, the paths `/adfs` and `/dstsv2`, and any host whose path is one tenant (a GUID, a domain,
   * "common", "organizations" or "consumers"). Default: "AAD".
   */
  protocolMode?: ProtocolMode;
  /** NEW: the timeout of one HTTP request, in milliseconds. Default: 30 000. */
  requestTimeout?: number;
  /**
   * NEW: leave the verification address as the server sent it. Entra External ID (`*.ciamlogin.com`) sends the address of Entra's
   * workforce tenants, which refuses customers (AADSTS500208). By default the library replaces it by the right one.
   */
  keepVerificationUri?: boolean;
};

export type NodeTelemetryOptions = { application?: { appName?: string; appVersion?: string } };

export type LoggerOptions = {
  loggerCallback?: ILoggerCallback;
  /** Also log lines that name a person, a tenant or an address. Default: false. No line ever contains a code or a token. */
  piiLoggingEnabled?: boolean;
  /** The most detailed level that is logged. Default: `LogLevel.Info`. */
  logLevel?: LogLevel;
};
/** Receives one log line. `containsPii` is true if the line names a person, a tenant or an address. */
export type ILoggerCallback = (level: LogLevel, message: string, containsPii: boolean) => void;

export enum LogLevel {
  /** A call failed: its error code, AADSTS numbers and trace id. */
  Error = 0,
  /** A request failed, and the sign-in continues. */
  Warning = 1,
  /** A code was requested, a code arrived, the person signed in. */
  Info = 2,
  /** Every poll. */
  Verbose = 3,
  /** Every request. */
  Trace = 4,
}

/** Writes lines `[time] : [correlation id] : package@version : level - message` to a callback, like msal-node's Logger. */
export class Logger {
  constructor(loggerOptions?: LoggerOptions, packageName?: string, packageVersion?: string);
  /** A logger with the same options for another package. */
  clone(packageName: string, packageVersion: string): Logger;
  executeCallback(level: LogLevel, message: string, containsPii: boolean): void;
  error(message: string, correlationId?: string): void;
  errorPii(message: string, correlationId?: string): void;
  warning(message: string, correlationId?: string): void;
  warningPii(message: string, correlationId?: string): void;
  info(message: string, correlationId?: string): void;
  infoPii(message: string, correlationId?: string): void;
  verbose(message: string, correlationId?: string): void;
  verbosePii(message: string, correlationId?: string): void;
  trace(message: string, correlationId?: string): void;
  tracePii(message: string, correlationId?: string): void;
  isPiiLoggingEnabled(): boolean;
}

export type NetworkRequestOptions = { headers?: Record<string, string>; body?: string };
export type NetworkResponse<T> = {
  /** The header names may have any case. */
  headers: Record<string, string>;
  /** The parsed JSON, or its text. */
  body: T;
  /** The HTTP status code. */
  status: number;
};
/** Sends requests in place of fetch. If it rejects, the request has failed; polling continues. `timeout` is in milliseconds. */
export interface INetworkModule {
  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions, timeout?: number): Promise<NetworkResponse<T>>;
  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>>;
}

/** How to treat an authority. AAD: as Microsoft's, if its address has that form. OIDC: as an issuer that publishes its metadata. EAR: the same as AAD here. */
export const ProtocolMode: { readonly AAD: "AAD"; readonly OIDC: "OIDC"; readonly EAR: "EAR" };
export type ProtocolMode = (typeof ProtocolMode)[keyof typeof ProtocolMode];

/** The addresses of Microsoft's clouds. */
export const AzureCloudInstance: {
  readonly None: "none";
  readonly AzurePublic: "https://login.microsoftonline.com";
  readonly AzureChina: "https://login.chinacloudapi.cn";
  readonly AzureGermany: "https://login.microsoftonline.de";
  readonly AzureUsGovernment: "https://login.microsoftonline.us";
};
export type AzureCloudInstance = (typeof AzureCloudInstance)[keyof typeof AzureCloudInstance];

/** A device authorization request (RFC 8628 §3.1). */
export type StartDeviceCodeRequest = {
  /**
   * The scopes to request (RFC 6749 §3.3). `openid profile offline_access` are added if the authority is known to support them. `[]` is
   * enough there.
   */
  scopes: string[];
  /** The authority of this request. Default: that of the configuration. */
  authority?: string;
  /** The authority of this request, by a cloud and a tenant in it. Takes precedence over every `authority`. */
  azureCloudOptions?: AzureCloudOptions;
  /** A GUID that identifies this sign-in in requests, errors and log lines. Default: a random one. */
  correlationId?: string;
  /** The `claims` parameter, as JSON text (OpenID Connect Core §5.5). */
  claims?: string;
  /** Parameters for the query of every request of this sign-in. A plain object; URLSearchParams and Map are refused. */
  extraQueryParameters?: Record<string, string>;
  /** How long to wait for the person, in seconds, if shorter than the life of the code. 0 means no limit. */
  timeout?: number;
  /** NEW: the language of the message, as a BCP 47 tag. Sent to Entra as `mkt`. */
  locale?: string;
  /**
   * NEW: a name for the account, of 1 to 256 visible characters, where the provider sends no ID token that names a subject (GitHub,
   * every pure OAuth 2.0 server): `account.username`, and a part of `account.homeAccountId`. A later sign-in with the same name replaces
   * the tokens of this one. Default: one account for each issuer and client. It has no effect where an ID token names a subject.
   */
  accountHint?: string;
  /** NEW: aborts the call at once, in a wait or in a request. The call rejects with `signal.reason`. */
  signal?: AbortSignal;
};

export type DeviceCodeRequest = StartDeviceCodeRequest & {
  /** Called once with the codes, and awaited before the first poll. An error that it throws ends the sign-in with that error. */
  deviceCodeCallback: (response: DeviceCodeResponse) => void | Promise<void>;
  /** Of msal-node: set it to true on this object to cancel. It is checked ten times a second. */
  cancel?: boolean;
};

/** The answer to a device authorization request (RFC 8628 §3.2). */
export type DeviceCodeResponse = {
  /** The code that the person enters (`user_code`). Show it unchanged. */
  userCode: string;
  /** A secret (`device_code`). Never show or log it. */
  deviceCode: string;
  /** The address where the person enters the code (`verification_uri`). It is https, or http on loopback. */
  verificationUri: string;
  /** NEW: the same address with the code in it (`verification_uri_complete`), for a QR code. Missing if the provider does not send it. */
  verificationUriComplete?: string;
  /** The life of the codes, in seconds (`expires_in`). */
  expiresIn: number;
  /** The interval between two polls, in seconds (`interval`; 5 if the provider sends none). */
  interval: number;
  /** One sentence that tells the person what to do. It contains no control characters. */
  message: string;
};

/** A request for a token without a person (`grant_type=refresh_token`, RFC 6749 §6, if the cache has no valid token). */
export type SilentFlowRequest = {
  /** The scopes that the access token must have. It may have more. Case is ignored. */
  scopes: string[];
  /**
   * The account that owns the tokens: one of getAllAccounts(), or the account of an earlier result. If the authority is for many
   * tenants (`common`, `organizations`, `consumers`), `account.tenantId` names the tenant.
   */
  account: AccountInfo;
  /** The authority of this request. Default: that of the configuration. */
  authority?: string;
  /** The authority of this request, by a cloud and a tenant in it. Takes precedence over every `authority`. */
  azureCloudOptions?: AzureCloudOptions;
  /** A GUID that identifies this call in requests, errors and log lines. Default: a random one. */
  correlationId?: string;
  /** The `claims` parameter, as JSON text, for example of a resource's claims challenge. The library then requests a new token. */
  claims?: string;
  /** Request a new token even if the cache has a valid one. Default: false. */
  forceRefresh?: boolean;
  /** Parameters for the query of the token request. A plain object; URLSearchParams and Map are refused. */
  extraQueryParameters?: Record<string, string>;
  /**
   * NEW: aborts the wait of this call at once. The call rejects with `signal.reason`. A refresh that has begun continues and is stored,
   * because its answer may contain a new refresh token.
   */
  signal?: AbortSignal;
  /**
   * NEW: called with a promise of the work that continues after this call: a token that is due for renewal is returned at once and
   * renewed in the background. The promise never rejects. On Cloudflare Workers pass `(work) => ctx.waitUntil(work)`.
   */
  waitUntil?: (work: Promise<unknown>) => void;
};

/** The part of msal-node's interface of this name that this library has. */
export interface IPublicClientApplication {
  acquireTokenByDeviceCode(request: DeviceCodeRequest): Promise<AuthenticationResult>;
  acquireTokenSilent(request: SilentFlowRequest): Promise<AuthenticationResult>;
  getLogger<L = Logger>(): L;
  setLogger(logger: Logger): void;
}

/** An application that signs people in. It has one token cache. */
export class PublicClientApplication implements IPublicClientApplication {
  /**
   * Synchronous and without I/O.
   * @throws {ClientConfigurationError} the configuration is wrong
   */
  constructor(configuration: Configuration);
  /**
   * Requests a code, calls the callback, waits for the person, stores the tokens and returns them (RFC 8628).
   * @throws {ServerError} the person or the provider refused; `errorCode` is the provider's `error`
   * @throws {ClientAuthError} `device_code_expired`, `user_timeout_reached`, `network_error` and others
   * @throws {ClientAuthError} `cache_plugin_error`: the person has signed in, but the cache plugin did not store the tokens. The stores
   * of `device-code-flow/storage` throw their own codes (`storage_…`). The tokens are in memory, and the next call that uses the cache
   * stores them
   * @throws {ClientConfigurationError} the request is wrong; nothing was sent
   */
  acquireTokenByDeviceCode(request: DeviceCodeRequest): Promise<AuthenticationResult>;
  /**
   * Returns a token without a person: from the cache if it is valid (no network), otherwise by the refresh token. Equal calls at the
   * same time share one answer. Refreshes of one person's tokens run one after the other, also among processes if the cache plugin
   * can lock.
   * @throws {InteractionRequiredAuthError} a person has to sign in: `no_tokens_found`, or the provider's `error` with `classification`
   * @throws {ClientAuthError} `no_account_in_silent_request`, `network_error`, `cache_plugin_error`, `cache_busy`, or a code `storage_…` of a store
   * @throws {ServerError} the provider failed or refused. For a limited time the same call gets the same error without a request
   */
  acquireTokenSilent(request: SilentFlowRequest): Promise<AuthenticationResult>;
  /**
   * NEW: requests a code and returns a flow, which can be polled, awaited, or saved and resumed in another process.
   * @throws as `acquireTokenByDeviceCode` until the codes have arrived
   */
  startDeviceCode(request: StartDeviceCodeRequest): Promise<DeviceCodeFlow>;
  /**
   * NEW: resumes a saved flow, in this process or another.
   * @throws {AuthError} `saved_flow_invalid`: save() did not write the text, or it was changed since. `saved_flow_version`: a newer
   * release wrote it
   * @throws {ClientConfigurationError} `saved_flow_mismatch`: it belongs to another client id or authority, or to a host that this
   * configuration does not vouch for
   */
  resumeDeviceCode(saved: string): Promise<DeviceCodeFlow>;
  /**
   * The logger of `system.loggerOptions`, or the one of setLogger. (The type parameter is for code that uses the type of msal-node's
   * Logger. That class has private members, so TypeScript accepts no other class for it.)
   */
  getLogger<L = Logger>(): L;
  /** Sets the logger, from the next sign-in on. A Logger of msal-node works too. */
  setLogger(logger: Logger): void;
  /**
   * The accounts in the cache, one for each person and tenant: those of the configured issuer; where the authority is one of Microsoft's,
   * those of all of Microsoft's clouds and tenants. A filter names another authority in place of the configured one.
   * @throws {ClientConfigurationError} the filter is wrong
   */
  getAllAccounts(filter?: AccountFilter): Promise<AccountInfo[]>;
  /** The token cache of this application. */
  getTokenCache(): TokenCache;
  /** Removes an account and all its tokens from the cache, of every client id. */
  signOut(request: SignOutRequest): Promise<void>;
  /** Removes everything from memory. The store of the cache plugin is not changed. */
  clearCache(): void;
}

export type SignOutRequest = {
  /** The account to remove. */
  account: AccountInfo;
  /**
   * NEW: also ask the provider to revoke this client's refresh tokens of the account, if it has a revocation endpoint (RFC 7009;
   * Microsoft Entra has none). The tokens are removed from the cache whatever it answers. If it could not be asked, the call rejects
   * afterwards. Default: false.
   */
  revoke?: boolean;
  /** A GUID that identifies this call in requests, errors and log lines. Default: a random one. */
  correlationId?: string;
};

/**
 * The token cache of an application. Its text is JSON in MSAL's unified schema, which MSAL for .NET, Java, Python, Go and Node read
 * and write too. Entries and fields that this library does not know are kept.
 */
export interface TokenCache extends ISerializableTokenCache, ITokenCache {
  /** Whether the cache has changed since it was last serialized, or stored by the cache plugin. */
  hasChanged(): boolean;
}

/** The token cache as a text. */
export interface ISerializableTokenCache {
  /** The text of the whole cache. It contains refresh tokens, so it is a credential. */
  serialize(): string;
  /**
   * Replaces the cache in memory by a text. Changes since it was last serialized or stored are merged into it.
   * @throws {AuthError} `token_cache_invalid`; the cache then stays unchanged
   */
  deserialize(cache: string): void;
}

/** NEW: which accounts of the cache are meant. */
export type AccountFilter = {
  /**
   * The accounts of this authority's issuer, such as the `authority` of a request; those of Microsoft's clouds if it is one of them.
   * Default: the authority of the configuration.
   */
  authority?: string;
  /** The authority, by a cloud and a tenant in it. Takes precedence over `authority`. */
  azureCloudOptions?: AzureCloudOptions;
};

/** The accounts in the token cache. */
export interface ITokenCache {
  /**
   * The accounts, one for each person and tenant, as `getAllAccounts` of the application lists them. A text in place of the filter is
   * msal-node's correlation id. It is ignored.
   */
  getAllAccounts(filter?: AccountFilter | string): Promise<AccountInfo[]>;
  /** The first account with this `homeAccountId`, or null. */
  getAccountByHomeId(homeAccountId: string, filter?: AccountFilter): Promise<AccountInfo | null>;
  /** The first account with this `localAccountId`, or null. */
  getAccountByLocalId(localAccountId: string): Promise<AccountInfo | null>;
  /** Removes an account and all its tokens from the cache, of every client id. */
  removeAccount(account: AccountInfo): Promise<void>;
}

/** Loads the cache before a use and stores it afterwards. One use at a time. */
export interface ICachePlugin {
  /** Loads the text and passes it to `tokenCache.deserialize`. */
  beforeCacheAccess(tokenCacheContext: TokenCacheContext): Promise<void>;
  /** Stores the text of `tokenCache.serialize` if `cacheHasChanged`. Also called after `beforeCacheAccess` has failed; `serialize` then throws. */
  afterCacheAccess(tokenCacheContext: TokenCacheContext): Promise<void>;
  /**
   * NEW: runs `work` under the lock `name`: no other user of the store runs work under the same name meanwhile. Settles as `work` does.
   * For stores that several processes share and that can lock. The lock "store" is held while the text is loaded, changed and written.
   * The lock "refresh-xxxxxxxx" is held around it while one person's tokens are renewed.
   */
  exclusively?<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface TokenCacheContext {
  /** Whether there is something to store. The value is the same in both calls of one use. */
  readonly cacheHasChanged: boolean;
  /** The text to load or store. */
  readonly tokenCache: ISerializableTokenCache;
}

/** NEW: a sign-in that has a code. It contains what the person needs to see, and continues the sign-in. */
export interface DeviceCodeFlow extends AsyncIterable<FlowStep> {
  /** The code that the person enters. Show it unchanged. */
  readonly userCode: string;
  /** The address where the person enters the code. It is https, or http on loopback. */
  readonly verificationUri: string;
  /** The same address with the code in it, for a QR code. Missing if the provider does not send it. */
  readonly verificationUriComplete?: string;
  /** One sentence that tells the person what to do. It contains no control characters. */
  readonly message: string;
  /** When the code expires. */
  readonly expiresOn: Date;
  /**
   * "completed" as soon as the tokens have arrived. If the call that received them has rejected (`cache_plugin_error`), the tokens are
   * in memory, and the next call stores them. "failed" when the sign-in cannot succeed any more. Otherwise "pending".
   */
  readonly status: "pending" | "completed" | "failed";
  /**
   * Makes at most one token request, and none before it is due (RFC 8628 §3.5). An early call resolves with "pending" and sends nothing.
   * @throws as `acquireTokenByDeviceCode`
   */
  poll(options?: PollOptions): Promise<FlowStep>;
  /**
   * Polls when due, until there are tokens or an error.
   * @throws as `acquireTokenByDeviceCode`
   */
  wait(options?: PollOptions): Promise<AuthenticationResult>;
  /**
   * The whole flow as a JSON text. It is a credential: it contains the device code, so whoever has the text when the person approves
   * can fetch the tokens. Of two texts of one flow, the one with the higher `revision` is the newer one.
   * @throws {ClientAuthError} `flow_ended`: the flow has ended
   */
  save(): string;
}
/** For `instanceof` only. startDeviceCode and resumeDeviceCode return flows. */
export const DeviceCodeFlow: { readonly prototype: DeviceCodeFlow } & (abstract new (...none: never) => DeviceCodeFlow);

export type PollOptions = {
  /** Aborts the call at once. The call rejects with `signal.reason`. */
  signal?: AbortSignal;
  /**
   * Stores the text of the flow, a credential. It is called whenever the text has changed: before each token request and after its
   * answer. If it rejects before a request, the request is not sent. With it the process may die at any moment, and the next process
   * resumes from the text: no poll comes early, and tokens that were stored are found.
   */
  save?: (text: string) => void | Promise<void>;
};

/** The result of one step. `nextPollOn` is the time of the next poll. */
export type FlowStep =
  | { status: "pending"; nextPollOn: Date }
  | { status: "completed"; result: AuthenticationResult };

/** The tokens of a sign-in or of a silent call (RFC 6749 §5.1). */
export type AuthenticationResult = {
  /** The authority that issued the tokens: the address of the tenant, or the issuer. */
  authority: string;
  /** The person's id at the provider: `oid` of the ID token, otherwise `sub`. Empty if there is neither. */
  uniqueId: string;
  /** The Entra tenant, `tid` of the ID token. Empty at other providers. */
  tenantId: string;
  /** The scopes of the access token: those that the server names, otherwise those that were requested. */
  scopes: string[];
  /**
   * The account that owns the tokens. Without an ID token that names a subject (GitHub, every pure OAuth 2.0 server) it is a local one:
   * see `request.accountHint`. The type allows null as msal-node's does.
   */
  account: AccountInfo | null;
  /** The ID token, a credential. Empty if there is none. Its signature is not verified, because it came over TLS from the token endpoint (OpenID Connect Core §3.1.3.7). */
  idToken: string;
  /** The claims of the ID token. Empty if there is none. */
  idTokenClaims: IdTokenClaims;
  /** The access token, a credential. Send it to APIs as `Authorization: Bearer …` (RFC 6750 §2.1). Its content is meant for the API only. */
  accessToken: string;
  /** Whether the token came from the cache, without a request to the provider. */
  fromCache: boolean;
  /** When the access token expires, counted from the arrival of the tokens. null if the provider does not say. */
  expiresOn: Date | null;
  /** Entra only: how long its APIs may accept the token while Entra is down. This library does not use it. */
  extExpiresOn?: Date;
  /** From this time on, `acquireTokenSilent` renews the token in the background. Missing if the provider names no time. */
  refreshOn?: Date;
  /** The token type, "Bearer", as the server writes it. */
  tokenType: string;
  /** The id of this call in requests, errors and log lines. */
  correlationId: string;
  /** Entra's id of the answer that brought the tokens, for Microsoft's support. */
  requestId?: string;
  /** "1" if the refresh token belongs to Microsoft's family of applications. */
  familyId?: string;
};

/** One person in one tenant. */
export type AccountInfo = {
  /**
   * The id of the person, the same in every tenant: `uid.utid` at Entra, the subject at other issuers, where it is unique only together
   * with `issuer`. `local:` and the client id, or `local::` and `accountHint`, where no ID token named a subject. Use it to recognise the person again.
   */
  homeAccountId: string;
  /** The host of the cloud or the issuer, such as `login.windows.net`. */
  environment: string;
  /**
   * NEW: the issuer, outside Microsoft's clouds: the authority that the person signed in with, such as `https://id.example.com/realms/a`.
   * Missing at Microsoft's. An account of one issuer gets no tokens at another.
   */
  issuer?: string;
  /** The tenant of this account. Empty if the provider has no tenants. */
  tenantId: string;
  /** The name that the person signs in with. Empty if the provider does not say. Do not authorize by it: a name may be given to another person. */
  username: string;
  /** The id of the person in this tenant: `oid` of the ID token, otherwise `sub`. */
  localAccountId: string;
  /** The display name of the person. */
  name?: string;
  /** A login hint, with which the next sign-in does not ask which account to use. Missing if the provider does not send it. */
  loginHint?: string;
  /** The user principal name, if the tenant's tokens contain it. */
  upn?: string;
  /** The last ID token for this application and tenant, a credential. Missing if there is none. */
  idToken?: string;
  /** The claims of that ID token. */
  idTokenClaims?: IdTokenClaims;
  /** "MSSTS" for Microsoft Entra, "Generic" for other issuers. */
  authorityType?: string;
  /** The person's profile in each tenant that the cache knows, by tenant id. */
  tenantProfiles?: Map<string, TenantProfile>;
  /** The data boundary of the tenant, if Entra names it. */
  dataBoundary?: "EU" | "None";
  /** Whether the person chose to stay signed in, or the device is joined to the tenant. */
  kmsi?: boolean;
};

/** The claims of an ID token (OpenID Connect Core §2). `iat`, `nbf` and `exp` are seconds since 1970. */
export type IdTokenClaims = {
  aud?: string;
  iss?: string;
  iat?: number;
  nbf?: number;
  exp?: number;
  sub?: string;
  oid?: string;
  tid?: string;
  preferred_username?: string;
  name?: string;
  upn?: string;
  email?: string;
  ver?: string;
  nonce?: string;
} & { [claim: string]: unknown };

/** A person's profile in one tenant. */
export type TenantProfile = {
  /** The id of the tenant. */
  tenantId: string;
  /** The id of the person in this tenant. */
  localAccountId: string;
  /** The name that the person signs in with in this tenant. */
  username: string;
  /** The display name of the person in this tenant. */
  name?: string;
  /** A login hint, with which the next sign-in does not ask which account to use. Missing if the provider does not send it. */
  loginHint?: string;
  /** The user principal name, if the tenant's tokens contain it. */
  upn?: string;
  /** Whether this is the home tenant of the person, not one in which the person is a guest. */
  isHomeTenant?: boolean;
};

/** The error codes of this library. Other codes come from the provider. docs/errors.md explains each one. */
export type OwnErrorCode =
  | "invalid_argument"
  | "invalid_client_id"
  | "url_parse_error"
  | "authority_uri_insecure"
  | "b2c_authority_unsupported"
  | "untrusted_authority"
  | "invalid_cloud_discovery_metadata"
  | "empty_input_scopes_error"
  | "invalid_claims"
  | "invalid_authority_metadata"
  | "issuer_validation_failed"
  | "endpoints_resolution_error"
  | "openid_config_error"
  | "network_error"
  | "server_unavailable"
  | "invalid_server_response"
  | "unsafe_verification_uri"
  | "device_code_expired"
  | "tokens_lost"
  | "user_timeout_reached"
  | "device_code_polling_cancelled"
  | "saved_flow_invalid"
  | "saved_flow_version"
  | "saved_flow_mismatch"
  | "flow_ended"
  | "no_account_in_silent_request"
  | "no_tokens_found"
  | "user_mismatch"
  | "id_token_invalid"
  | "token_cache_invalid"
  | "cache_plugin_error"
  | "internal_error"
  | "cache_busy"
  | "encrypted_text_damaged"
  | "encrypted_text_expected"
  | "encrypted_text_misplaced"
  | "encrypted_text_unbound"
  | "encryption_key_invalid"
  | "encryption_key_mismatch"
  | "fetch_missing"
  | "sign_in_store_error"
  | "storage_full"
  | "storage_lock_lost"
  | "storage_locked"
  | "storage_read_failed"
  | "storage_unsupported"
  | "storage_write_failed"
  | "unsupported_option"
  | "webassembly_missing"
  | "webassembly_refused";

/** Who has to act: the program and its configuration, the provider, the network, the person, an administrator, this library. */
export type ErrorFault = "caller" | "server" | "network" | "person" | "administrator" | "library";

/** The base class of all errors of this library. */
export class AuthError extends Error {
  constructor(errorCode?: string, errorMessage?: string, hint?: string);
  /** The code to branch on: a code of this library, or the provider's `error` (RFC 6749 §5.2, RFC 8628 §3.5). */
  errorCode: OwnErrorCode | (string & {});
  /**
   * NEW: whether `errorCode` is the provider's word. A provider may choose a word that equals one of this library's codes, and it does not
   * mean the same then. So compare both: `!error.isServerCode && error.errorCode === "tokens_lost"`.
   */
  isServerCode: boolean;
  /** What happened and where. */
  errorMessage: string;
  /** Entra's `suberror`. Empty if there is none. */
  subError: string;
  /** The id of the call in requests and log lines. */
  correlationId: string;
  /** NEW: what to do about it, in one sentence. Empty if there is no advice. */
  hint: string;
  /** NEW: whether the same call may succeed later without a person. */
  retryable: boolean;
  /** NEW: who has to act so that the next attempt succeeds. */
  fault: ErrorFault;
  /** NEW: the HTTP status of the answer that this error is about. */
  status?: number;
  /** NEW: the provider's `error`, if the answer has one (RFC 6749 §5.2). */
  error?: string;
  /** NEW: the provider's `error_description`. */
  errorDescription?: string;
  /** NEW: the provider's `error_uri`, if it is an https address. */
  errorUri?: string;
  /** NEW: Entra's AADSTS numbers. */
  errorCodes?: number[];
  /** NEW: Entra's trace id, for Microsoft's support. */
  traceId?: string;
  /** NEW: Entra's time of the error, as Entra writes it. */
  timestamp?: string;
}
/** The provider refused. */
export class ServerError extends AuthError {
  /** The claims that the next request has to satisfy, as JSON text. Pass them on as `request.claims`. */
  claims?: string;
}
/** A person has to sign in (again). */
export class InteractionRequiredAuthError extends AuthError {
  /** The claims that the next sign-in has to satisfy, as JSON text. Pass them on as `request.claims`. */
  claims?: string;
  /** MSAL's classification of Entra's `suberror`, for example "BasicAction" or "ConsentRequired". Missing if Entra sends none. */
  classification?: string;
}
/** A failure on the client's side during the call. */
export class ClientAuthError extends AuthError {}
/** Wrong configuration or arguments, found before anything is sent; or an authority whose metadata names another issuer. */
export class ClientConfigurationError extends ClientAuthError {}

/** msal-node's names for the error codes that this library throws. Some codes have a name only here. */
export const AuthErrorCodes: {
  readonly internalError: "internal_error";
  readonly savedFlowInvalid: "saved_flow_invalid";
  readonly savedFlowVersion: "saved_flow_version";
  readonly tokenCacheInvalid: "token_cache_invalid";
};
export const ClientAuthErrorCodes: {
  readonly deviceCodeExpired: "device_code_expired";
  readonly cachePluginError: "cache_plugin_error";
  readonly deviceCodePollingCancelled: "device_code_polling_cancelled";
  readonly endpointResolutionError: "endpoints_resolution_error";
  readonly flowEnded: "flow_ended";
  readonly networkError: "network_error";
  readonly noAccountInSilentRequest: "no_account_in_silent_request";
  readonly openIdConfigError: "openid_config_error";
  readonly tokensLost: "tokens_lost";
  readonly userTimeoutReached: "user_timeout_reached";
};
export const ClientConfigurationErrorCodes: {
  readonly authorityUriInsecure: "authority_uri_insecure";
  readonly emptyInputScopesError: "empty_input_scopes_error";
  readonly fetchMissing: "fetch_missing";
  readonly invalidArgument: "invalid_argument";
  readonly invalidAuthorityMetadata: "invalid_authority_metadata";
  readonly invalidClaims: "invalid_claims";
  readonly invalidClientId: "invalid_client_id";
  readonly issuerValidationFailed: "issuer_validation_failed";
  readonly b2cAuthorityUnsupported: "b2c_authority_unsupported";
  readonly invalidCloudDiscoveryMetadata: "invalid_cloud_discovery_metadata";
  readonly untrustedAuthority: "untrusted_authority";
  readonly savedFlowMismatch: "saved_flow_mismatch";
  readonly unsupportedOption: "unsupported_option";
  readonly urlParseError: "url_parse_error";
  readonly webassemblyMissing: "webassembly_missing";
  readonly webassemblyRefused: "webassembly_refused";
};
export const InteractionRequiredAuthErrorCodes: {
  readonly consentRequired: "consent_required";
  readonly interactionRequired: "interaction_required";
  readonly invalidGrant: "invalid_grant";
  readonly loginRequired: "login_required";
  readonly noTokensFound: "no_tokens_found";
};

/** The version of this package. */
export const version: string;
