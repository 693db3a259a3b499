// workerd: Workers KV, D1 and the storage of Durable Objects of both kinds, within an object. A request contains the settings and
// `objects`, which names the kind. Its answer is the lines.

import { DurableObject } from "cloudflare:workers";
import * as library from "device-code-flow";
import * as storage from "device-code-flow/storage";
import * as workers from "device-code-flow/workers";
import { check } from "./property.mjs";
import { flowStores, tokenStores } from "./stores.mjs";

export class OnTables extends DurableObject {
  async fetch(request) {
    const settings = await request.json();
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    const print = (line) => void writer.write(new TextEncoder().encode(`${line}\n`));
    const { KV: kv, DB: d1 } = this.env;
    const objects = this.ctx.storage;
    // The other kind of object has keys only.
    const bindings = settings.objects === "KEYS" ? { objects } : { kv, d1, objects };
    const flows = flowStores({ ...workers, ...storage }, bindings);
    const tokens = tokenStores(storage, bindings);
    check({ ...library, ...workers }, { ...settings, flows, tokens, print })
      .catch((error) => print(error.stack))
      .then(() => writer.close());
    return new Response(readable);
  }
}

export class OnKeys extends OnTables {}

export default {
  async fetch(request, env) {
    const objects = env[new URL(request.url).pathname.slice(1)];
    return objects.get(objects.idFromName("one")).fetch(request);
  },
};
