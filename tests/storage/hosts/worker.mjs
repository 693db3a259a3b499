// kvCache in a Worker and durableObjectCache in Durable Objects of both kinds. The request names the store; the answer is the lines.
import { DurableObject } from "cloudflare:workers";
import * as library from "device-code-flow";
import * as storage from "device-code-flow/storage";
import { runCases } from "./suite.mjs";

let places = 0;

function kvPlace(namespace) {
  const key = `tokens-${(places += 1)}`;
  return {
    name: "kvCache",
    where: key,
    key,
    locks: false,
    plugin: () => storage.kvCache(namespace, key),
    text: async () => (await namespace.get(key)) ?? "",
    put: (text) => namespace.put(key, text),
    keptAside: async () => {
      const { keys } = await namespace.list({ prefix: `${key}.damaged-` });
      return Promise.all(keys.map(({ name }) => namespace.get(name)));
    },
  };
}

function objectPlace(kept) {
  const key = `tokens-${(places += 1)}`;
  const textOf = async (head) => {
    if (head === undefined || typeof head === "string") return head ?? "";
    const pieces = [...(await kept.list({ prefix: `${key}/${head.generation}/` })).values()];
    // Key-value storage has this limit.
    if (pieces.some(({ length }) => length > 128 * 1024 - 100)) throw new Error("a piece is too large");
    return new Blob(pieces).text();
  };
  return {
    name: "durableObjectCache",
    where: key,
    key,
    locks: true,
    plugin: (options) => storage.durableObjectCache(kept, key, options),
    text: async () => textOf(await kept.get(key)),
    put: (text) => kept.put(key, text),
    // The last one is a head whose pieces are missing.
    nonsense: [42, true, ["a"], { text: "{}" }, new Uint8Array(3), { generation: "gone", pieces: 1, bytes: 5 }],
    keptAside: async () => Promise.all([...(await kept.list({ prefix: `${key}.damaged-` })).values()].map(textOf)),
  };
}

export class ObjectOnKeys extends DurableObject {
  async fetch(request) {
    const url = new URL(request.url);
    if (url.pathname === "/cases") return lines((print) => runCases(library, storage, { [url.searchParams.get("name")]: () => objectPlace(this.ctx.storage) }, print));
    if (url.pathname === "/evict") this.ctx.abort("evicted");
    const cachePlugin = storage.encrypted(storage.durableObjectCache(this.ctx.storage), "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA");
    const context = { cacheHasChanged: request.method === "PUT", tokenCache: { deserialize: (text) => (context.text = text), serialize: () => context.put } };
    context.put = await request.text();
    await cachePlugin.exclusively("store", async () => {
      await cachePlugin.beforeCacheAccess(context);
      await cachePlugin.afterCacheAccess(context);
    });
    const entries = await this.ctx.storage.list();
    return Response.json({ text: context.text, entries: entries.size });
  }
}

export class ObjectOnTables extends ObjectOnKeys {}

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/kv") return lines((print) => runCases(library, storage, { kvCache: () => kvPlace(env.TOKENS) }, print));
    const objects = env[searchParams.get("objects")];
    return objects.get(objects.idFromName("one")).fetch(request);
  },
};

function lines(run) {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  run((line) => void writer.write(new TextEncoder().encode(`${line}\n`))).then(() => writer.close());
  return new Response(readable);
}
