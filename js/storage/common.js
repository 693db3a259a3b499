// @ts-check
// The stores that need nothing from the host but what they are given.

export { denoKvCache } from "./deno-kv-cache.js";
export { durableObjectCache } from "./durable-object-cache.js";
export { encrypted } from "./encrypted.js";
export { encryption } from "./encryption.js";
export { kvCache } from "./kv-cache.js";
export { webStorageCache } from "./web-storage-cache.js";
