// What `import "device-code-flow/storage"` gives in Node, Deno and Bun: the stores, with files.

import { webcrypto } from "node:crypto";
import { provideCrypto } from "./key.js";

// Node 18 has it under no global name.
provideCrypto(webcrypto);

export * from "./everywhere.js";
export { fileCache } from "./file.js";
