// kvCache: the text under a key of Workers KV.
//
// Not safe among several that sign in or refresh at once: KV has no lock and no compare-and-swap, so the last one to write
// wins, and others may read what was there before for a minute. A Durable Object has neither trouble (durable-object.js).

import { wrongArgument } from "./failures.js";
import { moment, pluginOf } from "./plugin.js";

// For how long KV may give what was there before (its documentation: "up to 60 seconds or more").
const EVENTUALLY = 90_000;

// In the place where it was put KV shows a text at once, its documentation says: "usually". So it is looked for so often.
const LOOKS = 3;
const PAUSE = 100;

export function kvCache(namespace, key = "device-code-flow") {
  if (typeof Object(namespace).getWithMetadata !== "function") throw wrongArgument("The namespace of kvCache", "a binding of Workers KV, such as env.TOKENS");
  if (typeof key !== "string" || !key) throw wrongArgument("The key of kvCache", "a text");
  return pluginOf(new KvStore(namespace, key));
}

class KvStore {
  constructor(namespace, key) {
    Object.assign(this, { name: "kvCache", place: key, namespace });
    // own: what this isolate wrote last, and when; seen: what was loaded last.
  }

  async load() {
    const { value, metadata } = await this.namespace.getWithMetadata(this.place, "text");
    const { own } = this;
    // An older text than our own is what KV still remembers, not what it holds.
    const late = own && Date.now() - own.writtenAt < EVENTUALLY && !(Object(metadata).writtenAt > own.writtenAt);
    return (this.seen = late ? own.text : value || "");
  }

  async save(text) {
    const writtenAt = Date.now();
    await this.namespace.put(this.place, text, { metadata: { writtenAt } });
    // From here on our own text is taken for what is stored: then it has to be.
    await this.arrived(text);
    this.own = { text, writtenAt };
  }

  async arrived(text) {
    for (let look = 1; (await this.namespace.get(this.place, "text")) !== text; look++) {
      if (look === LOOKS) throw new Error("it does not have what it was given, or another has written at the same moment");
      await new Promise((resolve) => setTimeout(resolve, PAUSE * look));
    }
  }

  async setAside() {
    const kept = `${this.place}.damaged-${moment()}`;
    const text = await this.namespace.get(this.place, "text");
    // Only what was found damaged: another may have done this, and stored since.
    if (text !== this.seen) throw new Error("it was changed while it was set aside");
    await this.namespace.put(kept, text);
    await this.namespace.delete(this.place);
    this.own = undefined;
    return kept;
  }
}
