// The stores that need nothing but what they are given.

export { denoKvCache } from "./deno-kv.js";
export { durableObjectCache } from "./durable-object.js";
export { encrypted } from "./encrypted.js";
export { encryption } from "./encryption.js";
export { kvCache } from "./kv.js";
export { webStorageCache } from "./web-storage.js";
