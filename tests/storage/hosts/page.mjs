// webStorageCache in a page, in both storages of the page.
import * as library from "device-code-flow";
import * as storage from "device-code-flow/storage";
import { runCases } from "./suite.mjs";

const stores = {};
let places = 0;
for (const kind of ["localStorage", "sessionStorage"]) {
  stores[`webStorageCache, ${kind}`] = () => {
    const kept = window[kind];
    kept.clear();
    const key = `tokens-${(places += 1)}`;
    return {
      name: "webStorageCache",
      where: key,
      key,
      locks: true,
      plugin: (options) => storage.webStorageCache(kind === "localStorage" ? undefined : kept, key, options),
      text: () => kept.getItem(key) ?? "",
      put: (text) => kept.setItem(key, text),
      keptAside: () => Object.keys(kept).filter((name) => name.startsWith(`${key}.damaged`)).map((name) => kept.getItem(name)),
    };
  };
}
runCases(library, storage, stores, console.log);
