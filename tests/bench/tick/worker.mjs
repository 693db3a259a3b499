// A cron tick as a request: what is posted is in the store, and one step is made of it. The first one of an isolate starts the module.
//
// The store is a variable, so what KV, D1 or a Durable Object take is in no figure; their time is not counted as the Worker's either.
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
