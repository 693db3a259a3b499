// @ts-check
// What `import "device-code-flow/storage"` gives in Node, Deno and Bun: the stores, with fileCache.

import { webcrypto } from "node:crypto";
import { provideCrypto } from "./encryption-key.js";

// Node 18 has WebCrypto under no global name.
provideCrypto(webcrypto);

export * from "./common.js";
export { fileCache } from "./file-cache.js";
