// Every part of device-code-flow/workers with Cloudflare's types. It is compiled, not run.

import { DurableObject, WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { PublicClientApplication } from "device-code-flow";
import { durableObjectCache, encryption, kvCache } from "device-code-flow/storage";
import { d1Store, DurableSignIn, encryptedStore, kvStore, relay, relayFetch, SignIn, signInObject, type SignInStatus, signInWorkflow } from "device-code-flow/workers";

interface Env {
  DB: D1Database;
  KV: KVNamespace;
  KEY: string;
  LIMITER: RateLimit;
  KIOSKS: DurableObjectNamespace<Kiosk>;
}

const auth = { clientId: "c", authority: "https://login.microsoftonline.com/common" };
const request = { scopes: ["User.Read"] };

function signInOf(env: Env): SignIn {
  const app = new PublicClientApplication({ auth, cache: { cachePlugin: kvCache(env.KV) } });
  return new SignIn({ app, request, store: encryptedStore(d1Store(env.DB), encryption(env.KEY)), restart: ({ errorCode }) => errorCode === "device_code_expired" });
}

export class Kiosk extends signInObject(DurableObject<Env>, (ctx: DurableObjectState) => ({
  app: new PublicClientApplication({ auth, cache: { cachePlugin: durableObjectCache(ctx.storage) } }),
  request,
})) {
  async token(): Promise<string> {
    return (await this.signIn.token({ waitUntil: (promise) => this.ctx.waitUntil(promise) })).accessToken;
  }
}

export class Composed extends DurableObject<Env> {
  readonly own = new DurableSignIn({ app: new PublicClientApplication({ auth }), request, storage: this.ctx.storage, onError: (error) => console.error(error) });
  override alarm(): Promise<void> {
    return this.own.alarm();
  }
}

export class Waiting extends WorkflowEntrypoint<Env> {
  override async run(_: WorkflowEvent<unknown>, step: WorkflowStep): Promise<string | null> {
    return (await signInWorkflow(step, signInOf(this.env), { name: "kiosk" })).homeAccountId;
  }
}

export function shown(step: SignInStatus): string {
  switch (step.status) {
    case "pending":
      return `${step.message} ${step.nextPollOn.toISOString()} ${step.replaced?.errorCode ?? ""}`;
    case "completed":
      return step.account?.username ?? "somebody";
    case "failed":
      return step.error.hint;
    case "none":
      return "";
  }
}

const handler = relay({ origins: ["https://kiosk.example"], clientIds: ["c"], tenants: ["common"], limiter: (env: Env) => env.LIMITER });

export default {
  async scheduled(_, env, ctx) {
    shown(await new SignIn({ app: new PublicClientApplication({ auth }), request, store: kvStore(env.KV) }).step());
    await signInOf(env).token({ waitUntil: (promise) => ctx.waitUntil(promise) });
  },
  fetch: (incoming, env) => handler(incoming as unknown as Request, env),
} satisfies ExportedHandler<Env>;

export const page = new PublicClientApplication({ auth, system: { fetch: relayFetch("https://relay.example") } });
