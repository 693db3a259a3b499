// @ts-check
// The content of one token cache in memory. It is in the module's TokenCache once the module is loaded, and a text until then.
//
// js/cache.js decides when it is loaded and stored. Here texts are handed to the module and back, and what a lost instance has left is
// taken up by the next one.

import { checkLength, wrong } from "./configuration.js";
import { AuthError, isOwnError } from "./errors.js";
import { callNow } from "./module.js";
import { loaded } from "./wasm.js";

/** An empty cache as msal-node writes it. */
const EMPTY = '{"AccessToken":{},"RefreshToken":{},"IdToken":{},"Account":{},"AppMetadata":{}}';

/**
 * The longest text, in characters. The module needs up to ten bytes for each, and its memory ends at 4 GiB. No store in use is near this: it
 * is enough for the tokens of fifty thousand people.
 */
const MAX_LENGTH = 128 * 1024 * 1024;

/** How deep the module lets objects and lists nest: MAX_DEPTH of src/json/scanner.rs. */
const MAX_DEPTH = 64;

export class CacheContent {
  /** @param {() => ((level: number, text: string) => void) | undefined} log */
  constructor(log) {
    this.log = log;
    /** The module's TokenCache. Its instance may be lost. @type {import("./glue.js").TokenCache | undefined} */
    this.cache = undefined;
    /** A text that the module has not taken up yet. @type {string | undefined} */
    this.pendingText = undefined;
    /** What a lost instance had not stored yet, as a text for `recover`. @type {string | undefined} */
    this.pendingEntries = undefined;
    /** The text that the store is known to have. Reading it again changes nothing. @type {string | undefined} */
    this.storedText = undefined;
    /** The last text that was read or written. It is used if a lost instance cannot be read. @type {string | undefined} */
    this.lastText = undefined;
    /** `lastText` as the module has it, where that differs: see `wellFormed`. @type {string | undefined} */
    this.escapedText = undefined;
    /** How many accesses use it. They go on with it even if it is forgotten meanwhile. */
    this.users = 0;
    this.isForgotten = false;
  }

  /**
   * The module's cache. The module must be loaded already. A text that the module refuses stays pending until another one comes, and every
   * access is told so; except one that `keepsOnFailure`: what it adds is kept until then.
   *
   * @param {boolean} keepsOnFailure
   */
  inModule(keepsOnFailure) {
    this.rescue();
    try {
      if (this.pendingText) this.take(this.pendingText);
    } catch (error) {
      if (!isOwnError(error, "token_cache_invalid") || !keepsOnFailure) throw error;
    }
    const cache = this.ensured();
    const entries = this.pendingEntries;
    this.pendingEntries = undefined;
    if (entries !== undefined) callNow(() => cache.recover(entries));
    return cache;
  }

  hasChanged() {
    this.rescue();
    return loaded() ? callNow(() => this.inModule(true).hasChanged()) : this.pendingEntries !== undefined;
  }

  /** The whole cache as a text. */
  write() {
    this.rescue();
    if (!loaded()) return this.pendingText || EMPTY;
    const cache = this.inModule(false);
    let text = callNow(() => cache.serialize());
    // A text that has not changed is returned as it was read.
    if (text === this.escapedText) text = withoutMark(this.lastText);
    else this.escapedText = undefined;
    this.storedText = this.lastText = text;
    return text;
  }

  /**
   * Takes up a text. The text that the store is known to have costs nothing.
   *
   * @param {unknown} given
   */
  read(given) {
    const text = given === undefined || given === null ? "" : given;
    if (typeof text !== "string") return wrong("cache", "the text of a token cache");
    // It is not copied into the module, and not called damaged: a store would set it aside.
    checkLength("The text of the token cache", text, MAX_LENGTH);
    this.rescue();
    if (!loaded()) {
      refuseUnreadable(text);
      this.pendingText = text;
      return undefined;
    }
    // What a lost instance has left is taken up first.
    if (this.pendingEntries !== undefined) this.inModule(true);
    if (!this.cache || text !== this.storedText) this.take(text);
    return undefined;
  }

  /** Nobody will ask for it any more but the accesses that are under way. */
  forget() {
    this.isForgotten = true;
    // Not at once: the caller may be a line of the log that comes from the midst of its use.
    Promise.resolve().then(() => this.release());
  }

  /** Frees the module's memory of a content that is forgotten, once no access uses it. */
  release() {
    if (!this.isForgotten || this.users || !this.cache) return;
    const { cache } = this;
    this.cache = undefined;
    if (cache.home === loaded()) cache.free();
  }

  /** Takes out of an instance that was lost what there was in it. */
  rescue() {
    const { cache } = this;
    if (!cache || cache.home === loaded()) return;
    try {
      cache.home.salvaged(() => {
        this.pendingEntries = cache.hasChanged() ? cache.unsaved() : undefined;
        this.pendingText = this.pendingText || cache.serialize();
      });
    } catch {
      this.pendingText = this.pendingText || this.lastText;
    }
    this.cache = this.storedText = undefined;
  }

  /**
   * Hands a text to the module. If the module refuses it, everything stays as it was.
   *
   * @param {string} text
   */
  take(text) {
    const cache = this.ensured();
    const log = this.log();
    const unescaped = withoutMark(text);
    const escaped = wellFormed(unescaped);
    const { pendingText, storedText, lastText, escapedText } = this;
    // These are set before the call, because the log's callback may ask for the text or pass another one.
    this.pendingText = undefined;
    this.storedText = this.lastText = text;
    this.escapedText = escaped === unescaped ? undefined : escaped;
    try {
      callNow(() => cache.deserialize(escaped, log));
    } catch (error) {
      Object.assign(this, { pendingText, storedText, lastText, escapedText });
      throw error;
    }
  }

  ensured() {
    const cache = this.cache || callNow((instance) => new instance.TokenCache());
    this.cache = cache;
    return cache;
  }
}

/**
 * A text without the byte order mark that it may begin with.
 *
 * @param {string} [text]
 */
const withoutMark = (text = "") => text.replace(/^\ufeff/, "");

/**
 * A JSON text with its lone surrogates as escapes. The module reads UTF-8, which cannot contain them.
 *
 * @param {string} text
 * @returns {string}
 */
function wellFormed(text) {
  // isWellFormed (ES2024) takes a tenth of the time.
  const { isWellFormed } = /** @type {any} */ (text);
  if (isWellFormed ? isWellFormed.call(text) : !/[\ud800-\udfff]/.test(text)) return text;
  return text.replace(/[\ud800-\udfff]/gu, (surrogate) => `\\u${surrogate.charCodeAt(0).toString(16)}`);
}

/**
 * Refuses a text that is not a cache and names the place. The module checks again; this check reports it before the person signs in. Only
 * the place is taken from the engine's message, because the message may quote a token.
 *
 * @param {string} text
 */
function refuseUnreadable(text) {
  const sections = Object.keys(JSON.parse(EMPTY));
  let place = "";
  try {
    const value = JSON.parse(/^\ufeff?[ \t\n\f\r]*$/.test(text) ? "{}" : withoutMark(text));
    const isRight = (/** @type {string} */ name) => (sections.includes(name) ? isSection(value[name]) : isWithin(MAX_DEPTH, value[name]));
    const name = isObject(value) && Object.keys(value).find((name) => !isRight(name));
    if (name === undefined) return;
    if (name && sections.includes(name)) place = `: it goes wrong in the section ${name}`;
  } catch (error) {
    const [, position] = /position (\d+)/.exec(Object(error).message) || [];
    if (position) place = `: it goes wrong at letter ${position}`;
  }
  throw new AuthError(
    "token_cache_invalid",
    `The text of the token cache is not MSAL's, which is the JSON of an object of sections${place}.`,
    "Restore the store's text, or set it aside and sign in again; it was not written over.",
  );
}

/** @param {unknown} value */
const isObject = (value) => Object(value) === value && !Array.isArray(value);

/**
 * Each property of a section's entries may be as deep as anything else.
 *
 * @param {unknown} value
 */
const isSection = (value) => value === null || (isObject(value) && isWithin(MAX_DEPTH + 2, value));

/**
 * Do the objects and lists of `value` nest no deeper than `depth`?
 *
 * @param {number} depth
 * @param {any} value
 * @returns {boolean}
 */
function isWithin(depth, value) {
  return Object(value) !== value || (depth > 0 && Object.values(value).every((inner) => isWithin(depth - 1, inner)));
}
