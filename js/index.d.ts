// The public types of device-code-flow. Names and shapes follow @azure/msal-node 7; what it lacks is marked NEW.

/** What to sign in to, and as whom. */
export type Configuration = {
  auth: NodeAuthOptions;
  cache?: CacheOptions;
  system?: NodeSystemOptions;
  /** The name and version of your program, for the logs of Microsoft's servers. */
  telemetry?: NodeTelemetryOptions;
  /** msal-node's: this flow needs no broker, there or here. */
  broker?: BrokerOptions;
};

export type CacheOptions = {
  /** Where the tokens are kept between two runs. Any cache plugin written for msal-node. */
  cachePlugin?: ICachePlugin;
};
export type BrokerOptions = object;

export type NodeAuthOptions = {
  /** The application (client) id of a public client. */
  clientId: string;
  /**
   * Whom people sign in with: `https://login.microsoftonline.com/{tenant}`, or any issuer that publishes its metadata.
   * Default https://login.microsoftonline.com/common
   */
  authority?: string;
  /** OIDC discovery document as JSON: no discovery request is made. */
  authorityMetadata?: string;
  /**
   * Hosts (or addresses with a host) that you vouch for: AD FS, dSTS, private clouds, domains of your own. Other hosts of
   * Microsoft's make are validated by Entra before any code is asked for.
   */
  knownAuthorities?: string[];
  /** An answer to Entra's instance discovery as JSON: clouds besides Microsoft's, for which Entra is not asked. */
  cloudDiscoveryMetadata?: string;
  /** A cloud by its address (see AzureCloudInstance) and a tenant there, instead of `authority`. */
  azureCloudOptions?: AzureCloudOptions;
  /** What this client can handle, for example `["cp1"]` for claims challenges. Sent merged into the claims. */
  clientCapabilities?: string[];
};

export type AzureCloudOptions = {
  /** The address of a cloud, or "none". */
  azureCloudInstance: string;
  /** Default "common". */
  tenant?: string;
};

export type NodeSystemOptions = {
  /** NEW: the fetch to use (proxy, relay, service binding). Default globalThis.fetch. */
  fetch?: typeof fetch;
  /** msal-node's network interface; `fetch` wins where both are given. Redirects are its affair: have it follow none. */
  networkClient?: INetworkModule;
  /** Where to write a log, and how much of it. Without a callback nothing is logged. */
  loggerOptions?: LoggerOptions;
  /** msal-node's: it changes nothing in this flow, there or here. */
  disableInternalRetries?: boolean;
  /**
   * "OIDC" treats every authority as an issuer that publishes its metadata. Otherwise Microsoft's hosts, `*.ciamlogin.com`,
   * `/adfs` and `/dstsv2`, and hosts with a tenant (a GUID or a domain) alone in the path, are of Microsoft's make.
   */
  protocolMode?: ProtocolMode;
  /** NEW: longest wait for one HTTP response, in milliseconds. Default 30 000. */
  requestTimeout?: number;
  /**
   * NEW: show the verification address exactly as it came. Entra External ID (`*.ciamlogin.com`) sends that of Entra's
   * workforce tenants, which turns customers away (AADSTS500208); without this it is mended.
   */
  keepVerificationUri?: boolean;
};

export type NodeTelemetryOptions = { application?: { appName?: string; appVersion?: string } };

export type LoggerOptions = {
  loggerCallback?: ILoggerCallback;
  /** Default false: lines that name a person, a tenant or an address are left out. No line ever has a code or a token. */
  piiLoggingEnabled?: boolean;
  /** Default `LogLevel.Info`. */
  logLevel?: LogLevel;
};
export type ILoggerCallback = (level: LogLevel, message: string, containsPii: boolean) => void;

export enum LogLevel {
  /** The sign-in failed: code, numbers, trace id. */
  Error = 0,
  /** A request went wrong, and the sign-in goes on. */
  Warning = 1,
  /** A code was asked for, came, somebody signed in. */
  Info = 2,
  /** Every poll. */
  Verbose = 3,
  /** Every request. */
  Trace = 4,
}

/** Writes `[time] : [correlation id] : package@version : level - message` to a callback, as msal-node's does. */
export class Logger {
  constructor(loggerOptions?: LoggerOptions, packageName?: string, packageVersion?: string);
  /** The same for another package. */
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
  /** Names in any case. */
  headers: Record<string, string>;
  /** Parsed JSON, or the text of it. */
  body: T;
  status: number;
};
/** What a request is made with in place of fetch. A promise it rejects is a request that failed; polling goes on. */
export interface INetworkModule {
  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions, timeout?: number): Promise<NetworkResponse<T>>;
  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>>;
}

/** How an authority is treated. AAD: as Microsoft's where it looks so. OIDC: as an issuer that publishes its metadata. EAR, of msal's: the same as AAD here. */
export const ProtocolMode: { readonly AAD: "AAD"; readonly OIDC: "OIDC"; readonly EAR: "EAR" };
export type ProtocolMode = (typeof ProtocolMode)[keyof typeof ProtocolMode];

export const AzureCloudInstance: {
  readonly None: "none";
  readonly AzurePublic: "https://login.microsoftonline.com";
  readonly AzureChina: "https://login.chinacloudapi.cn";
  readonly AzureGermany: "https://login.microsoftonline.de";
  readonly AzureUsGovernment: "https://login.microsoftonline.us";
};
export type AzureCloudInstance = (typeof AzureCloudInstance)[keyof typeof AzureCloudInstance];

export type StartDeviceCodeRequest = {
  /** What to ask for. `openid profile offline_access` are added where the authority is known to have them; there `[]` will do. */
  scopes: string[];
  /** Another authority for this request. */
  authority?: string;
  /** The same by a cloud and a tenant there; comes before every `authority`. */
  azureCloudOptions?: AzureCloudOptions;
  /** A GUID of yours for this sign-in; one is made up otherwise. */
  correlationId?: string;
  /** JSON text of the claims parameter. */
  claims?: string;
  /** Sent in the query of every request of this sign-in. A plain object: URLSearchParams and Map are refused. */
  extraQueryParameters?: Record<string, string>;
  /** Seconds to wait for the person, if shorter than the code's life; 0 is no limit. */
  timeout?: number;
  /** NEW: BCP 47 tag for the message; sent to Entra as `mkt`. */
  locale?: string;
  /** NEW: rejects with signal.reason as soon as it aborts, in a wait or in a request. */
  signal?: AbortSignal;
};

export type DeviceCodeRequest = StartDeviceCodeRequest & {
  /** Awaited before the first poll; an error it throws ends the flow with that error. */
  deviceCodeCallback: (response: DeviceCodeResponse) => void | Promise<void>;
  /** msal-node's way to cancel: set to true on this object. */
  cancel?: boolean;
};

export type DeviceCodeResponse = {
  /** To be shown exactly as it is. */
  userCode: string;
  /** A bearer secret: never show or log it. */
  deviceCode: string;
  /** Always https, or http on loopback. */
  verificationUri: string;
  /** NEW, where the provider sends it: holds the code, for a QR code beside the code. */
  verificationUriComplete?: string;
  /** Seconds. */
  expiresIn: number;
  /** Seconds. */
  interval: number;
  /** One sentence that says it all, free of control characters. */
  message: string;
};

export type SilentFlowRequest = {
  /** What the access token must be good for. It may be good for more; letters' case does not matter. */
  scopes: string[];
  /**
   * Whose tokens: one of getAllAccounts(), or the account of an earlier result. Where the authority is one for many tenants
   * (`common`, `organizations`, `consumers`), its `tenantId` says which.
   */
  account: AccountInfo;
  /** Another authority for this request. */
  authority?: string;
  /** The same by a cloud and a tenant there; comes before every `authority`. */
  azureCloudOptions?: AzureCloudOptions;
  /** A GUID of yours for this call; one is made up otherwise. */
  correlationId?: string;
  /** JSON text of the claims parameter, for example of a resource's challenge: a new token is asked for. */
  claims?: string;
  /** A new token, whatever the cache has. */
  forceRefresh?: boolean;
  /** Sent in the query of the token request. A plain object: URLSearchParams and Map are refused. */
  extraQueryParameters?: Record<string, string>;
  /**
   * NEW: rejects with signal.reason as soon as it aborts. A refresh that is under way goes on and is stored, because its answer may
   * hold a new refresh token.
   */
  signal?: AbortSignal;
  /**
   * NEW: gets a promise of what goes on after this call, which never rejects: a token that is due is handed out at once and renewed
   * behind. On Cloudflare Workers `(work) => ctx.waitUntil(work)`.
   */
  waitUntil?: (work: Promise<unknown>) => void;
};

/** What of msal-node's interface of this name is here. */
export interface IPublicClientApplication {
  acquireTokenByDeviceCode(request: DeviceCodeRequest): Promise<AuthenticationResult>;
  acquireTokenSilent(request: SilentFlowRequest): Promise<AuthenticationResult>;
  getLogger<L = Logger>(): L;
  setLogger(logger: Logger): void;
}

export class PublicClientApplication implements IPublicClientApplication {
  /** Synchronous and without I/O. A wrong configuration throws ClientConfigurationError here, not later. */
  constructor(configuration: Configuration);
  /**
   * Asks for a code, hands it to the callback, waits for the person, keeps the tokens and returns them.
   * @throws {ServerError} the person or the provider refused; its `errorCode` is the provider's word
   * @throws {ClientAuthError} `device_code_expired`, `user_timeout_reached`, `network_error` and others
   * @throws {ClientAuthError} `cache_plugin_error`: the person has signed in, but the cache plugin did not store the tokens. The
   * stores of `device-code-flow/storage` throw codes of their own (`storage_…`).
   * They are in memory, and the next call that reaches the cache stores them
   * @throws {ClientConfigurationError} a wrong request, before anything is sent
   */
  acquireTokenByDeviceCode(request: DeviceCodeRequest): Promise<AuthenticationResult>;
  /**
   * A token without a person: from the cache while it is good (no network), or by the refresh token. Equal calls at once share one
   * answer; refreshes of one person's tokens are made one after the other, also among processes where the cache plugin can lock.
   * @throws {InteractionRequiredAuthError} a person has to sign in: `no_tokens_found`, or the provider's words with `classification`
   * @throws {ClientAuthError} `no_account_in_silent_request`, `network_error`, `cache_plugin_error` or a store's own `storage_…`
   * @throws {ServerError} the provider could not, or would not; for a while the same answer is given without asking it again
   */
  acquireTokenSilent(request: SilentFlowRequest): Promise<AuthenticationResult>;
  /** NEW: asks for a code and returns at once. The flow can be polled, awaited, or saved and resumed elsewhere. */
  startDeviceCode(request: StartDeviceCodeRequest): Promise<DeviceCodeFlow>;
  /**
   * NEW: takes up a saved flow, in this process or another.
   * @throws {AuthError} `saved_flow_invalid`, `saved_flow_version`, `saved_flow_mismatch`: a text that save() did not
   * write, that was changed since, or that belongs to another client or authority
   */
  resumeDeviceCode(saved: string): Promise<DeviceCodeFlow>;
  /**
   * The logger of `system.loggerOptions`, or of setLogger. (The type parameter is for code that is typed with msal-node's
   * Logger: TypeScript takes no other class for one that has private members.)
   */
  getLogger<L = Logger>(): L;
  /** Another logger, from the next sign-in on; msal-node's own will do. */
  setLogger(logger: Logger): void;
  /** Everybody who has signed in, once for each of their tenants. */
  getAllAccounts(): Promise<AccountInfo[]>;
  /** The tokens of this application. */
  getTokenCache(): TokenCache;
  /** Forgets a person: every token in this cache, whatever client it was issued to. */
  signOut(request: SignOutRequest): Promise<void>;
  /** Forgets everything that is in memory. What a cache plugin keeps stays where it is. */
  clearCache(): void;
}

export type SignOutRequest = {
  account: AccountInfo;
  /**
   * NEW: also has the provider revoke this client's refresh tokens of the account, where it has an endpoint for that (RFC 7009; Microsoft
   * Entra has none). Whatever it answers, they are forgotten here; that it could not be asked is thrown afterwards.
   */
  revoke?: boolean;
  /** A GUID of yours for this call. */
  correlationId?: string;
};

/**
 * The tokens of an application, as a JSON text in MSAL's unified schema: .NET, Java, Python, Go and Node read and write
 * the same. What they keep in it that is unknown here stays as it is.
 */
export interface TokenCache extends ISerializableTokenCache, ITokenCache {
  /** Has anything changed since it was last serialized, or stored by the cache plugin? */
  hasChanged(): boolean;
}

/** The tokens as a text. */
export interface ISerializableTokenCache {
  /** The whole cache. It holds refresh tokens, so it is a credential. */
  serialize(): string;
  /**
   * Takes up a text in place of what is in memory; what has changed since it was last serialized or stored is merged in.
   * @throws {AuthError} `token_cache_invalid`; then everything stays as it was
   */
  deserialize(cache: string): void;
}

/** The people in it. */
export interface ITokenCache {
  /** Everybody who has signed in, once for each of their tenants. */
  getAllAccounts(): Promise<AccountInfo[]>;
  /** The first account of that `homeAccountId`; null where nobody has it. */
  getAccountByHomeId(homeAccountId: string): Promise<AccountInfo | null>;
  /** The first account of that `localAccountId`; null where nobody has it. */
  getAccountByLocalId(localAccountId: string): Promise<AccountInfo | null>;
  /** Forgets a person: every token in this cache, whatever client it was issued to. */
  removeAccount(account: AccountInfo): Promise<void>;
}

/** Loads the cache before it is used and stores it afterwards. One call at a time. */
export interface ICachePlugin {
  /** Loads the text and hands it to `tokenCache.deserialize`. */
  beforeCacheAccess(tokenCacheContext: TokenCacheContext): Promise<void>;
  /** Stores the text of `tokenCache.serialize` if `cacheHasChanged`. Called also after `beforeCacheAccess` has failed; then `serialize` throws. */
  afterCacheAccess(tokenCacheContext: TokenCacheContext): Promise<void>;
  /**
   * NEW: runs `work` while nobody else who shares the store runs work under the same name; settles as `work` does. For stores that
   * many processes share and that can lock: "store" is held while the text is read, changed and written, and within
   * "refresh-xxxxxxxx" for as long as a person's tokens are being renewed.
   */
  exclusively?<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface TokenCacheContext {
  /** Is there something to store? The same before and after. */
  readonly cacheHasChanged: boolean;
  readonly tokenCache: ISerializableTokenCache;
}

/** NEW: one sign-in under way. It is what the person needs to see, and a way to go on. */
export interface DeviceCodeFlow extends AsyncIterable<FlowStep> {
  readonly userCode: string;
  readonly verificationUri: string;
  /** Where the provider sends it. */
  readonly verificationUriComplete?: string;
  readonly message: string;
  /** When the code stops working. */
  readonly expiresOn: Date;
  /**
   * How it stands: "completed" as soon as the tokens have arrived. If the call that brought them has rejected
   * (`cache_plugin_error`), they are in memory, and the next call stores them. "failed" once there is nothing more to wait for.
   */
  readonly status: "pending" | "completed" | "failed";
  /** At most one token request, and none before it is due: an early call resolves with "pending" and no network. */
  poll(options?: PollOptions): Promise<FlowStep>;
  /** Waits to the end: polls when due until there are tokens or an error. */
  wait(options?: PollOptions): Promise<AuthenticationResult>;
  /**
   * The whole flow as a JSON text. It is a credential: it holds the device code, with which whoever has the text when the
   * person says yes can fetch the tokens. Of two texts of one flow the one with the higher `revision` is the newer. Throws once
   * the flow is over.
   */
  save(): string;
}
/** Only for `instanceof`: flows come from startDeviceCode and resumeDeviceCode. */
export const DeviceCodeFlow: { readonly prototype: DeviceCodeFlow } & (abstract new (...none: never) => DeviceCodeFlow);

export type PollOptions = {
  signal?: AbortSignal;
  /**
   * Stores the flow's text, a credential, whenever that has changed: before each token request, which is not made where this
   * rejects, and after its answer. With it a process may die at any moment, and the next one goes on from the text: no poll comes
   * early, and tokens that were stored are found.
   */
  save?: (text: string) => void | Promise<void>;
};

export type FlowStep =
  | { status: "pending"; nextPollOn: Date }
  | { status: "completed"; result: AuthenticationResult };

export type AuthenticationResult = {
  /** Where the tokens come from: the address of the tenant, or the issuer. */
  authority: string;
  /** Who the person is to the provider: `oid` of the ID token, else `sub`; empty where there is neither. */
  uniqueId: string;
  /** `tid` of the ID token: the Entra tenant; empty elsewhere. */
  tenantId: string;
  /** What the access token is good for: the server's words where it says so, otherwise what was asked for. */
  scopes: string[];
  /** null where the provider sent no ID token. */
  account: AccountInfo | null;
  /** The ID token as it came, a credential; empty where there is none. Its signature is not checked: it came straight from the token endpoint over TLS. */
  idToken: string;
  /** What the ID token says; empty where there is none. */
  idTokenClaims: IdTokenClaims;
  /** A credential: what APIs want to see, as `Authorization: Bearer …`. To be looked at by nobody else. */
  accessToken: string;
  /** Nothing was asked of the provider for this one. */
  fromCache: boolean;
  /** Counted from the arrival of the tokens; null where the provider does not say. */
  expiresOn: Date | null;
  /** Entra: until when its APIs may take the token should Entra be down. This library does not make use of it. */
  extExpiresOn?: Date;
  /** From when on `acquireTokenSilent` renews the token beside giving it, where the provider names a time. */
  refreshOn?: Date;
  /** How it is sent: "Bearer", in the server's spelling. */
  tokenType: string;
  /** The id that requests, errors and log lines of this call have in common. */
  correlationId: string;
  /** Entra's own id of the answer that brought the tokens, for its support. */
  requestId?: string;
  /** "1" where the refresh token is one of Microsoft's family of applications. */
  familyId?: string;
};

export type AccountInfo = {
  /** Who it is, in every tenant and cloud: `uid.utid` at Entra. What to remember somebody by. */
  homeAccountId: string;
  /** The host of the cloud or the issuer, such as `login.windows.net`. */
  environment: string;
  /** The tenant that this account stands for; empty where the provider has no tenants. */
  tenantId: string;
  /** What the person signs in with; empty where the provider does not say. Not for decisions: names change hands. */
  username: string;
  /** Who it is in this tenant: `oid`, else `sub`. */
  localAccountId: string;
  /** What to call the person. */
  name?: string;
  /** Spares the person a choice at the next sign-in, where the provider sends it. */
  loginHint?: string;
  /** The user principal name, where the tenant has it put into its tokens. */
  upn?: string;
  /** The last ID token for this application and tenant, a credential, where there is one. */
  idToken?: string;
  /** What that says. */
  idTokenClaims?: IdTokenClaims;
  /** "MSSTS" for Microsoft Entra, "Generic" for other issuers. */
  authorityType?: string;
  /** What the person is called in each tenant that the cache knows, by tenant id. */
  tenantProfiles?: Map<string, TenantProfile>;
  /** The boundary that Entra keeps the tenant's data within, where it says so. */
  dataBoundary?: "EU" | "None";
  /** The person asked to be kept signed in, or the device is joined to the tenant. */
  kmsi?: boolean;
};

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

export type TenantProfile = {
  /** Which tenant. */
  tenantId: string;
  /** Who the person is in it. */
  localAccountId: string;
  /** What they sign in with there. */
  username: string;
  /** What they are called there. */
  name?: string;
  /** Spares the person a choice at the next sign-in, where the provider sends it. */
  loginHint?: string;
  /** The user principal name, where the tenant has it put into its tokens. */
  upn?: string;
  /** Is it the one that they belong to, and not one whose guest they are? */
  isHomeTenant?: boolean;
};

/** The codes that this library itself gives. Others are the provider's own words. docs/errors.md has a heading for each. */
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
  | "token_cache_invalid"
  | "cache_plugin_error"
  | "internal_error"
  | "encrypted_text_damaged"
  | "encrypted_text_expected"
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

/** Who has to act: the program and its configuration, the provider, the way there, the person, an administrator, this library. */
export type ErrorFault = "caller" | "server" | "network" | "person" | "administrator" | "library";

/** The root of all errors of this library. */
export class AuthError extends Error {
  constructor(errorCode?: string, errorMessage?: string, hint?: string);
  /** What to branch on. */
  errorCode: OwnErrorCode | (string & {});
  /** What happened and where. */
  errorMessage: string;
  subError: string;
  correlationId: string;
  /** NEW: what to do about it, one sentence; empty where there is nothing to say. */
  hint: string;
  /** NEW: may the same call succeed later without a person? */
  retryable: boolean;
  /** NEW: who has to act for the next attempt to go better. */
  fault: ErrorFault;
  /** NEW: HTTP status of the answer that this error is about. */
  status?: number;
  /** NEW: the provider's own words, where the answer had them. */
  error?: string;
  errorDescription?: string;
  errorUri?: string;
  /** NEW: Entra's evidence. */
  errorCodes?: number[];
  traceId?: string;
  timestamp?: string;
}
/** The server said so. */
export class ServerError extends AuthError {
  claims?: string;
}
/** A person has to sign in (again). */
export class InteractionRequiredAuthError extends AuthError {
  /** What the next sign-in has to satisfy: to be passed on as `request.claims`. */
  claims?: string;
  /** MSAL's word for the help that the person needs: "BasicAction", "ConsentRequired" and the like, where Entra says so. */
  classification?: string;
}
/** Something on the client's side, while it ran. */
export class ClientAuthError extends AuthError {}
/** Wrong configuration or arguments: found before anything is sent. */
export class ClientConfigurationError extends ClientAuthError {}

/** msal-node's names for the codes of errors, those that this library throws. (Some have a name only here.) */
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
