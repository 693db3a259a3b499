// The types of device-code-flow/storage. docs/storage.md describes how each store locks, and what happens when it fails.

import type { ICachePlugin } from "device-code-flow";

/** A cache plugin that tells where its text is. */
export interface PlacedCachePlugin extends ICachePlugin {
  /** The key of the text, in a store of keys: `encrypted` binds the text to it. A file has none, because it may be moved. */
  readonly place?: string;
}

/** A cache plugin that can lock its store. */
export interface LockingCachePlugin extends PlacedCachePlugin {
  /** Runs `work` while no other user of the store runs work under the same name. Settles as `work` does. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export type LockOptions = {
  /** How long to wait for a lock, in milliseconds. Default: 30 000 for the store, 120 000 for a refresh of tokens. */
  patience?: number;
};

export type LeaseOptions = LockOptions & {
  /** Called when another process took a lock over, because this process did not renew it in time (`storage_lock_lost`). */
  onLockLost?: (error: Error) => void;
};

/**
 * A file with mode 0600, for Node, Deno and Bun. It is whole at every moment. A missing folder is created.
 * @throws {ClientConfigurationError} `storage_unsupported`: this host has no files
 */
export function fileCache(path: string | URL, options?: LeaseOptions): LockingCachePlugin;

/** localStorage or sessionStorage of a page. It locks among tabs if the browser has Web Locks, which pages on https have. */
export function webStorageCache(storage?: WebStorage, key?: string, options?: LockOptions): PlacedCachePlugin & Partial<LockingCachePlugin>;

/** The members of a Storage that are used. */
export interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A key of Workers KV. It cannot lock, so it is not for several Workers that sign in or refresh at once. */
export function kvCache(namespace: KvNamespace, key?: string): PlacedCachePlugin;

/** The members of a KVNamespace that are used. */
export interface KvNamespace {
  get(key: string, type: "text"): Promise<string | null>;
  getWithMetadata(key: string, type: "text"): Promise<{ value: string | null; metadata: unknown }>;
  put(key: string, value: string, options?: { metadata?: any }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** The storage of a Durable Object, `ctx.storage`. */
export function durableObjectCache(storage: ObjectStorage, key?: string, options?: LockOptions): LockingCachePlugin;

/** The members of a DurableObjectStorage that are used. */
export interface ObjectStorage {
  get(key: string): Promise<any>;
  list(options: { prefix: string }): Promise<Map<string, any>>;
  transaction<T>(work: (transaction: any) => Promise<T>): Promise<T>;
}

/** Deno KV: `kv` is the result of `Deno.openKv()`. */
export function denoKvCache(kv: DenoKv, key?: string | DenoKvKey, options?: LeaseOptions): LockingCachePlugin;

export type DenoKvKey = readonly (Uint8Array | string | number | bigint | boolean)[];

/** The members of a Deno.Kv that are used. */
export interface DenoKv {
  get(key: any, options?: { consistency?: "strong" | "eventual" }): Promise<{ value: any; versionstamp: string | null }>;
  list(selector: any): AsyncIterable<{ value: any }>;
  atomic(): any;
}

/**
 * A key: 32 random bytes (or 16, or 24), their base64 or base64url text, or a CryptoKey for AES-GCM.
 * A passphrase is refused (`encryption_key_invalid`).
 */
export type EncryptionKey = KeyLike | Uint8Array | ArrayBuffer | string;

/** The members of a CryptoKey that are used: of a page's, or of one of node:crypto, whose types have no global of this name. */
export interface KeyLike {
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

/** Encrypts texts under a key, in the compact form of JWE (RFC 7516), `dir` with AES-GCM. */
export interface Encryption {
  /**
   * Encrypts a text, for example `seal(flow.save(), { context: userId })`. Only `open` with the same purpose and context decrypts it.
   * @throws {ClientConfigurationError} `invalid_argument`: it is not a text, or an option is wrong
   */
  seal(text: string, options?: SealOptions): Promise<string>;
  /**
   * Decrypts a text. A text in place of the options is the `place`.
   * @throws {ClientAuthError} `encryption_key_mismatch`, `encrypted_text_damaged`, `encrypted_text_expected`,
   * `encrypted_text_misplaced`, `encrypted_text_unbound`
   */
  open(sealed: string, options?: OpenOptions | string): Promise<string>;
}

/** What an encrypted text is bound to. Both are authenticated with it; the purpose can be read without the key. */
export type SealOptions = {
  /** What the text is for. Default "text". The library's own texts have "token-cache" (`encrypted`) and "sign-in" (`encryptedStore`). */
  purpose?: "text" | "token-cache" | "sign-in" | (string & {});
  /** Where the text stands, or whose it is: a key, a user id. Default: nothing is known of that. */
  context?: string;
};
export type OpenOptions = SealOptions & {
  /** Names the text in errors. */
  place?: string;
};

export type EncryptionOptions = {
  /**
   * Whether `open` takes a text of an earlier release, which was not bound to a purpose and a context. Default true. Set it to false
   * once each text of the store was written anew (docs/storage.md).
   */
  acceptUnbound?: boolean;
};

/** @throws {ClientConfigurationError} `encryption_key_invalid`, `invalid_argument`, at once */
export function encryption(key: EncryptionKey, options?: EncryptionOptions): Encryption;

export type EncryptedOptions = {
  /** What the text is bound to in place of the plugin's `place`: for a file, and for a plugin of your own. */
  context?: string;
};

/**
 * Wraps a cache plugin, so that its store has only encrypted text. A text that cannot be decrypted is never written over, and neither
 * is one that was encrypted for another place.
 */
export function encrypted<P extends ICachePlugin>(
  plugin: P & { readonly place?: string },
  key: EncryptionKey | Encryption,
  options?: EncryptedOptions,
): P extends LockingCachePlugin ? LockingCachePlugin : ICachePlugin;
