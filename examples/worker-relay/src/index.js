// A relay for pages that Entra's device code endpoint refuses: it hands on the two requests of a sign-in for the origins, the client
// ids and the tenants of its configuration, and keeps nothing.
//
// The page's side is one line: `system: { fetch: relayFetch("https://worker-relay.example.workers.dev") }`.

import { relay } from "device-code-flow/workers";

const words = (text) => text.split(" ");

export default {
  fetch(request, env) {
    const handler = relay({
      origins: words(env.ORIGINS),
      clientIds: words(env.CLIENT_IDS),
      tenants: words(env.TENANTS),
      host: env.HOST,
      limiter: ({ LIMITER }) => LIMITER,
    });
    return handler(request, env);
  },
};
