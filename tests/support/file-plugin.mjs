// A cache plugin as msal-node's documentation shows it: the text in a file. Not one for use: it knows of no other process.

import { readFile, writeFile } from "node:fs/promises";

/** Reads and writes the text in the file of this name. */
export function filePlugin(path) {
  return {
    async beforeCacheAccess({ tokenCache }) {
      tokenCache.deserialize(await readFile(path, "utf8").catch(() => ""));
    },
    async afterCacheAccess(context) {
      if (context.cacheHasChanged) await writeFile(path, context.tokenCache.serialize());
    },
  };
}
