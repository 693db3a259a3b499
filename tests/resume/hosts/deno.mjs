// Deno: tokens in Deno KV on a file, flows in a custom store on the same. deno.mjs SETTINGS, which name a folder.

import * as library from "device-code-flow";
import * as storage from "device-code-flow/storage";
import * as workers from "device-code-flow/workers";
import { check } from "./property.mjs";
import { flowStores, tokenStores } from "./stores.mjs";

const { folder, ...settings } = JSON.parse(Deno.args[0]);
const kv = await Deno.openKv(`${folder}/kv`);
const drawer = { get: async (key) => (await kv.get(["flows", key])).value, set: (key, text) => kv.set(["flows", key], text) };
const flows = flowStores({ ...workers, ...storage }, { drawer });
await check({ ...library, ...workers }, { ...settings, flows, tokens: tokenStores(storage, { deno: kv }), print: console.log });
Deno.exit(0);
