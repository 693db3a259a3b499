// @ts-check
// kvCache: the text under a key of Workers KV.
//
// It is not safe for several Workers that sign in or refresh at once. KV has no lock and no compare-and-swap, so the last write wins,
// and others may read the text before it for a minute. A Durable Object has neither problem (durable-object-cache.js).

import { createCachePlugin, timestamp } from "./cache-plugin.js";
import { nameOfText } from "./derived-names.js";
import { wrongArgument } from "./storage-errors.js";

/** @typedef {import("device-code-flow/storage").KvNamespace} KvNamespace */

// For how long KV may give an older text (its documentation: "up to 60 seconds or more"), in milliseconds.
const MAX_STALENESS = 90_000;

// In the place where it was written KV "usually" shows a text at once, its documentation says. So it is read several times.
const MAX_READS = 3;
const PAUSE = 100;

/**
 * @param {KvNamespace} namespace
 * @param {string} [key]
 * @returns {import("device-code-flow").ICachePlugin}
 */
export function kvCache(namespace, key = "device-code-flow") {
  if (typeof Object(namespace).getWithMetadata !== "function") throw wrongArgument("The namespace of kvCache", "a binding of Workers KV, such as env.TOKENS");
  if (typeof key !== "string" || !key) throw wrongArgument("The key of kvCache", "a text");
  return createCachePlugin(new KvStore(namespace, key));
}

class KvStore {
  name = "kvCache";
  /** @type {string} */
  place;
  /** @type {string} */
  key;
  /** @type {KvNamespace} */
  namespace;
  /**
   * What this isolate wrote last.
   * @type {{ text: string, writtenAt: number } | undefined}
   */
  lastWrite = undefined;
  /**
   * What was loaded last.
   * @type {string | undefined}
   */
  lastText = undefined;

  /**
   * @param {KvNamespace} namespace
   * @param {string} key
   */
  constructor(namespace, key) {
    this.namespace = namespace;
    this.key = key;
    this.place = nameOfText(key);
  }

  async load() {
    const { value, metadata } = await this.namespace.getWithMetadata(this.place, "text");
    // KV may give an older text than the one that this isolate wrote. That is not the text that it holds now.
    const text = this.lastWrite && isOlder(metadata, this.lastWrite) ? this.lastWrite.text : value || "";
    this.lastText = text;
    return text;
  }

  /** @param {string} text */
  async save(text) {
    const writtenAt = Date.now();
    await this.namespace.put(this.place, text, { metadata: { writtenAt } });
    // From here on `load` takes this text for what is stored, so it must be stored.
    await this.confirmWrite(text);
    this.lastWrite = { text, writtenAt };
  }

  /** @param {string} text */
  async confirmWrite(text) {
    for (let reads = 1; (await this.namespace.get(this.place, "text")) !== text; reads++) {
      if (reads === MAX_READS) throw new Error("it does not have what it was given, or another has written at the same moment");
      await new Promise((resolve) => setTimeout(resolve, PAUSE * reads));
    }
  }

  async setAside() {
    const backup = `${this.place}.damaged-${timestamp()}`;
    const text = await this.namespace.get(this.place, "text");
    // Another isolate may have set the damaged text aside already, and saved since.
    if (text === null || text !== this.lastText) throw new Error("it was changed while it was set aside");
    await this.namespace.put(backup, text);
    await this.namespace.delete(this.place);
    this.lastWrite = undefined;
    return backup;
  }
}

/**
 * Was a text with this metadata written before our own write, which KV may not show yet?
 * @param {unknown} metadata
 * @param {{ writtenAt: number }} lastWrite
 */
function isOlder(metadata, { writtenAt }) {
  return Date.now() - writtenAt < MAX_STALENESS && !(Object(metadata).writtenAt > writtenAt);
}
