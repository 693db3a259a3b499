// A page: tokens in both of its storages, flows in a custom store.

import * as library from "device-code-flow";
import * as storage from "device-code-flow/storage";
import * as workers from "device-code-flow/workers";
import { check } from "./property.mjs";
import { flowStores, tokenStores } from "./stores.mjs";

const settings = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const { localStorage } = window;
const drawer = { get: async (key) => localStorage.getItem(`flow ${key}`), set: async (key, text) => localStorage.setItem(`flow ${key}`, text) };
const flows = flowStores({ ...workers, ...storage }, { drawer });
const pages = {
  // The adapter sees the failing storage as the page's own. Only then does it number its writes.
  localStorage: {
    storage: localStorage,
    given: (disturbed) => void Object.defineProperty(window, "localStorage", { value: disturbed, configurable: true }),
  },
  sessionStorage: { storage: sessionStorage, given: (disturbed) => disturbed },
};
await check({ ...library, ...workers }, { ...settings, flows, tokens: tokenStores(storage, { pages }), print: console.log });
console.log("the end");
