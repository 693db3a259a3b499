// @ts-check
// The errors of the stores, each code in one place. docs/errors.md is generated from the literals in this file.
//
// No message contains the text of a store. A message names the store and its place.

import { AuthError, ClientAuthError, ClientConfigurationError } from "device-code-flow";

/**
 * What errors say of a store.
 * @typedef {object} Location
 * @property {string} name of the function that made the store, for example "fileCache"
 * @property {string} place where the text is: a path, a key
 */

/**
 * For example "fileCache (/var/lib/app/tokens.json)".
 * @param {Location} store
 */
export function describeStore({ name, place }) {
  return `${name} (${place})`;
}

/**
 * @param {string} name
 * @param {string} expected
 */
export function wrongArgument(name, expected) {
  return new ClientConfigurationError("invalid_argument", `${name} must be ${expected}.`, "Correct the argument that the message names.");
}

/** @param {string} reason */
export function unsupported(reason) {
  return new ClientConfigurationError(
    "storage_unsupported",
    `${reason}.`,
    "Use what this host has: fileCache in Node, Deno and Bun, webStorageCache in a page on https, durableObjectCache or kvCache on Workers, denoKvCache on Deno Deploy.",
  );
}

/**
 * @param {Location} store
 * @param {unknown} cause
 */
export function unreadable(store, cause) {
  const error = new ClientAuthError(
    "storage_read_failed",
    `${describeStore(store)} could not be read: ${messageOf(cause)}`,
    "See error.cause for the store's own error. Nothing was written over the text; call again when the store can be read.",
  );
  return withCause(error, cause);
}

/**
 * The store refused to write: because it is full, which the program can change, or for another reason.
 * @param {Location} store
 * @param {unknown} cause
 */
export function unwritable(store, cause) {
  return isFull(cause) ? full(store, cause) : notWritten(store, cause);
}

/**
 * @param {Location} store
 * @param {unknown} cause
 */
function notWritten(store, cause) {
  const error = new ClientAuthError(
    "storage_write_failed",
    `${describeStore(store)} could not be written: ${messageOf(cause)}`,
    "See error.cause for the store's own error. The store still has its old text; the tokens stay in memory, and the next call stores them.",
  );
  return withCause(error, cause);
}

/**
 * @param {Location} store
 * @param {unknown} cause
 */
function full(store, cause) {
  const error = new ClientAuthError(
    "storage_full",
    `${describeStore(store)} has no room for the tokens: ${messageOf(cause)}`,
    "Make room, or sign out accounts that are no longer used. The store still has its old text; the tokens stay in memory, and the next call stores them.",
  );
  return withCause(error, cause);
}

/**
 * @param {Location} store
 * @param {string} lock the name or the path of the lock
 * @param {number} patience in milliseconds
 * @param {string} [holder] the process that holds the lock
 */
export function locked(store, lock, patience, holder) {
  const held = holder ? `; ${holder} holds it` : "";
  const error = new ClientAuthError(
    "storage_locked",
    `${describeStore(store)}: the lock ${lock} did not become free within ${patience / 1000} s${held}.`,
    "Call again later. If nothing that uses the store is running, remove the lock that the message names.",
  );
  error.retryable = true;
  return error;
}

/**
 * @param {Location} store
 * @param {string} lock
 */
export function lockLost(store, lock) {
  const error = new ClientAuthError(
    "storage_lock_lost",
    `${describeStore(store)}: another process took over the lock ${lock}, because this process did not renew it in time.`,
    "Call again: the store was not written over, the tokens stay in memory, and the next call merges them into what is stored now.",
  );
  error.retryable = true;
  return error;
}

/**
 * The bytes are not a text, or the pieces do not fit together.
 * @param {Location} store
 * @param {string} reason
 */
export function damaged(store, reason) {
  return new AuthError(
    "token_cache_invalid",
    `${describeStore(store)} is damaged: ${reason}.`,
    "Restore the store's text, or set it aside and sign in again; it was not written over.",
  );
}

/**
 * The error of a text that is not a token cache, with the place to which the text was moved.
 * @param {Location} store
 * @param {unknown} error that reported the damage
 * @param {string} backup
 */
export function setAside(store, error, backup) {
  const reported = asAuthError(store, error);
  const message = `${reported.errorMessage} ${describeStore(store)} held it; the text was set aside as ${backup}, and the store is empty now.`;
  return reworded(reported, message, "Sign in again, or repair the text and put it back: it is, unchanged, where the message says.");
}

/**
 * The error of a text that is not a token cache because it is encrypted. Nothing is wrong with the text, and it stays.
 * @param {Location} store
 * @param {unknown} error that reported the damage
 */
export function stillEncrypted(store, error) {
  const message = `${describeStore(store)} is encrypted, and was loaded without encrypted().`;
  const hint = "Wrap the plugin in encrypted(plugin, key) with the key that the text was stored with. Nothing was moved or written over.";
  return reworded(asAuthError(store, error), message, hint);
}

/**
 * The same object if possible, because the caller of `deserialize` may have kept it. msal-node throws other errors.
 * @param {Location} store
 * @param {unknown} error
 * @returns {AuthError}
 */
function asAuthError(store, error) {
  return error instanceof AuthError ? error : withCause(damaged(store, messageOf(error)), error);
}

/**
 * @param {AuthError} error
 * @param {string} message
 * @param {string} hint
 */
function reworded(error, message, hint) {
  error.errorMessage = message;
  error.message = `${error.errorCode}: ${message}`;
  error.hint = hint;
  error.fault = "caller";
  return error;
}

/** @param {string} problem */
export function wrongKey(problem) {
  return new ClientConfigurationError(
    "encryption_key_invalid",
    `The encryption key ${problem}.`,
    "Pass 32 random bytes, their base64 text, or a CryptoKey for AES-GCM. To make one: node -e 'console.log(crypto.randomBytes(32).toString(\"base64\"))', kept as a secret. A passphrase is not a key.",
  );
}

/** @param {string} place */
export function otherKey(place) {
  return new ClientAuthError(
    "encryption_key_mismatch",
    `${place} was encrypted with another key.`,
    "Pass the key it was encrypted with. Nothing was written over; if that key is gone, set the text aside and sign in again.",
  );
}

/**
 * @param {string} place
 * @param {string} reason
 */
export function changedText(place, reason) {
  return new ClientAuthError(
    "encrypted_text_damaged",
    `${place} is encrypted, but was changed or cut short since: ${reason}.`,
    "Restore the text from a copy, or set it aside and sign in again. Nothing was written over.",
  );
}

/** @param {string} place */
export function notEncrypted(place) {
  return new ClientAuthError(
    "encrypted_text_expected",
    `${place} is a text that is not encrypted.`,
    `If it is a token cache from before the encryption, encrypt it once with encryption(key).seal(text, { purpose: "token-cache", context }), with the context that encrypted() uses: its option context, otherwise the plugin's place. Store the result. If it is something else, set it aside. Nothing was written over.`,
  );
}

/**
 * @param {string} place
 * @param {string} how it was sealed
 */
export function misplacedText(place, how) {
  return new ClientAuthError(
    "encrypted_text_misplaced",
    `${place} was encrypted for another place: ${how}.`,
    "If you have moved or renamed it, open it once with the purpose and the context that it was sealed with, and seal it for its new place; otherwise somebody has put it there. Nothing was written over.",
  );
}

/** @param {string} place */
export function unboundText(place) {
  return new ClientAuthError(
    "encrypted_text_unbound",
    `${place} was encrypted by an earlier release, which did not bind a text to its place, and acceptUnbound is false.`,
    "Leave acceptUnbound out until each text of the store was written once, or set this text aside and sign in again. Nothing was written over.",
  );
}

/**
 * @template {Error} T
 * @param {T} error
 * @param {unknown} cause
 * @returns {T}
 */
export function withCause(error, cause) {
  error.cause = cause;
  return error;
}

/** @param {unknown} cause */
function messageOf(cause) {
  return String(Object(cause).message || cause);
}

/**
 * Is it the error of a full disk, or of a quota: of a file system, a page's storage, Workers KV (25 MiB a value), a Durable Object?
 * @param {unknown} cause
 */
function isFull(cause) {
  const { code, name, message } = Object(cause);
  return (
    ["ENOSPC", "EDQUOT", "EFBIG", 22].includes(code) ||
    ["QuotaExceededError", "NS_ERROR_DOM_QUOTA_REACHED"].includes(name) ||
    /\b413\b|SQLITE_FULL/.test(message)
  );
}
