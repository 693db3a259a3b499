// The types of device-code-flow/workers. docs/workers.md says which engine does what, and what each of them cannot lose.

import type { AccountInfo, AuthenticationResult, AuthError, PublicClientApplication, SilentFlowRequest, StartDeviceCodeRequest } from "device-code-flow";

export type SignInOptions = {
  /** With a cache plugin: without one the tokens are gone with the invocation. */
  app: PublicClientApplication;
  /** What to ask for. */
  request: Omit<StartDeviceCodeRequest, "signal">;
  /** Where the sign-in under way is kept. Its text is a credential. */
  store: SignInStore;
  /** Under which key. Default "sign-in". One person signs in under one key. */
  key?: string;
  /**
   * Is a sign-in that ended with this error begun anew, in the same step? Default: only after `tokens_lost`. Otherwise it stays
   * "failed" until `start()`.
   */
  restart?: (error: AuthError) => boolean;
};

/** What of an error is kept in a store. */
export type SignInFailure = { errorCode: string; errorMessage: string; hint: string; correlationId: string };

export type SignInStatus =
  /** Nobody is signing in, and nobody has. */
  | { status: "none"; busy?: true }
  | {
      status: "pending";
      userCode: string;
      verificationUri: string;
      verificationUriComplete?: string;
      message: string;
      expiresOn: Date;
      nextPollOn: Date;
      /** Another invocation is at work on it, so this step did nothing. */
      busy?: true;
      /** Why the sign-in before this one was begun anew. */
      replaced?: SignInFailure;
    }
  | {
      status: "completed";
      /** null where the provider sent no ID token. */
      account: AccountInfo | null;
      /** In the step in which the tokens came. They are in the cache plugin's store by then. */
      result?: AuthenticationResult;
      busy?: true;
    }
  | { status: "failed"; error: SignInFailure; busy?: true };

/** One sign-in that is kept in a store, and goes on by one step whenever somebody has the time. */
export class SignIn {
  constructor(options: SignInOptions);
  /**
   * Asks for a code if there is none; otherwise polls once, if that is due. At most one token request, and none while another
   * step of the same sign-in runs.
   * @throws {ClientAuthError} `sign_in_store_error`: the store failed. Nothing is lost: a later step goes on
   * @throws {AuthError} `saved_flow_invalid`, `saved_flow_version`, `saved_flow_mismatch`, with the store and the key in the
   * message: what is there was not written by this application, or was changed. It is not written over
   */
  step(options?: { signal?: AbortSignal }): Promise<SignInStatus>;
  /** The sign-in under way, or a new one: one that is over is begun anew. Callers at the same time get the same. */
  start(options?: { signal?: AbortSignal }): Promise<SignInStatus>;
  /** How it stands. Nothing is sent. */
  status(): Promise<SignInStatus>;
  /** Forgets the sign-in. Tokens that were stored stay where they are. */
  cancel(): Promise<void>;
  /** A token of the person who has signed in. With the invocation's `waitUntil` it is renewed in the background. */
  token(options?: Partial<Omit<SilentFlowRequest, "account">> & { waitUntil?: (promise: Promise<unknown>) => void }): Promise<AuthenticationResult>;
}

/** Where sign-ins are kept. */
export interface SignInStore {
  /** Stands in errors. */
  readonly name: string;
  read(key: string): Promise<string | null | undefined>;
  /** Lends the key to one process at a time; null while somebody has it. It runs out after `milliseconds`. */
  lease(key: string, milliseconds: number): Promise<SignInLease | null>;
}
export interface SignInLease {
  /**
   * Stores a text, or takes it away if it is null. Rejects if the lease has been lost, and if what is there is not `before`, where
   * that is given: then what was read was stale.
   */
  write(text: string | null, before?: string | null): Promise<unknown>;
  release(): Promise<unknown>;
}

/** A table of D1, which is made if it is missing. The lease is exact: of two ticks at once one polls, wherever they run. */
export function d1Store(database: D1Like, options?: { table?: string }): SignInStore;
/** The storage of a Durable Object. */
export function durableObjectStore(storage: StorageLike): SignInStore;
/** Workers KV, which has no lock: enough for one cron trigger a minute. */
export function kvStore(namespace: KvLike): SignInStore;

/** Any of them with its texts encrypted: `encryptedStore(d1Store(env.DB), encryption(key))`, with `encryption` of device-code-flow/storage. */
export function encryptedStore(store: SignInStore, encryption: { seal(text: string): Promise<string>; open(sealed: string, place?: string): Promise<string> }): SignInStore;

/** A sign-in in a Durable Object: it polls by the object's alarm and survives its eviction. */
export class DurableSignIn {
  constructor(options: DurableSignInOptions);
  /** The sign-in under way, or a new one; it goes on by itself. */
  start(): Promise<SignInStatus>;
  /** How it stands, for a page to show. */
  status(): Promise<SignInStatus>;
  /** Forgets it. */
  cancel(): Promise<void>;
  /** A token of the person who has signed in. */
  token: SignIn["token"];
  /** To be called by the object's alarm(). */
  alarm(): Promise<void>;
}
export type DurableSignInOptions = Omit<SignInOptions, "store"> & {
  storage: StorageLike & { setAlarm(time: number): Promise<void>; deleteAlarm(): Promise<void> };
  /** Hears of a step that failed; it is repeated after half a minute. */
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
 * Waits in a Workflow until somebody has signed in, by step.do and step.sleep. Rejects if the sign-in fails: the instance has then
 * errored.
 */
export function signInWorkflow(
  step: StepLike,
  signIn: SignIn,
  options?: { name?: string; config?: object },
): Promise<{ status: "completed"; homeAccountId: string | null }>;

/**
 * A fetch handler that hands on /devicecode and /token of Entra for pages whose origin it refuses, to those on its lists. It keeps
 * and logs nothing.
 */
export function relay(options: RelayOptions): (request: Request, env: any) => Promise<Response>;
export type RelayOptions = {
  /** Origins of pages, such as "https://kiosk.example"; "null" is that of a file. */
  origins: string[];
  clientIds: string[];
  /** As they stand in the path of the authority: "contoso.onmicrosoft.com", a GUID, "organizations". */
  tenants: string[];
  /** Cloudflare's rate limiting binding, asked once for each request with the caller's address. */
  limiter: (env: any) => { limit(options: { key: string }): Promise<{ success: boolean }> };
  /** Default https://login.microsoftonline.com */
  host?: string;
};

/** The `system.fetch` for a page that signs in through a relay. The relay sees codes and tokens: it must be yours. */
export function relayFetch(address: string, options?: { host?: string; fetch?: typeof fetch }): typeof fetch;

/** What is used of Cloudflare's own types. */
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
