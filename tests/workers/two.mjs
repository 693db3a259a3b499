// The worker of programs/ twice, in isolates that share nothing but one D1 and one KV, and this process as a third one that uses the same
// D1. Not a test.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Response } from "miniflare";
import { deployable, project, running } from "./worker.mjs";

/**
 * `fetch(who, url, init)` answers the requests of "one", "two" and "three". `step[who](store, key)` makes a step of one of them and returns
 * its JSON. "three" has "d1" only.
 */
export async function several({ clientId, authority, fetch }) {
  const folder = project("tests/workers/programs");
  const options = deployable(folder);
  const isolate = (name) => ({
    ...options,
    name,
    routes: [`${name}.test/*`],
    bindings: { CLIENT_ID: clientId, AUTHORITY: authority },
    async outboundService(request) {
      const body = request.method === "POST" ? await request.text() : undefined;
      const answer = await fetch(name, request.url, { method: request.method, headers: Object.fromEntries(request.headers), body });
      return new Response(await answer.text(), { status: answer.status, headers: { "content-type": answer.headers.get("content-type") } });
    },
  });
  const { worker } = await running({ workers: [isolate("one"), isolate("two")] });
  const there = (name) => async (store, key) => (await worker.dispatchFetch(`http://${name}.test/${store}/step/${key}`)).json();

  const installed = (file) => import(pathToFileURL(join(folder, "node_modules/device-code-flow", file)));
  const [{ PublicClientApplication }, { d1Store, SignIn }, { kvCache }] = await Promise.all(["node.mjs", "workers.mjs", "storage-node.mjs"].map(installed));
  const [d1, kv] = await Promise.all([worker.getD1Database("DB", "one"), worker.getKVNamespace("KV", "one")]);
  async function here(_, key) {
    const app = new PublicClientApplication({
      auth: { clientId, authority },
      cache: { cachePlugin: kvCache(kv, `tokens ${key}`) },
      system: { fetch: (url, init) => fetch("three", url, init) },
    });
    const request = { scopes: ["openid", "profile", "email", "offline_access"] };
    return JSON.parse(JSON.stringify(await new SignIn({ app, request, store: d1Store(d1), key }).step()));
  }
  return { worker, kv, step: { one: there("one"), two: there("two"), three: here } };
}
