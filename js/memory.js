// What an application has of its token cache in memory: the module's part, or a text for as long as there is no module.
//
// Not when it is loaded and stored: js/cache.js asks a cache plugin for that. Here texts are handed to the module and back, and what
// a lost instance has left is taken up.

import { wrong } from "./configuration.js";
import { AuthError } from "./errors.js";
import { callNow, opened } from "./module.js";
import { loaded } from "./wasm.js";

// As msal-node writes it.
const EMPTY = '{"AccessToken":{},"RefreshToken":{},"IdToken":{},"Account":{},"AppMetadata":{}}';

// How deep the module lets objects and lists nest: DEPTH of src/json/scanner.rs.
const DEPTH = 64;

/** An empty one. `journal` is a function that gives what the module hands its lines to, if anybody reads them. */
export function emptyMemory(journal) {
  // live: the module's part, once it is loaded; held: a text for it until then; known: the text that it was last equal to. After a
  // trap, held and unsaved are what the instance has left: everything, and what no plugin has stored; base is the last text that passed here, should it have left nothing.
  // users: the accesses under way, which go on with it even if it is forgotten meanwhile.
  return { journal, users: 0 };
}

/** Nobody will ask for it any more but who does already. */
export function forget(memory) {
  memory.isForgotten = true;
  // Not at once: it may have been a line of the log that has led here, from the midst of its use.
  Promise.resolve().then(() => release(memory));
}

/** Gives back what a forgotten one has of the module's memory, once nobody uses it. */
export function release(memory) {
  if (!memory.isForgotten || memory.users) return;
  const { live } = memory;
  memory.live = undefined;
  if (live && live.home === loaded()) live.free();
}

/**
 * The module's part. It must be loaded already. A text that was held, and that it refuses, stays held until another one comes, and
 * every call is told so. `forNews`: but for one that brings something, which is kept until then.
 */
export function live(memory, forNews) {
  rescue(memory);
  try {
    if (memory.held) take(memory, memory.held);
  } catch (error) {
    if (!forNews || error.errorCode !== "token_cache_invalid") throw error;
  }
  memory.live = memory.live || new (loaded().TokenCache)();
  const { unsaved } = memory;
  memory.unsaved = undefined;
  if (unsaved !== undefined) callNow(() => opened(memory.live.recover(unsaved)));
  return memory.live;
}

/** Takes out of an instance that was thrown away what there was in it. */
export function rescue(memory) {
  const { live } = memory;
  if (!live || live.home === loaded()) return;
  try {
    live.home.salvaged(() => {
      memory.unsaved = live.hasChanged() ? live.unsaved() : undefined;
      memory.held = memory.held || live.serialize();
    });
  } catch {
    memory.held = memory.held || memory.base;
  }
  memory.live = memory.known = undefined;
}

/** The whole cache as a text. It is what the store is known to have, once it is stored. */
export function write(memory) {
  rescue(memory);
  if (!loaded()) return memory.held || EMPTY;
  const cache = live(memory);
  return (memory.known = memory.base = callNow(() => cache.serialize()));
}

/** Takes up a text. One that the cache is equal to already costs nothing. */
export function read(memory, given) {
  const text = given === undefined || given === null ? "" : given;
  if (typeof text !== "string") wrong("cache", "the text of a token cache");
  rescue(memory);
  if (!loaded()) {
    refuse(text);
    memory.held = text;
    return;
  }
  // What a lost instance has left is taken up first.
  if (memory.unsaved !== undefined) live(memory, true);
  if (memory.live && text === memory.known) return;
  take(memory, text);
}

function take(memory, text) {
  const cache = memory.live || new (loaded().TokenCache)();
  const bare = text.replace(/^\ufeff/, "");
  const journal = memory.journal();
  const { log } = callNow(() => opened(cache.deserialize(bare, !!journal)));
  Object.assign(memory, { live: cache, held: undefined, known: text, base: text });
  // At the very end: whoever reads a line may ask the cache.
  for (const [level, line] of log || []) journal(level, line);
}

/**
 * Throws for a text that is no cache, and says where it goes wrong. The module looks closer, but what it refuses is better known
 * here: before a person has signed in. What the engine says of it is not repeated but for the place: it may quote a token.
 */
function refuse(text) {
  const sections = Object.keys(JSON.parse(EMPTY));
  let place = "";
  try {
    const value = JSON.parse(/^\ufeff?[ \t\n\f\r]*$/.test(text) ? "{}" : text.replace(/^\ufeff/, ""));
    const isRight = (name) => (sections.includes(name) ? isSection(value[name]) : isWithin(DEPTH, value[name]));
    const name = isObject(value) && Object.keys(value).find((name) => !isRight(name));
    if (name === undefined) return;
    if (sections.includes(name)) place = `: it goes wrong in the section ${name}`;
  } catch ({ message }) {
    const [, position] = /position (\d+)/.exec(message) || [];
    if (position) place = `: it goes wrong at letter ${position}`;
  }
  throw new AuthError(
    "token_cache_invalid",
    `The text of the token cache is not MSAL's, which is the JSON of an object of sections${place}.`,
    "Restore the store's text, or set it aside and sign in again; it was not written over.",
  );
}

const isObject = (value) => Object(value) === value && !Array.isArray(value);

/** Of a section's entries, each property may be as deep as anything else. */
const isSection = (value) => value === null || (isObject(value) && isWithin(DEPTH + 2, value));

/** Do its objects and lists nest no deeper? */
function isWithin(depth, value) {
  return Object(value) !== value || (depth > 0 && Object.values(value).every((inner) => isWithin(depth - 1, inner)));
}
