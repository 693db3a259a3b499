// A Worker on a cron that acts for a person. Until that person has signed in, its page shows a code; afterwards every tick has a
// token.
//
// The page must not be public, because anybody who sees the code can enter it. Put Cloudflare Access in front of it.

import { PublicClientApplication } from "device-code-flow";
import { kvCache } from "device-code-flow/storage";
import { d1Store, SignIn } from "device-code-flow/workers";

function signInOf(env) {
  const app = new PublicClientApplication({
    auth: { clientId: env.CLIENT_ID, authority: env.AUTHORITY },
    cache: { cachePlugin: kvCache(env.TOKENS) },
  });
  // A code that expired, or whose tokens were lost, is replaced by a new one, so that the page always shows a code that works.
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

/** The Worker's actual task goes here. */
async function work(accessToken) {
  console.log(`a token of ${accessToken.length} characters`);
}
