// A sign-in in a store, step by step: what each step does and returns. Also a store that returns nonsense or nothing: the error names the
// store and the key, nothing is sent, and the stored text is not overwritten.
//
// stores.test.mjs has stores that fail now and then; kill.test.mjs has processes that are killed.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { installedProject } from "../runtime/project.mjs";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";

const installed = join(installedProject(), "node_modules/device-code-flow");
const { ClientAuthError, PublicClientApplication } = await import(pathToFileURL(join(installed, "node.mjs")));
const { encryptedStore, SignIn } = await import(pathToFileURL(join(installed, "workers.mjs")));
const { encryption } = await import(pathToFileURL(join(installed, "storage-node.mjs")));

const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const failureOf = (promise) => promise.then((value) => assert.fail(`no failure: ${JSON.stringify(value)}`), (error) => error);

/** A store of one text, like one that a program brings. */
function shelf(overrides = {}) {
  const it = { text: undefined, writes: 0 };
  it.store = {
    name: "the shelf",
    read: async () => it.text,
    lease: async () => ({
      write: async (text) => {
        it.writes += 1;
        it.text = text;
      },
      release: async () => {},
    }),
    ...overrides,
  };
  return it;
}

function signInOn(it, { entra = standIn({ interval: 1 }), ...options } = {}) {
  const app = new PublicClientApplication({ auth, system: { fetch: entra.fetch, requestTimeout: 2000 } });
  return { entra, app, signIn: new SignIn({ app, request: { scopes: ["User.Read"] }, store: it.store, key: "lobby", ...options }) };
}
const polls = (entra) => entra.requests.filter(({ endpoint }) => endpoint === "token").length;

describe("a sign-in in a store", { concurrency: true }, () => {
  test("continues from a text that begins with a byte order mark", async () => {
    const it = shelf();
    const { entra, app, signIn } = signInOn(it);
    const { userCode } = await signIn.step();
    it.text = `\ufeff${it.text}`;
    assert.equal((await signIn.status()).userCode, userCode);
    assert.equal((await app.resumeDeviceCode(it.text)).userCode, userCode);
    entra.approve(userCode);
    await sleep(1050);
    assert.equal((await signIn.step()).status, "completed");
  });

  test("goes from a code to an account, and stays completed", async () => {
    const it = shelf();
    const { entra, signIn } = signInOn(it);
    assert.deepEqual(await signIn.status(), { status: "none" });
    const begun = await signIn.step();
    assert.deepEqual([begun.status, begun.userCode], ["pending", "ABCDEFG01"]);
    assert.ok(begun.nextPollOn > new Date() && begun.expiresOn > begun.nextPollOn);
    assert.doesNotMatch(inspect([begun, signIn]), /device-code-/);
    entra.approve(begun.userCode);
    assert.deepEqual([(await signIn.step()).status, polls(entra)], ["pending", 0], "too early");
    await sleep(1100);
    const done = await signIn.step();
    assert.deepEqual([done.status, done.account.name, done.result.fromCache], ["completed", "Ada Lovelace", false]);
    assert.deepEqual([(await signIn.step()).account.name, polls(entra)], ["Ada Lovelace", 1]);
    assert.equal((await signIn.token()).accessToken, done.result.accessToken);
    assert.doesNotMatch(it.text, /token|device-code-0/);
    await signIn.cancel();
    assert.deepEqual(await signIn.status(), { status: "none" });
  });

  test("gives a token that is renewed in the background, and waitUntil gets the work", async () => {
    const { entra, signIn } = signInOn(shelf(), { entra: standIn({ interval: 1, accessTokenLifetime: 10_000, refreshIn: 1 }) });
    assert.equal((await failureOf(signIn.token())).errorCode, "no_tokens_found", "nobody has signed in");
    entra.approve((await signIn.step()).userCode);
    await sleep(1100);
    await signIn.step();
    await sleep(1100);
    const work = [];
    const { accessToken } = await signIn.token({ waitUntil: (promise) => work.push(promise) });
    assert.equal(work.length, 1);
    await Promise.all(work);
    assert.notEqual((await signIn.token()).accessToken, accessToken);
  });

  test("whose account was removed meanwhile begins anew", async () => {
    const { entra, signIn, app } = signInOn(shelf());
    entra.approve((await signIn.step()).userCode);
    await sleep(1100);
    const { account } = await signIn.step();
    await app.signOut({ account });
    assert.equal((await signIn.status()).status, "none");
    assert.equal((await signIn.step()).userCode, "ABCDEFG02");
  });

  test("that is aborted rejects with the reason, and the next step continues", async () => {
    const { entra, signIn } = signInOn(shelf());
    const reason = new Error("the invocation is over");
    entra.approve((await signIn.step()).userCode);
    await sleep(1100);
    assert.equal(await failureOf(signIn.step({ signal: AbortSignal.abort(reason) })), reason);
    assert.equal((await signIn.step()).status, "completed");
  });

  test("stays failed until it is started again; with `restart` the same step begins anew", async () => {
    for (const restart of [undefined, ({ errorCode }) => errorCode === "authorization_declined"]) {
      const { entra, signIn } = signInOn(shelf(), restart && { restart });
      entra.decline((await signIn.step()).userCode);
      await sleep(1100);
      const next = await signIn.step();
      if (restart) {
        assert.deepEqual([next.status, next.userCode, next.replaced.errorCode], ["pending", "ABCDEFG02", "authorization_declined"]);
      } else {
        assert.deepEqual([next.status, next.error.errorCode, (await signIn.step()).error.hint], ["failed", "authorization_declined", next.error.hint]);
        assert.equal((await signIn.start()).userCode, "ABCDEFG02");
      }
    }
  });

  test("whose tokens were lost with a process reports it, and has a new code in the same step", async () => {
    const it = shelf();
    const { entra, signIn } = signInOn(it);
    entra.approve((await signIn.step()).userCode);
    await sleep(1100);
    // The process dies with the answer in memory. Nothing that it does afterwards reaches the store.
    const write = async (text) => void (text.includes('"state":"polling"') && (it.text = text));
    const dying = { ...it.store, lease: async () => ({ write, release: async () => {} }) };
    const answerless = { fetch: (url, init) => entra.fetch(url, init).then(() => new Promise(() => {})) };
    void signInOn({ store: dying }, { entra: answerless }).signIn.step().catch(() => {});
    while (!polls(entra)) await sleep(20);
    await sleep(1100);
    const { status, nextPollOn, replaced } = await signIn.step();
    assert.deepEqual([status, replaced], ["pending", undefined], "nobody knows yet what the answer was");
    await sleep(nextPollOn - Date.now() + 50);
    const next = await signIn.step();
    assert.deepEqual([next.status, next.userCode, next.replaced.errorCode], ["pending", "ABCDEFG02", "tokens_lost"]);
    assert.match(next.replaced.hint, /new code/);
  });
});

describe("a stored text that is cut anywhere, or has any byte changed", () => {
  /** The texts in the order in which they are stored: of a flow, and of both endings. */
  async function texts() {
    const found = {};
    for (const [ending, decide] of [["completed", "approve"], ["failed", "decline"]]) {
      const it = shelf();
      const { entra, signIn } = signInOn(it);
      entra[decide]((await signIn.step()).userCode);
      found.pending = it.text;
      await sleep(1100);
      assert.equal((await signIn.step()).status, ending);
      found[ending] = it.text;
    }
    return found;
  }

  test("is refused with a code, the place and a hint; nothing is sent, and the text is not overwritten", async () => {
    for (const [what, text] of Object.entries(await texts())) {
      const damaged = [];
      for (let at = 0; at < text.length; at++) {
        damaged.push(text.slice(0, at));
        const other = String.fromCharCode(text.charCodeAt(at) ^ 1);
        damaged.push(text.slice(0, at) + other + text.slice(at + 1));
      }
      for (const bad of damaged) {
        const it = shelf();
        it.text = bad;
        const { entra, signIn } = signInOn(it);
        const error = await failureOf(signIn.step());
        const where = `${what}: ${bad}`;
        assert.ok(["saved_flow_invalid", "saved_flow_version", "saved_flow_mismatch"].includes(error.errorCode), `${error.stack}\n${where}`);
        assert.ok(error.message.includes('the shelf, key "lobby"') && error.hint, where);
        assert.deepEqual([it.text, it.writes, entra.requests.length], [bad, 0, 0], where);
      }
    }
  });

  test("of any newer release has the error of a newer version", async () => {
    for (const [what, text] of Object.entries(await texts())) {
      const it = shelf();
      it.text = text.replace(/"version":\d+/, '"version":99');
      const { signIn } = signInOn(it);
      for (const verb of ["step", "start", "status"]) {
        const error = await failureOf(signIn[verb]());
        assert.equal(error.errorCode, "saved_flow_version", what);
        assert.match(error.hint, /Update/);
      }
      assert.equal(it.writes, 0);
    }
  });
});

describe("an encrypted store", { concurrency: true }, () => {
  const key = (first) => encryption(new Uint8Array(32).fill(first));

  test("keeps a sign-in unreadable without the key, from its code to its account", async () => {
    const it = shelf();
    const { entra, signIn } = signInOn({ store: encryptedStore(it.store, key(1)) });
    entra.approve((await signIn.step()).userCode);
    assert.doesNotMatch(it.text, /device-code|ABCDEFG01|pending|waiting/);
    await sleep(1100);
    // Another process.
    const other = signInOn({ store: encryptedStore(it.store, key(1)) }, { entra });
    assert.deepEqual([(await other.signIn.status()).userCode, (await other.signIn.step()).status], ["ABCDEFG01", "completed"]);
    assert.doesNotMatch(it.text, /completed|homeAccountId/);
  });

  test("reports that it was sealed with another key, or was changed, and is not overwritten", async () => {
    const it = shelf();
    await signInOn({ store: encryptedStore(it.store, key(1)) }).signIn.step();
    const sealed = it.text;
    const { entra, signIn } = signInOn({ store: encryptedStore(it.store, key(2)) });
    const error = await failureOf(signIn.step());
    assert.deepEqual([error.errorCode, it.text, entra.requests.length], ["encryption_key_mismatch", sealed, 0]);
    assert.match(error.message, /the shelf, key "lobby"/);
    const at = sealed.length - 40;
    it.text = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1);
    const again = signInOn({ store: encryptedStore(it.store, key(1)) });
    assert.equal((await failureOf(again.signIn.step())).errorCode, "encrypted_text_damaged");
    it.text = '{"kind":"device-code-flow"}';
    const plain = signInOn({ store: encryptedStore(it.store, key(1)) });
    const refusal = await failureOf(plain.signIn.step());
    assert.deepEqual([refusal.errorCode, it.text, plain.entra.requests.length], ["encrypted_text_expected", '{"kind":"device-code-flow"}', 0]);
    assert.match(refusal.message, /the shelf, key "lobby"/);
  });
});

describe("a store", () => {
  for (const nonsense of [42, {}, true, "", "hello", "[]", '{"kind":"device-code-flow"}', '{"kind":"device-code-flow ending","version":1}']) {
    test(`that answers ${JSON.stringify(nonsense)}: the error names store and key, nothing is sent, nothing is written`, async () => {
      const it = shelf();
      it.text = nonsense;
      const { entra, signIn } = signInOn(it);
      for (const verb of ["step", "start", "status"]) {
        const error = await failureOf(signIn[verb]());
        assert.equal(error.errorCode, "saved_flow_invalid", verb);
        assert.match(error.message, /the shelf, key "lobby"/);
        assert.ok(error.hint);
      }
      assert.deepEqual([it.text, it.writes, entra.requests.length], [nonsense, 0, 0]);
    });
  }

  for (const [what, overrides] of Object.entries({
    "cannot read": { read: () => Promise.reject(new Error("no connection")) },
    "cannot lend": { lease: () => Promise.reject(new Error("no connection")) },
    "throws at once": {
      read() {
        throw new Error("no connection");
      },
    },
  })) {
    test(`that ${what}: the error names store and key, and nothing is sent`, async () => {
      const { entra, signIn } = signInOn(shelf(overrides));
      const error = await failureOf(signIn.step());
      assert.ok(error instanceof ClientAuthError);
      assert.deepEqual([error.errorCode, error.retryable, error.cause.message], ["sign_in_store_error", true, "no connection"]);
      assert.match(error.message, /the shelf .* "lobby"/);
      assert.equal(entra.requests.length, 0);
    });
  }

  test("that loses a write: no useless code is shown, and no poll is sent", async () => {
    const it = shelf();
    const { entra, signIn } = signInOn(it);
    const { lease } = it.store;
    const losing = async () => ({ ...(await lease()), write: async () => {} });
    it.store.lease = losing;
    assert.equal((await failureOf(signIn.step())).errorCode, "sign_in_store_error");
    it.store.lease = lease;
    entra.approve((await signIn.step()).userCode);
    await sleep(1100);
    it.store.lease = losing;
    const error = await failureOf(signIn.step());
    assert.deepEqual([error.errorCode, polls(entra)], ["sign_in_store_error", 0]);
    assert.match(error.message, /does not have what it was given/);
    it.store.lease = lease;
    assert.equal((await signIn.step()).status, "completed");
  });

  test("that never answers is given up, with its name in the error", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { signIn } = signInOn(shelf({ lease: () => new Promise(() => {}) }));
    const failure = failureOf(signIn.step());
    context.mock.timers.tick(10_000);
    const error = await failure;
    assert.equal(error.errorCode, "sign_in_store_error");
    assert.match(error.message, /the shelf did not lock the key "lobby": no answer within 10 s/);
  });

  test("that is not a store is refused at once", () => {
    for (const store of [undefined, {}, { read() {} }]) {
      assert.throws(() => signInOn({ store }), (error) => error.errorCode === "invalid_argument" && /store must be/.test(error.message));
    }
  });
});
