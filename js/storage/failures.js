// What can go wrong with a store, each code in one place: docs/errors.md is made from the literals below.
//
// Not when it happens: that is in the stores. Nothing here holds a text of a store; a message names the store and its place.

import { AuthError, ClientAuthError, ClientConfigurationError } from "device-code-flow";

/** What the errors of a store begin with: "fileCache (/var/lib/app/tokens.json)". */
export function named(store) {
  return `${store.name} (${store.place})`;
}

export function wrongArgument(name, what) {
  return new ClientConfigurationError("invalid_argument", `${name} must be ${what}.`, "Correct the argument that the message names.");
}

export function unsupported(what) {
  return new ClientConfigurationError(
    "storage_unsupported",
    `${what}.`,
    "Use what this host has: fileCache in Node, Deno and Bun, webStorageCache in a page on https, durableObjectCache or kvCache on Workers, denoKvCache on Deno Deploy.",
  );
}

export function unreadable(store, cause) {
  const error = new ClientAuthError(
    "storage_read_failed",
    `${named(store)} could not be read: ${said(cause)}`,
    "See error.cause for what the store said. It was not written over; once it can be read, the next call goes on.",
  );
  return because(error, cause);
}

/** What a store said when it was written to, as one of two errors: only one of them is mended by making room. */
export function unwritable(store, cause) {
  return isFull(cause) ? full(store, cause) : notWritten(store, cause);
}

function notWritten(store, cause) {
  const error = new ClientAuthError(
    "storage_write_failed",
    `${named(store)} could not be written: ${said(cause)}`,
    "See error.cause for what the store said. It has what it had before; the tokens stay in memory, and the next call stores them.",
  );
  return because(error, cause);
}

function full(store, cause) {
  const error = new ClientAuthError(
    "storage_full",
    `${named(store)} has no room for the tokens: ${said(cause)}`,
    "Make room, or sign out people who are gone. The store has what it had before; the tokens stay in memory, and the next call stores them.",
  );
  return because(error, cause);
}

/** `lock` says where it is, `holder` who has it. */
export function locked(store, lock, seconds, holder) {
  const held = holder ? `; ${holder} holds it` : "";
  const error = new ClientAuthError(
    "storage_locked",
    `${named(store)}: the lock ${lock} was not to be had within ${seconds} s${held}.`,
    "Call again later. If nothing that uses the store is running, remove the lock that the message names.",
  );
  error.retryable = true;
  return error;
}

export function lockLost(store, lock) {
  const error = new ClientAuthError(
    "storage_lock_lost",
    `${named(store)}: the lock ${lock} was taken over by another while this process stood still.`,
    "Call again: the store was not written over, the tokens stay in memory, and the next call merges them into what is stored now.",
  );
  error.retryable = true;
  return error;
}

/** Bytes that are no text, or pieces that do not fit together. */
export function damaged(store, what) {
  return new AuthError(
    "token_cache_invalid",
    `${named(store)} is damaged: ${what}.`,
    "Restore the store's text, or set it aside and sign in again; it was not written over.",
  );
}

/** The error of a text that is no cache, with where the text is now. */
export function setAside(store, error, kept) {
  const told = ofText(store, error);
  const where = `${named(store)} held it; the text was set aside as ${kept}, and the store is empty now.`;
  return saying(told, `${told.errorMessage} ${where}`, "Sign in again, or mend the text and put it back: it is, word for word, where the message says.");
}

/** The same for one that is no cache because it is encrypted: nothing is wrong with it, and it stays. */
export function leftSealed(store, error) {
  const hint = "Wrap the plugin as it was when that was stored, encrypted(plugin, key), with the same key. Nothing was moved or written over.";
  return saying(ofText(store, error), `${named(store)} is encrypted, and was loaded without encrypted().`, hint);
}

/** The same error, because `deserialize` has thrown it and whoever called that keeps it; or one for what msal-node throws. */
function ofText(store, error) {
  return error instanceof AuthError ? error : because(damaged(store, said(error)), error);
}

function saying(error, message, hint) {
  error.errorMessage = message;
  error.message = `${error.errorCode}: ${message}`;
  error.hint = hint;
  error.fault = "caller";
  return error;
}

export function wrongKey(what) {
  return new ClientConfigurationError(
    "encryption_key_invalid",
    `The encryption key ${what}.`,
    "Pass 32 random bytes, their base64 text, or a CryptoKey for AES-GCM. To make one: node -e 'console.log(crypto.randomBytes(32).toString(\"base64\"))', kept as a secret; a passphrase is no key.",
  );
}

export function otherKey(place) {
  return new ClientAuthError(
    "encryption_key_mismatch",
    `${place} was encrypted with another key.`,
    "Pass the key it was encrypted with. Nothing was written over; if that key is gone, set the text aside and sign in again.",
  );
}

export function changedText(place, what) {
  return new ClientAuthError(
    "encrypted_text_damaged",
    `${place} is encrypted, but was changed or cut short since: ${what}.`,
    "Restore the text from a copy, or set it aside and sign in again. Nothing was written over.",
  );
}

export function plainText(place) {
  return new ClientAuthError(
    "encrypted_text_expected",
    `${place} is a text that is not encrypted.`,
    "If it is a token cache from before the encryption, encrypt it once with encryption(key).seal(text) and store that; otherwise set it aside. Nothing was written over.",
  );
}

function because(error, cause) {
  error.cause = cause;
  return error;
}

function said(cause) {
  return String((cause && cause.message) || cause);
}

// A disk, a quota of a file system, of a page's storage, of Workers KV (25 MiB a value), of a Durable Object.
function isFull(cause) {
  const { code, name, message } = Object(cause);
  return (
    ["ENOSPC", "EDQUOT", "EFBIG", 22].includes(code) ||
    ["QuotaExceededError", "NS_ERROR_DOM_QUOTA_REACHED"].includes(name) ||
    /\b413\b|SQLITE_FULL/.test(message)
  );
}
