// Adds one to the number in a store, under its lock, ROUNDS times: `count.mjs STORE PLACE ROUNDS WAY`. Prints each number once it is stored.
// WAY is "exclusively", like this library, or "pairs", like msal-node: only load and store.
import * as storage from "device-code-flow/storage";
import { access } from "./cases.mjs";

const [store, place, rounds, way] = globalThis.Deno ? Deno.args : process.argv.slice(2);
const plugin = store === "kv" ? storage.denoKvCache(await Deno.openKv(place), ["count"]) : storage.fileCache(place);
for (let round = 0; round < Number(rounds); round++) {
  const once = () => access(plugin, (text) => String(Number(text || 0) + 1));
  const number = await (way === "pairs" ? once() : plugin.exclusively("store", once));
  console.log(number);
}
globalThis.process.exit(0);
