// The types of device-code-flow/workers. docs/workers.md describes the engines and the stores.

import type { AccountInfo, AuthenticationResult, AuthError, PublicClientApplication, SilentFlowRequest, StartDeviceCodeRequest } from "device-code-flow";

export type SignInOptions = {
  /** It needs a cache plugin. Without one the tokens are lost at the end of the invocation. */
  app: PublicClientApplication;
  /**
   * The request of each sign-in. Its `accountHint` names the account where the provider sends no ID token. Default: the key, or the
   * SHA-256 of the key in hex if the key is no such name (1 to 256 bytes of visible characters and spaces).
   */
  request: Omit<StartDeviceCodeRequest, "signal">;
  /** Keeps the pending sign-in, whose text is a credential. */
  store: SignInStore;
  /** The key in the store. Default "sign-in". One person signs in under one key. The key is also the default of `request.accountHint`. */
  key?: string;
  /**
   * Decides whether a new sign-in is started after one that ended with this error. Otherwise it stays "failed" until `start()`. Default:
   * only after this library's own `tokens_lost`. If the provider chose the code, `error.isServerCode` is true. At most five
   * sign-ins in a row are replaced. The sixth failure stays. A sign-in does not count if its code expired and was valid for at least a
   * minute. The first replacement comes in the same step, the others after a pause of 1, 2, 4 and 8 minutes.
   */
  restart?: (error: AuthError) => boolean;
};

/** The members of an error that a store keeps. */
export type SignInFailure = {
  errorCode: string;
  errorMessage: string;
  hint: string;
  correlationId: string;
  /** The provider chose the code. It may equal one of this library's, and means something else then. */
  isServerCode?: boolean;
};

export type SignInStatus =
  /** No sign-in is pending, and none has completed. */
  | {
      status: "none";
      busy?: true;
      /** The error of the sign-in before, after which a new one is to be started. */
      replaced?: SignInFailure;
      /** When: a step before that does nothing. */
      nextPollOn?: Date;
    }
  | {
      status: "pending";
      userCode: string;
      verificationUri: string;
      verificationUriComplete?: string;
      message: string;
      expiresOn: Date;
      nextPollOn: Date;
      /** Another invocation is taking a step, so this one did nothing. */
      busy?: true;
      /** The error of the sign-in before this one. */
      replaced?: SignInFailure;
    }
  | {
      status: "completed";
      /** The type allows null as msal-node's does. A provider without ID tokens gives a local account: see `request.accountHint`. */
      account: AccountInfo | null;
      /** Only in the step in which the tokens arrived. The cache plugin has stored them by then. */
      result?: AuthenticationResult;
      busy?: true;
    }
  | { status: "failed"; error: SignInFailure; busy?: true };

/** One sign-in that is kept in a store. Each invocation takes one step of it. */
export class SignIn {
  constructor(options: SignInOptions);
  /**
   * Asks for a code if there is none; otherwise polls once if a poll is due. It makes at most one token request, and none while
   * another step of the same sign-in runs.
   * @throws {ClientAuthError} `sign_in_store_error`: the store failed. Nothing is lost; a later step goes on
   * @throws {AuthError} `saved_flow_invalid`, `saved_flow_version`, `saved_flow_mismatch`, with the store and the key in the
   * message: the stored text was not written by this application, or was changed. It is not written over
   */
  step(options?: { signal?: AbortSignal }): Promise<SignInStatus>;
  /** Gives the pending sign-in, or starts a new one. Callers at the same time get the same one. */
  start(options?: { signal?: AbortSignal }): Promise<SignInStatus>;
  /** The status of the sign-in. It sends no request. */
  status(): Promise<SignInStatus>;
  /** Forgets the sign-in. Tokens that were stored stay in the cache plugin's store. */
  cancel(): Promise<void>;
  /** A token of the person who has signed in. With the invocation's `waitUntil` it is renewed in the background. */
  token(options?: Partial<Omit<SilentFlowRequest, "account">> & { waitUntil?: (promise: Promise<unknown>) => void }): Promise<AuthenticationResult>;
}

/** Keeps the texts of sign-ins. */
export interface SignInStore {
  /** Names the store in errors. */
  readonly name: string;
  read(key: string): Promise<string | null | undefined>;
  /** Gives the lease of a key to one process at a time; null while another process has it. The lease expires after `milliseconds`. */
  lease(key: string, milliseconds: number): Promise<SignInLease | null>;
}
export interface SignInLease {
  /**
   * Stores a text, or removes it if it is null. Rejects if the lease was lost, and if the stored text is not `before` where that is
   * given: then the text that was read was stale.
   */
  write(text: string | null, before?: string | null): Promise<unknown>;
  release(): Promise<unknown>;
}

/** A table of D1, which is created if it is missing. The lease is exact: if two invocations take a step at once, only one polls. */
export function d1Store(database: D1Like, options?: { table?: string }): SignInStore;
/** The storage of a Durable Object. */
export function durableObjectStore(storage: StorageLike): SignInStore;
/** Workers KV, which has no lock. It is enough for one cron trigger a minute. */
export function kvStore(namespace: KvLike): SignInStore;

/**
 * Wraps a store, so that it has only encrypted texts: `encryptedStore(d1Store(env.DB), encryption(key))`, with `encryption` of
 * device-code-flow/storage. Each text is bound to its key. If several stores have one encryption key, name each by a `context`.
 */
export function encryptedStore(store: SignInStore, encryption: SignInEncryption, options?: { context?: string }): SignInStore;

/** The members of an Encryption of device-code-flow/storage that are used. */
export interface SignInEncryption {
  seal(text: string, binding: { purpose: string; context: string }): Promise<string>;
  open(sealed: string, options: { place: string; purpose: string; context: string }): Promise<string>;
}

/** A sign-in in a Durable Object. The object's alarm polls, and the sign-in survives the object's eviction. */
export class DurableSignIn {
  constructor(options: DurableSignInOptions);
  /** Gives the pending sign-in, or starts a new one. The alarm takes its steps. */
  start(): Promise<SignInStatus>;
  /** The status of the sign-in, for a page to show. */
  status(): Promise<SignInStatus>;
  /** Forgets the sign-in. */
  cancel(): Promise<void>;
  /** A token of the person who has signed in. */
  token: SignIn["token"];
  /** Takes a step. The object's alarm() calls it. */
  alarm(): Promise<void>;
}
export type DurableSignInOptions = Omit<SignInOptions, "store"> & {
  storage: StorageLike & { setAlarm(time: number): Promise<void>; deleteAlarm(): Promise<void> };
  /** Receives the error of a step that failed. The step is repeated after half a minute. */
  onError?: (error: unknown) => void;
};

/**
 * A class to extend: `class KioskSignIn extends signInObject(DurableObject, (ctx, env) => ({ app, request })) {}`, with
 * `DurableObject` of "cloudflare:workers".
 */
export function signInObject<Base extends abstract new (ctx: any, env: any) => object>(
  DurableObject: Base,
  options: (ctx: any, env: any) => Omit<DurableSignInOptions, "storage">,
): (new (ctx: any, env: any) => InstanceType<Base> & Pick<DurableSignIn, "start" | "status" | "cancel" | "alarm"> & { readonly signIn: DurableSignIn });

/**
 * Waits in a Workflow until a person has signed in, by step.do and step.sleep. Rejects if the sign-in fails; then the instance has the
 * status "errored".
 */
export function signInWorkflow(
  step: StepLike,
  signIn: SignIn,
  options?: { name?: string; config?: object },
): Promise<{ status: "completed"; homeAccountId: string | null }>;

/**
 * A fetch handler for pages whose origin Entra refuses. It forwards requests to /devicecode and /token for the origins, clients and
 * tenants on its lists. It keeps and logs nothing.
 */
export function relay(options: RelayOptions): (request: Request, env: any) => Promise<Response>;
export type RelayOptions = {
  /** Origins of pages, such as "https://kiosk.example"; "null" is that of a file. */
  origins: string[];
  clientIds: string[];
  /** As in the path of the authority: "contoso.onmicrosoft.com", a GUID, "organizations". */
  tenants: string[];
  /** Gives Cloudflare's rate limiting binding. Each request counts once, under the caller's address. */
  limiter: (env: any) => { limit(options: { key: string }): Promise<{ success: boolean }> };
  /** Default https://login.microsoftonline.com */
  host?: string;
};

/** The `system.fetch` for a page that signs in through a relay. The relay sees codes and tokens, so it must be your own. */
export function relayFetch(address: string, options?: { host?: string; fetch?: typeof fetch }): typeof fetch;

/** The members of Cloudflare's types that are used. */
export interface D1Like {
  prepare(sql: string): any;
}
export interface KvLike {
  get(key: string, type: "text"): Promise<string | null>;
  getWithMetadata(key: string, type: "text"): Promise<{ value: string | null; metadata: any }>;
  put(key: string, value: string, options?: any): Promise<void>;
  delete(key: string): Promise<void>;
}
export interface StorageLike {
  get(key: string): Promise<any>;
  transaction<T>(work: (transaction: any) => Promise<T>): Promise<T>;
}
export interface StepLike {
  do(name: string, config: any, work: (...given: any[]) => Promise<any>): Promise<any>;
  sleep(name: string, milliseconds: any): Promise<void>;
}
