// @ts-check
// The name of the account of a kept sign-in where no ID token names one: `accountHint` of its request.

import { printable } from "../printable.js";
import { throwWrongArgument } from "./arguments.js";

// The longest `request.accountHint`, in bytes of UTF-8: ACCOUNT_HINT of src/config/limits.rs.
const MAX_BYTES = 256;

/**
 * The key itself if `request.accountHint` accepts it; otherwise its SHA-256 in hex. So the people of two keys have two accounts.
 * @param {string} key of the sign-in
 * @returns {Promise<string>}
 */
export async function accountHintOf(key) {
  if (key.trim() && printable(key) === key && new TextEncoder().encode(key).length <= MAX_BYTES) return key;
  if (typeof crypto === "undefined" || !crypto.subtle) {
    throwWrongArgument("request.accountHint", "given, because the key of the sign-in is no name for an account, and this host has no WebCrypto");
  }
  // JSON writes lone surrogates as escapes. UTF-8 would make one character of all of them.
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(key)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
