// A sign-in as a Workflow. POST starts an instance, GET /ID returns its code and status. The work after the sign-in is the next step
// of the same Workflow.
//
// This Worker must not be public, because anybody who sees the code can enter it.

import { WorkflowEntrypoint } from "cloudflare:workers";
import { PublicClientApplication } from "device-code-flow";
import { kvCache } from "device-code-flow/storage";
import { d1Store, SignIn, signInWorkflow } from "device-code-flow/workers";

function signInOf(env, key) {
  const app = new PublicClientApplication({
    auth: { clientId: env.CLIENT_ID, authority: env.AUTHORITY },
    cache: { cachePlugin: kvCache(env.TOKENS, `tokens ${key}`) },
  });
  return new SignIn({ app, request: { scopes: env.SCOPES.split(" ") }, store: d1Store(env.DB), key });
}

export class SignInWorkflow extends WorkflowEntrypoint {
  async run(event, step) {
    const signIn = signInOf(this.env, event.instanceId);
    await signInWorkflow(step, signIn);
    return step.do("work in the person's name", async () => {
      const { account } = await signIn.token();
      return `Hello, ${account?.name}`;
    });
  }
}

export default {
  async fetch(request, env) {
    if (request.method === "POST") {
      const { id } = await env.SIGN_INS.create();
      return Response.json({ id });
    }
    const id = new URL(request.url).pathname.slice(1);
    const instance = await env.SIGN_INS.get(id);
    const { status, message } = await signInOf(env, id).status();
    return Response.json({ status, message, instance: await instance.status() });
  },
};
