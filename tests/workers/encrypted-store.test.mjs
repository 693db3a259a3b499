// encryptedStore: the text of each key is bound to its key. Who can write the store, and has no key, cannot put one person's sign-in in the
// place of another's.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";

const installed = join(installedProject(), "node_modules/device-code-flow");
const { ClientAuthError, PublicClientApplication } = await import(pathToFileURL(join(installed, "node.mjs")));
const { encrypted, encryption } = await import(pathToFileURL(join(installed, "storage-node.mjs")));
const { encryptedStore, SignIn } = await import(pathToFileURL(join(installed, "workers.mjs")));

const KEY = new Uint8Array(32).map((_, at) => at * 7);

function shelf() {
  const texts = new Map();
  const store = {
    name: "the shelf",
    read: async (key) => texts.get(key) ?? null,
    lease: async (key) => ({ write: async (text) => void (text === null ? texts.delete(key) : texts.set(key, text)), release: async () => {} }),
  };
  return { texts, store };
}

const written = async (store, key, text) => (await store.lease(key, 1000)).write(text);

test("every pair of keys and contexts: a text opens under its own key and context, and nowhere else", async () => {
  const names = ["K", "k", "K ", "K (lease)", '["K"]', 'a","K', "", "ключ"];
  const places = [undefined, "a", "K", ""].flatMap((context) => names.map((key) => ({ context, key })));
  const { texts, store } = shelf();
  const open = ({ context }) => encryptedStore(store, encryption(KEY), context === undefined ? {} : { context });
  for (const own of places) {
    await written(open(own), own.key, "a sign-in");
    const sealed = texts.get(own.key);
    for (const other of places) {
      texts.clear();
      texts.set(other.key, sealed);
      const read = open(other).read(other.key);
      if (other === own) assert.equal(await read, "a sign-in");
      else {
        await assert.rejects(read, (error) => {
          assert.ok(error instanceof ClientAuthError);
          assert.equal(error.errorCode, "encrypted_text_misplaced", JSON.stringify([own, other]));
          assert.ok(error.message.includes(`the shelf, key ${JSON.stringify(other.key)}`), error.message);
          return true;
        });
      }
    }
    texts.clear();
  }
});

describe("a sign-in", () => {
  const app = (entra) => new PublicClientApplication({ auth: { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` }, system: { fetch: entra.fetch } });
  const signInOf = (entra, store, key, options) => new SignIn({ app: app(entra), request: { scopes: ["User.Read"] }, store: encryptedStore(store, encryption(KEY, options)), key });

  test("that somebody moved under another key is refused, not sent, and stays", async () => {
    const { texts, store } = shelf();
    const entra = standIn({ interval: 1 });
    await signInOf(entra, store, "victim").step();
    texts.set("mallory", texts.get("victim"));
    const before = [texts.get("mallory"), entra.requests.length];
    for (const verb of ["step", "start", "status", "token"]) {
      await assert.rejects(signInOf(entra, store, "mallory")[verb](), { errorCode: "encrypted_text_misplaced" });
    }
    assert.deepEqual([texts.get("mallory"), entra.requests.length], before);
    assert.equal((await signInOf(entra, store, "victim").step()).status, "pending");
  });

  test("that a program has sealed itself, or the token cache, is none of a store's", async () => {
    const { texts, store } = shelf();
    const entra = standIn({ interval: 1 });
    const flow = await app(entra).startDeviceCode({ scopes: ["User.Read"] });
    texts.set("lobby", await encryption(KEY).seal(flow.save()));
    await assert.rejects(signInOf(entra, store, "lobby").step(), { errorCode: "encrypted_text_misplaced" });
    await signInOf(entra, store, "roof").step();
    const plugin = { place: '["roof"]', beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(texts.get("roof")), afterCacheAccess: async () => {} };
    const cache = { deserialize: assert.fail, serialize: () => "" };
    await assert.rejects(encrypted(plugin, KEY).beforeCacheAccess({ cacheHasChanged: false, tokenCache: cache }), { errorCode: "encrypted_text_misplaced" });
  });

  test("of the release before is taken up and bound by its next write; with acceptUnbound: false it is refused", async () => {
    const { texts, store } = shelf();
    const entra = standIn({ interval: 1 });
    const flow = await app(entra).startDeviceCode({ scopes: ["User.Read"] });
    texts.set("lobby", await sealedBefore(flow.save()));
    await assert.rejects(signInOf(entra, store, "lobby", { acceptUnbound: false }).step(), { errorCode: "encrypted_text_unbound" });
    assert.equal((await signInOf(entra, store, "lobby").status()).userCode, flow.userCode);
    entra.approve(flow.userCode);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const signIn = signInOf(entra, store, "lobby");
    assert.equal((await signIn.step()).status, "completed");
    assert.match(await encryptedStore(store, encryption(KEY, { acceptUnbound: false })).read("lobby"), /"status":"completed"/);
  });
});

/** A text as the release before sealed it: its header has no purpose and no context. */
async function sealedBefore(text) {
  const [header] = (await encryption(KEY).seal("")).split(".");
  const { alg, enc, kid } = JSON.parse(Buffer.from(header, "base64url"));
  const protectedHeader = Buffer.from(JSON.stringify({ alg, enc, kid })).toString("base64url");
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await crypto.subtle.importKey("raw", KEY, "AES-GCM", false, ["encrypt"]);
  const data = Buffer.from(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: Buffer.from(protectedHeader) }, key, Buffer.from(text)));
  return [protectedHeader, "", Buffer.from(iv), data.subarray(0, -16), data.subarray(-16)].map((part) => (typeof part === "string" ? part : part.toString("base64url"))).join(".");
}
