// A cron tick as a request. The posted text is the saved flow; one step reads it, polls, and writes it back. The first tick of an
// isolate also starts the WebAssembly module.
//
// The store and the token cache are variables, so the time of KV, D1 or a Durable Object is in no figure.
import { PublicClientApplication } from "device-code-flow";
import { SignIn } from "device-code-flow/workers";

let stored;
const store = {
  name: "a variable",
  read: async () => stored,
  lease: async () => ({ write: async (text) => void (stored = text), release: async () => {} }),
};
let tokens = "";
const cachePlugin = {
  beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(tokens),
  afterCacheAccess: async ({ cacheHasChanged, tokenCache }) => void (cacheHasChanged && (tokens = tokenCache.serialize())),
};

export default {
  async fetch(request) {
    const { authority, text } = await request.json();
    stored = text;
    const app = new PublicClientApplication({ auth: { clientId: "c", authority }, cache: { cachePlugin } });
    const { status } = await new SignIn({ app, request: { scopes: ["openid"] }, store }).step();
    return new Response(`${status} ${JSON.parse(stored).polls}`);
  },
};
