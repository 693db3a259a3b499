// What the WebAssembly module exports (src/web), as js/instance.js hands it on. Not part of the package.

import type { FlowHost, StoredTokens } from "./host.js";
import type { Instance } from "./instance.js";
import type { SharedSignal } from "./signal.js";

/** Takes the lines of a log (src/web/host.rs). */
export type Log = (level: number, text: string) => void;

/** src/web/application.rs */
export interface Application {
  readonly home: Instance;
  acquireTokenByDeviceCode(request: string, host: FlowHost, show: (prompt: Prompt) => unknown, signal?: SharedSignal): Promise<StoredTokens>;
  startDeviceCode(request: string, host: FlowHost, signal?: SharedSignal): Promise<Flow>;
  resumeDeviceCode(saved: string, configuration: string, host: FlowHost): Flow;
  refresh(request: string, cache: TokenCache, host: FlowHost): Flow;
  revoke(request: string, cache: TokenCache, host: FlowHost): Flow;
}

/** src/web/flow.rs */
export interface Flow {
  readonly home: Instance;
  readonly id: string | undefined;
  turn(wait: boolean, signal?: SharedSignal, save?: (text: string) => unknown, stored?: string): Promise<Pending | StoredTokens>;
  finish(): Promise<SignIn | undefined>;
  /** `undefined` once the flow is over: only those ask that have just begun or resumed it. */
  prompt(): Prompt;
  hasNews(): boolean;
  save(): string;
}

/** src/web/token_cache.rs */
export interface TokenCache {
  readonly home: Instance;
  free(): void;
  deserialize(text: string, log?: Log): void;
  serialize(): string;
  hasChanged(): boolean;
  unsaved(): string;
  recover(unsaved: string): void;
  markSaved(): void;
  find(request: string, log?: Log): SignIn | undefined;
  save(flow: Flow, flowId?: string): Profile[] | undefined;
  accountOfFlow(flowId: string, clientId: string): Account[];
  accounts(configuration: string, homeAccountId?: string): Account[];
  removeAccount(configuration: string, homeAccountId: string, environment: string, issuer?: string): void;
}

/** The classes of the module. */
export interface Classes {
  Application: new () => Application;
  TokenCache: { new (): TokenCache; refreshLock(request: string): string };
}

/** A flow that goes on. Times are in milliseconds since 1970, here and below (src/web/views.rs). */
export interface Pending {
  nextPollOn: number;
}

export interface Prompt {
  userCode: string;
  deviceCode: string;
  verificationUri: string;
  verificationUriComplete?: string;
  message: string;
  /** Seconds. */
  expiresIn: number;
  /** Seconds. */
  interval: number;
  expiresOn: number;
  deadline: number;
  correlationId: string;
}

export interface SignIn {
  authority: string;
  uniqueId: string;
  tenantId: string;
  scopes: string[];
  account: Account;
  idToken: string;
  /** A JSON text. */
  idTokenClaims: string;
  accessToken: string;
  tokenType: string;
  expiresOn?: number;
  extExpiresOn?: number;
  refreshOn?: number;
  correlationId: string;
  requestId?: string;
  familyId?: string;
  fromCache: boolean;
  /** The token is from the cache, and is to be renewed meanwhile. */
  isDue?: boolean;
}

export interface Account {
  homeAccountId: string;
  environment: string;
  authorityType: string;
  dataBoundary?: string;
  kmsi?: boolean;
  /** What the person is called in this tenant. */
  profile: Profile;
  /** The same in every tenant. Of several accounts of one person, the first one has it. */
  profiles?: Profile[];
  idToken?: string;
  /** A JSON text. */
  idTokenClaims?: string;
}

export interface Profile {
  tenantId: string;
  localAccountId: string;
  username: string;
  name?: string;
  loginHint?: string;
  upn?: string;
  isHomeTenant: boolean;
}

/** An error (`ErrorView` of src/web/views.rs). */
export interface ErrorView {
  class: string;
  code: string;
  isServerCode: boolean;
  message: string;
  hint: string;
  [property: string]: unknown;
}
