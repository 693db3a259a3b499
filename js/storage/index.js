// What `import "device-code-flow/storage"` gives where there are no files: in pages, on Workers, in bundles for either.

export * from "./everywhere.js";
export { fileCache } from "./no-file.js";
