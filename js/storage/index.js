// @ts-check
// What `import "device-code-flow/storage"` gives where there are no files: in pages, on Workers, in bundles for either.

export * from "./common.js";
export { fileCache } from "./unsupported-file-cache.js";
