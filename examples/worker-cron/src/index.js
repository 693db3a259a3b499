// A Worker on a cron that works in somebody's name: until that person has signed in, a page shows a code; afterwards every tick
// has a token.
//
// Not a page for the world: whoever sees the code can type it in, so put Cloudflare Access before it.

import { PublicClientApplication } from "device-code-flow";
import { kvCache } from "device-code-flow/storage";
import { d1Store, SignIn } from "device-code-flow/workers";

function signInOf(env) {
  const app = new PublicClientApplication({
    auth: { clientId: env.CLIENT_ID, authority: env.AUTHORITY },
    cache: { cachePlugin: kvCache(env.TOKENS) },
  });
  // A code that nobody typed in is replaced by a new one: the page always shows one that works.
  const restart = ({ errorCode }) => ["device_code_expired", "tokens_lost"].includes(errorCode);
  return new SignIn({ app, request: { scopes: env.SCOPES.split(" ") }, store: d1Store(env.DB), restart });
}

export default {
  async scheduled(event, env, ctx) {
    const signIn = signInOf(env);
    const { status } = await signIn.step();
    if (status !== "completed") return;
    const { accessToken } = await signIn.token({ waitUntil: (promise) => ctx.waitUntil(promise) });
    await work(accessToken);
  },

  async fetch(request, env) {
    const { status, message, account, error } = await signInOf(env).status();
    if (status === "pending") return new Response(`${message}\n`);
    if (status === "completed") return new Response(`Signed in as ${account?.username}\n`);
    return new Response(error ? `${error.errorMessage}\n` : "The next tick asks for a code.\n");
  },
};

/** What the Worker is for. */
async function work(accessToken) {
  console.log(`a token of ${accessToken.length} characters`);
}
