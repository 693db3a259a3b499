// The errors of `device-code-flow/workers` for wrong arguments: a binding that is missing in the configuration, no cache plugin, no options.
// The error comes from the call with the wrong argument, names it, and comes before anybody is asked to sign in.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";

const installed = join(installedProject(), "node_modules/device-code-flow");
const library = await import(pathToFileURL(join(installed, "node.mjs")));
const workers = await import(pathToFileURL(join(installed, "workers.mjs")));
const { ClientConfigurationError, InteractionRequiredAuthError, PublicClientApplication } = library;
const { d1Store, DurableSignIn, durableObjectStore, encryptedStore, kvStore, relay, relayFetch, SignIn } = workers;

const request = { scopes: ["User.Read"] };
const appOf = (entra, cache) =>
  new PublicClientApplication({
    auth: { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` },
    system: { fetch: entra.fetch },
    cache,
  });

function shelf() {
  let kept = null;
  return {
    name: "the shelf",
    read: async () => kept,
    lease: async () => ({ write: async (text) => void (kept = text), release: async () => {} }),
  };
}

describe("a wrong argument is refused by its name", () => {
  const app = appOf(standIn({ interval: 1 }));
  const store = shelf();
  const cases = {
    "no D1 binding": [() => d1Store(undefined), /^database must be a D1 binding/],
    "a KV binding in place of D1": [() => d1Store({ get() {}, put() {} }), /^database must be a D1 binding/],
    "no KV binding": [() => kvStore(undefined), /^namespace must be a KV binding/],
    "no storage of a Durable Object": [() => durableObjectStore(undefined), /^storage must be the storage/],
    "nothing to encrypt": [() => encryptedStore(), /^store must be a store of sign-ins/],
    "a key in place of an encryption": [() => encryptedStore(store, "a key"), /^encryption must be what encryption\(key\)/],
    "a context that is no text": [() => encryptedStore(store, { seal() {}, open() {} }, { context: 1 }), /^options\.context must be a text/],
    "a misspelt context": [() => encryptedStore(store, { seal() {}, open() {} }, { contxt: "a" }), /^options\.contxt must be left out/],
    "a sign-in of nothing": [() => new SignIn(), /^options must be an object/],
    "a sign-in without an application": [() => new SignIn({ app: {}, request, store }), /^app must be a PublicClientApplication/],
    "a sign-in without a request": [() => new SignIn({ app, store }), /^request must be an object/],
    "a sign-in without a store": [() => new SignIn({ app, request }), /^store must be a store/],
    "a Durable Object's without storage": [() => new DurableSignIn({ app, request }), /^storage must be the storage/],
    "a relay without lists": [() => relay(), /^options must be an object/],
    "a relay's address that is none": [() => relayFetch("relay.example"), /^address must be the https:\/\/ address/],
    "a relay's address of another scheme": [() => relayFetch("ftp://localhost/"), /^address must be the https:\/\/ address/],
    "a relay's cloud that is none": [() => relayFetch("https://relay.example", { host: "x" }), /^options.host must be/],
  };
  for (const [name, [work, words]] of Object.entries(cases)) {
    test(name, () => {
      assert.throws(work, (error) => {
        assert.ok(error instanceof ClientConfigurationError, String(error));
        assert.equal(error.errorCode, "invalid_argument");
        assert.match(error.errorMessage, words);
        return true;
      });
    });
  }
});

test("token() without a signed-in person: the error names the key and says what to call", async () => {
  const entra = standIn({ interval: 1 });
  const signIn = new SignIn({ app: appOf(entra), request, store: shelf(), key: "lobby" });
  for (const before of [() => {}, () => signIn.step()]) {
    await before();
    await assert.rejects(signIn.token(), (error) => {
      assert.ok(error instanceof InteractionRequiredAuthError);
      assert.deepEqual([error.errorCode, error.fault], ["no_tokens_found", "person"]);
      assert.match(error.errorMessage, /"lobby"/);
      assert.match(error.hint, /step\(\) or start\(\)/);
      return true;
    });
  }
});

test("without a cache plugin a second process gets an error, and does not ask for codes that nobody sees", async () => {
  const entra = standIn({ interval: 1 });
  const store = shelf();
  const first = new SignIn({ app: appOf(entra), request, store });
  entra.approve((await first.step()).userCode);
  await new Promise((resolve) => setTimeout(resolve, 1050));
  assert.equal((await first.step()).status, "completed");
  assert.equal((await first.step()).status, "completed", "who has the tokens in its memory goes on");
  const sent = entra.requests.length;
  const second = new SignIn({ app: appOf(entra), request, store });
  for (const ask of [() => second.step(), () => second.status(), () => second.token()]) {
    await assert.rejects(ask(), (error) => {
      assert.ok(error instanceof ClientConfigurationError);
      assert.match(error.errorMessage, /cache\.cachePlugin/);
      return true;
    });
  }
  assert.equal(entra.requests.length, sent);
  await second.cancel();
  assert.equal((await second.step()).status, "pending", "and cancel() begins anew");
});
