// fileCache where there are no files: it says what to use instead.

import { unsupported } from "./failures.js";

export function fileCache() {
  throw unsupported("fileCache needs files, and this host has none (or the bundler took the variant for pages)");
}
