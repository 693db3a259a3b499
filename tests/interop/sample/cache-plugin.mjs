// A cache plugin as msal-node's users write it: a file that is read before and written after.

import { existsSync, readFileSync, writeFileSync } from "node:fs";

export function cachePlugin(location) {
  return {
    async beforeCacheAccess(context) {
      if (existsSync(location)) context.tokenCache.deserialize(readFileSync(location, "utf8"));
    },
    async afterCacheAccess(context) {
      if (context.cacheHasChanged) writeFileSync(location, context.tokenCache.serialize());
    },
  };
}
