// A cache plugin as users of msal-node write it: it reads a file before and writes it after.

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
