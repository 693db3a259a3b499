// webStorageCache in a page, in both of a page's stores.
import * as library from "device-code-flow";
import * as storage from "device-code-flow/storage";
import { runCases } from "./suite.mjs";

const stores = {};
for (const kind of ["localStorage", "sessionStorage"]) {
  stores[`webStorageCache, ${kind}`] = () => {
    const kept = window[kind];
    kept.clear();
    return {
      name: "webStorageCache",
      where: "tokens",
      locks: true,
      plugin: (options) => storage.webStorageCache(kind === "localStorage" ? undefined : kept, "tokens", options),
      text: () => kept.getItem("tokens") ?? "",
      put: (text) => kept.setItem("tokens", text),
      keptAside: () => Object.keys(kept).filter((key) => key.startsWith("tokens.damaged")).map((key) => kept.getItem(key)),
    };
  };
}
runCases(library, storage, stores, console.log);
