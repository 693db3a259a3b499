// @ts-check
// fileCache where there are no files: it throws an error that names the alternatives.

import { unsupported } from "./storage-errors.js";

/** @returns {never} */
export function fileCache() {
  throw unsupported("fileCache needs files, and this host has none (or the bundler took the variant for pages)");
}
