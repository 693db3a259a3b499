// A sign-in for each kiosk, in a Durable Object for each. POST starts the sign-in, GET returns its status, DELETE cancels it. The
// object polls by its alarm, so no page has to stay open.
//
// This Worker must not be public, because anybody who can call it decides which code a kiosk shows.

import { DurableObject } from "cloudflare:workers";
import { PublicClientApplication } from "device-code-flow";
import { durableObjectCache } from "device-code-flow/storage";
import { signInObject } from "device-code-flow/workers";

export class KioskSignIn extends signInObject(DurableObject, (ctx, env) => ({
  app: new PublicClientApplication({
    auth: { clientId: env.CLIENT_ID, authority: env.AUTHORITY },
    cache: { cachePlugin: durableObjectCache(ctx.storage) },
  }),
  request: { scopes: env.SCOPES.split(" ") },
  onError: (error) => console.error(error.errorCode),
})) {}

export default {
  async fetch(request, env) {
    const kiosk = env.KIOSKS.get(env.KIOSKS.idFromName(new URL(request.url).pathname));
    if (request.method === "DELETE") {
      await kiosk.cancel();
      return new Response(null, { status: 204 });
    }
    const shown = request.method === "POST" ? await kiosk.start() : await kiosk.status();
    return Response.json({ ...shown, account: shown.account && shown.account.username });
  },
};
