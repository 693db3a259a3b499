// @ts-check
// What a sealed text is bound to: what it is for, and where it stands. Who can write a store, and has no key, could otherwise put the
// text of one person in the place of another's, or a text of one kind in the place of another kind.
//
// Both are in the header of the JWE, which is authenticated: the purpose as "typ" (RFC 7516 §4.1.11, RFC 8725 §3.11), the context by
// its check value as "ctx" (key-check.js).

import { createContextCheck, isContextCheckOf } from "./key-check.js";
import { misplacedText, unboundText, wrongArgument } from "./storage-errors.js";

/**
 * @typedef {object} Binding
 * @property {string} purpose what the text is for
 * @property {string} context where the text stands; "" if nothing is known of that
 */

/** @typedef {{ typ?: string, ctx?: string }} BoundHeader the members of a header; a text of an earlier release has none of them */

// The purpose of a text that a program seals itself.
const OWN_PURPOSE = "text";

/**
 * The binding that the options of `seal` or `open` name.
 * @param {{ purpose?: unknown, context?: unknown }} options
 * @returns {Binding}
 */
export function readBinding({ purpose = OWN_PURPOSE, context = "" }) {
  if (typeof purpose !== "string" || !purpose) throw wrongArgument("The option purpose", 'a text, such as "sign-in"');
  return { purpose, context: readContext(context) };
}

/** @param {unknown} context */
export function readContext(context) {
  if (typeof context !== "string") throw wrongArgument("The option context", "a text that names the place");
  return context;
}

/**
 * Refuses options that do not exist. A misspelt option would leave a text unprotected.
 * @param {unknown} options
 * @param {string} owner of the options, for the error
 * @param {string[]} names of the options that exist
 */
export function refuseUnknownOptions(options, owner, names) {
  if (Object(options) !== options) throw wrongArgument(`The options of ${owner}`, "an object");
  const unknown = Object.keys(/** @type {object} */ (options)).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrongArgument(`The option ${JSON.stringify(unknown)} of ${owner}`, `one of these: ${names.join(", ")}`);
}

/**
 * The members of the header for a text that is sealed.
 * @param {CryptoKey} key
 * @param {Binding} binding
 */
export async function boundHeader(key, { purpose, context }) {
  return { typ: purpose, ctx: await createContextCheck(key, context) };
}

/**
 * Refuses a text that was sealed for another purpose or another place.
 * @param {CryptoKey} key
 * @param {BoundHeader} header of the text, authenticated
 * @param {Binding} wanted
 * @param {{ place: string, acceptUnbound: boolean }} options `place` names the text in errors
 */
export async function checkBinding(key, { typ, ctx }, { purpose, context }, { place, acceptUnbound }) {
  if (typ === undefined) {
    if (!acceptUnbound) throw unboundText(place);
    return;
  }
  if (typ !== purpose) throw misplacedText(place, `as a text for ${JSON.stringify(typ)}, not for ${JSON.stringify(purpose)}`);
  if (!(await isContextCheckOf(key, context, ctx))) throw misplacedText(place, "under another key of the store, or with another context");
}
