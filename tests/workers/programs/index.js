// A worker for tests: every store, every engine, and requests that cause accidents. Not an example.

import { DurableObject, WorkflowEntrypoint } from "cloudflare:workers";
import { PublicClientApplication } from "device-code-flow";
import { durableObjectCache, kvCache } from "device-code-flow/storage";
import { d1Store, kvStore, SignIn, signInObject, signInWorkflow } from "device-code-flow/workers";

const request = { scopes: ["openid", "profile", "email", "offline_access"] };
const appOf = (env, cachePlugin) => new PublicClientApplication({ auth: { clientId: env.CLIENT_ID, authority: env.AUTHORITY }, cache: { cachePlugin } });

function signInOf(env, kind, key) {
  const store = kind === "kv" ? kvStore(env.KV) : d1Store(env.DB);
  return new SignIn({ app: appOf(env, kvCache(env.KV, `tokens ${key}`)), request, store, key });
}

export class Kiosk extends signInObject(DurableObject, (ctx, env) => ({ app: appOf(env, durableObjectCache(ctx.storage)), request })) {
  constructor(ctx, env) {
    super(ctx, env);
    this.born = Math.random();
  }

  life() {
    return this.born;
  }

  kept() {
    return this.ctx.storage.get("sign-in");
  }

  keep(text) {
    return this.ctx.storage.put("sign-in", text);
  }

  /** How an object itself sees a failure. */
  async attempt(verb) {
    return this.signIn[verb]().catch(({ errorCode, message, hint }) => ({ code: errorCode, message, hint }));
  }

  evict() {
    this.ctx.abort("evicted");
  }
}

export class Waiting extends WorkflowEntrypoint {
  async run(event, step) {
    await step.do("counted", async () => this.env.KV.put(`runs ${event.instanceId}`, String(Number(await this.env.KV.get(`runs ${event.instanceId}`)) + 1)));
    return signInWorkflow(step, signInOf(this.env, "d1", event.payload.key));
  }
}

export default {
  async fetch(request, env) {
    const [, what, verb, name] = new URL(request.url).pathname.split("/");
    try {
      const given = request.method === "POST" ? [await request.json()] : [];
      return Response.json((await answer(env, what, verb, name, given)) ?? null);
    } catch (error) {
      return Response.json({ code: error.errorCode, message: error.message, hint: error.hint }, { status: 500 });
    }
  },
};

async function answer(env, what, verb, name, given) {
  if (what === "kiosk") return env.KIOSKS.get(env.KIOSKS.idFromName(name))[verb](...given);
  if (what === "workflow") {
    if (verb === "create") return (await env.WAITING.create({ id: name, params: { key: name } })).id;
    const instance = await env.WAITING.get(name);
    return verb === "status" ? instance.status() : instance[verb]();
  }
  return signInOf(env, what, name)[verb]();
}
