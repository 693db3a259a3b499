// Adds a name to a list in Deno KV while another process adds one without the lock: `past-the-lock.mjs FILE`. The list behaves like this
// library's cache: a loaded text is merged with what is not stored yet.
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
