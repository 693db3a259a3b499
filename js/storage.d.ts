// The types of device-code-flow/storage. docs/storage.md says what each store keeps, how it locks, and what happens when it fails.

import type { ICachePlugin } from "device-code-flow";

/** A cache plugin that locks its store: among everybody who uses it, one at a time runs work of the same name. */
export interface LockingCachePlugin extends ICachePlugin {
  /** Runs `work` while nobody else who shares the store runs work under the same name; resolves or rejects as `work` does. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export type LockOptions = {
  /** How long a lock is waited for, in milliseconds. Default: 30 000 for the store, 120 000 for a refresh of tokens. */
  patience?: number;
};

export type LeaseOptions = LockOptions & {
  /** Called when a lock was taken over by another, because this process stood still for too long (`storage_lock_lost`). */
  onLockLost?: (error: Error) => void;
};

/**
 * A file, for Node, Deno and Bun: mode 0600, in a folder that is made if it is missing; whole at every moment.
 * @throws {ClientConfigurationError} `storage_unsupported`: this host has no files
 */
export function fileCache(path: string | URL, options?: LeaseOptions): LockingCachePlugin;

/** localStorage or sessionStorage of a page. It locks among the tabs where the browser has Web Locks, which pages on https have. */
export function webStorageCache(storage?: WebStorage, key?: string, options?: LockOptions): ICachePlugin & Partial<LockingCachePlugin>;

/** What is used of a Storage. */
export interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A key of Workers KV. It cannot lock: not for several Workers that sign in or refresh at once. */
export function kvCache(namespace: KvNamespace, key?: string): ICachePlugin;

/** What is used of a KVNamespace. */
export interface KvNamespace {
  get(key: string, type: "text"): Promise<string | null>;
  getWithMetadata(key: string, type: "text"): Promise<{ value: string | null; metadata: unknown }>;
  put(key: string, value: string, options?: { metadata?: any }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** The storage of a Durable Object, `ctx.storage`. */
export function durableObjectCache(storage: ObjectStorage, key?: string, options?: LockOptions): LockingCachePlugin;

/** What is used of a DurableObjectStorage. */
export interface ObjectStorage {
  get(key: string): Promise<any>;
  list(options: { prefix: string }): Promise<Map<string, any>>;
  transaction<T>(work: (transaction: any) => Promise<T>): Promise<T>;
}

/** Deno KV, what `Deno.openKv()` gives. */
export function denoKvCache(kv: DenoKv, key?: string | DenoKvKey, options?: LeaseOptions): LockingCachePlugin;

export type DenoKvKey = readonly (Uint8Array | string | number | bigint | boolean)[];

/** What is used of a Deno.Kv. */
export interface DenoKv {
  get(key: any, options?: { consistency?: "strong" | "eventual" }): Promise<{ value: any; versionstamp: string | null }>;
  list(selector: any): AsyncIterable<{ value: any }>;
  atomic(): any;
}

/**
 * What is taken for a key: 32 random bytes (or 16, or 24), their base64 or base64url text, or a CryptoKey for AES-GCM.
 * A passphrase is refused (`encryption_key_invalid`).
 */
export type EncryptionKey = KeyLike | Uint8Array | ArrayBuffer | string;

/** What is used of a CryptoKey: a page's, or one of node:crypto, whose types have no global of this name. */
export interface KeyLike {
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

/** Texts under a key, in the compact form of JWE (RFC 7516), `dir` with AES-GCM. */
export interface Encryption {
  /**
   * The text, encrypted: for example `seal(flow.save())`.
   * @throws {ClientConfigurationError} `invalid_argument`: it is no text
   */
  seal(text: string): Promise<string>;
  /**
   * The text that was sealed. `place` is what an error calls it.
   * @throws {ClientAuthError} `encryption_key_mismatch`, `encrypted_text_damaged`, `encrypted_text_expected`
   */
  open(sealed: string, place?: string): Promise<string>;
}

/** @throws {ClientConfigurationError} `encryption_key_invalid`, at once */
export function encryption(key: EncryptionKey): Encryption;

/** Any cache plugin, its text encrypted. What cannot be opened is never written over. */
export function encrypted<P extends ICachePlugin>(plugin: P, key: EncryptionKey | Encryption): P extends LockingCachePlugin ? LockingCachePlugin : ICachePlugin;
