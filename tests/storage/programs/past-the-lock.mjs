// Adds a name to a list in Deno KV while another, who knows of no lock, adds one past it: `past-the-lock.mjs FILE`. The list is
// a cache as ours is one: what it is given is merged with what it has not stored.
import { denoKvCache } from "device-code-flow/storage";
import { access } from "./cases.mjs";

const kv = await Deno.openKv(Deno.args[0]);
await access(denoKvCache(kv, "names"), () => '["ada"]');

let names = [];
const added = ["bob"];
const tokenCache = {
  deserialize: (text) => (names = [...new Set([...JSON.parse(text), ...added])]),
  serialize: () => JSON.stringify(names),
};
const context = { cacheHasChanged: true, tokenCache };
const plugin = denoKvCache(kv, "names");
await plugin.exclusively("store", async () => {
  await plugin.beforeCacheAccess(context);
  await kv.set(["names", "head"], '["ada","cyd"]');
  await plugin.afterCacheAccess(context);
});
console.log(JSON.stringify({ names: JSON.parse(await access(plugin)).sort(), again: JSON.parse(await access(denoKvCache(kv, "names"))).sort() }));
Deno.exit(0);
