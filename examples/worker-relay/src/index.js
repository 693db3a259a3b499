// A relay for pages, which Entra's device code endpoint does not answer (CORS). It forwards the two requests of a sign-in for the
// origins, client ids and tenants of its configuration, and stores nothing.
//
// The page needs one line: `system: { fetch: relayFetch("https://worker-relay.example.workers.dev") }`.

import { relay } from "device-code-flow/workers";

const list = (text) => text.split(" ");

export default {
  fetch(request, env) {
    const handler = relay({
      origins: list(env.ORIGINS),
      clientIds: list(env.CLIENT_IDS),
      tenants: list(env.TENANTS),
      host: env.HOST,
      limiter: ({ LIMITER }) => LIMITER,
    });
    return handler(request, env);
  },
};
