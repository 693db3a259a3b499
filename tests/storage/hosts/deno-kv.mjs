// denoKvCache in Deno, on a file: `deno-kv.mjs FOLDER`.
import * as library from "device-code-flow";
import * as storage from "device-code-flow/storage";
import { runCases } from "./suite.mjs";

const kv = await Deno.openKv(`${Deno.args[0]}/kv`);
let places = 0;

function place() {
  const key = ["tokens", (places += 1)];
  const under = async (prefix) => {
    const entries = [];
    for await (const entry of kv.list({ prefix })) entries.push(entry);
    return entries;
  };
  const textOf = async (head) => {
    if (head === null || typeof head === "string") return head ?? "";
    if (!head.generation) return "";
    const pieces = (await under([...key, "pieces", head.generation])).map(({ value }) => value);
    return new Blob(pieces).text();
  };
  return {
    name: "denoKvCache",
    where: JSON.stringify(key).slice(0, -1),
    key: JSON.stringify(key),
    locks: true,
    plugin: (options) => storage.denoKvCache(kv, key, options),
    text: async () => textOf((await kv.get([...key, "head"])).value),
    put: (text) => kv.set([...key, "head"], text),
    // The last one is a head whose pieces are missing.
    nonsense: [42, true, ["a"], { text: "{}" }, new Uint8Array(3), { generation: "gone", pieces: 1, bytes: 5 }],
    keptAside: async () => {
      const kept = (await under(key)).filter(({ key }) => String(key.at(-1)).startsWith("damaged-"));
      return Promise.all(kept.map(({ value }) => textOf(value)));
    },
  };
}

const failed = await runCases(library, storage, { denoKvCache: place }, console.log);
Deno.exit(failed ? 1 : 0);
