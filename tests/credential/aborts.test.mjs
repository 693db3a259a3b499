// Calls of a DeviceCodeCredential that abort, and what happens to the sign-in and to the other calls that wait for it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as later } from "node:timers/promises";
import { end, GRAPH, MANAGEMENT, played } from "./libraries.mjs";

/** The members of an AbortSignal that Azure's contract guarantees, and no others. */
function signalLike() {
  const listeners = new Set();
  const signal = {
    aborted: false,
    addEventListener: (type, listener) => void listeners.add(listener),
    removeEventListener: (type, listener) => void listeners.delete(listener),
  };
  const abort = () => {
    signal.aborted = true;
    for (const listener of listeners) listener({ type: "abort" });
  };
  return { signal, abort, listeners };
}

describe("aborts", { concurrency: 4 }, () => {
  test("the abort of one call ends that call only, and the sign-in continues", async () => {
    const { credential, entra, prompts } = played("ours", { shown() {} });
    const { signal, abort, listeners } = signalLike();
    const [gone, same, other] = [credential.getToken(GRAPH, { abortSignal: signal }), credential.getToken(GRAPH), credential.getToken(MANAGEMENT)];
    while (!prompts.length) await later(5);
    abort();
    await assert.rejects(gone, { name: "AbortError", message: "The authentication has been aborted by the caller." });
    entra.approve(prompts[0].userCode);
    assert.ok((await same).token && (await other).token);
    assert.equal(prompts.length, 1);
    assert.equal(listeners.size, 0);
  });

  test("the aborts of all calls end the sign-in: no request follows, and the next call shows a new code", async () => {
    const { credential, entra, prompts } = played("ours", { shown() {} });
    const controllers = [new AbortController(), new AbortController()];
    const calls = controllers.map(({ signal }) => end(credential.getToken(GRAPH, { abortSignal: signal })));
    while (!prompts.length) await later(5);
    const why = new Error("the window was closed");
    for (const controller of controllers) controller.abort(why);
    assert.deepEqual((await Promise.all(calls)).map(({ error }) => error.name), ["AbortError", "AbortError"]);
    const sent = entra.requests.length;
    await later(1500);
    assert.equal(entra.requests.length, sent);
    const next = credential.getToken(GRAPH);
    while (prompts.length < 2) await later(5);
    entra.approve(prompts[1].userCode);
    assert.equal((await next).token, "access-token-of-ABCDEFG02");
  });

  test("an abort during a refresh ends the call; nobody is asked, and the refresh continues and is stored", async () => {
    const { another, entra, prompts } = played("ours");
    let answer;
    const answered = new Promise((resolve) => (answer = resolve));
    const slow = async (url, init) => {
      if (String(init.body).includes("refresh_token")) await answered;
      return entra.fetch(url, init);
    };
    const patient = another({ fetch: slow });
    await patient.getToken(GRAPH);
    await assert.rejects(patient.getToken(MANAGEMENT, { abortSignal: AbortSignal.timeout(100) }), { name: "AbortError" });
    answer();
    await later(300);
    assert.equal((await patient.getToken(MANAGEMENT)).token, "access-token-of-ABCDEFG01-2");
    assert.equal(prompts.length, 1);
  });

  test("the reason of the signal is the cause", async () => {
    const { credential } = played("ours", { shown() {} });
    const why = new Error("the window was closed");
    const error = await credential.getToken(GRAPH, { abortSignal: AbortSignal.abort(why) }).catch((error) => error);
    assert.equal(error.cause, why);
  });

  test("a signal that does not abort has no listener afterwards", async () => {
    const { credential } = played("ours");
    const { signal, listeners } = signalLike();
    await credential.getToken(GRAPH, { abortSignal: signal });
    await credential.getToken(GRAPH, { abortSignal: signal });
    assert.equal(listeners.size, 0);
  });
});

// These run alone, because they change globals.
describe("an unusual host", () => {
  test("without AbortController: an aborted call ends, and the next call shows a new code", async (context) => {
    const { AbortController } = globalThis;
    context.after(() => (globalThis.AbortController = AbortController));
    delete globalThis.AbortController;
    const { credential, entra, prompts } = played("ours", { shown() {} });
    const { signal, abort } = signalLike();
    const gone = credential.getToken(GRAPH, { abortSignal: signal });
    while (!prompts.length) await later(5);
    abort();
    await assert.rejects(gone, { name: "AbortError" });
    const next = credential.getToken(GRAPH);
    while (prompts.length < 2) await later(5);
    for (const { userCode } of prompts) entra.approve(userCode);
    assert.equal((await next).token, "access-token-of-ABCDEFG02");
  });

  test("with a clock that jumps ahead: a call after the code's life does not wait for the old sign-in", async (context) => {
    const { credential, entra, prompts } = played("ours", { shown() {} });
    const first = end(credential.getToken(GRAPH));
    while (!prompts.length) await later(5);
    const now = Date.now;
    context.mock.method(Date, "now", () => now() + 16.5 * 60_000);
    const second = credential.getToken(GRAPH);
    while (prompts.length < 2) await later(5);
    entra.approve(prompts[1].userCode);
    assert.equal((await second).token, "access-token-of-ABCDEFG02");
    assert.equal((await first).error.name, "AuthenticationRequiredError");
  });
});
