// Takes a lock and holds it: `hold.mjs STORE PLACE`. Prints "held". On a line of input it stores "mine" and prints the result.
import * as storage from "device-code-flow/storage";
import { createInterface } from "node:readline";
import { access } from "./cases.mjs";

const [store, place] = globalThis.Deno ? Deno.args : process.argv.slice(2);
const options = { onLockLost: ({ errorCode }) => console.log(`told: ${errorCode}`) };
const plugin = store === "kv" ? storage.denoKvCache(await Deno.openKv(place), ["count"], options) : storage.fileCache(place, options);
const asked = new Promise((resolve) => createInterface({ input: process.stdin }).once("line", resolve));
await plugin.exclusively("store", () =>
  access(plugin, async () => {
    console.log("held");
    await asked;
    return "mine";
  }).then(
    () => console.log("stored"),
    ({ errorCode, retryable }) => console.log(`refused: ${errorCode} ${retryable}`),
  ),
);
globalThis.process.exit(0);
