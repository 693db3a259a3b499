// Requests of one Worker that sign in at the same time, in one isolate, by one application: none of them does another's I/O. On Workers, what
// a request has opened belongs to it, and ends with it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Response } from "miniflare";
import { deployable, project, running } from "./worker.mjs";

const NAMES = Array.from({ length: 12 }, (_, number) => `person-${number}`);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
// The polls of each code so far.
const polls = new Map();
let worker;

before(async () => {
  ({ worker } = await running({ ...deployable(project("tests/workers/interleaved"), { flags: ["nodejs_als"] }), outboundService: answer }));
});
after(() => worker.dispose());

/**
 * An authorization server that is slow, so that requests meet: the third poll of each code brings tokens. "never" gets no
 * answer to a poll, and "lost" none to its first.
 */
async function answer(request) {
  const form = new URLSearchParams(await request.text());
  const code = form.get("device_code");
  await sleep(Math.random() * 60);
  if (!code) {
    const name = form.get("scope");
    return Response.json({ device_code: name, user_code: name, verification_uri: "https://id.test/go", expires_in: 120, interval: 1 });
  }
  polls.set(code, (polls.get(code) || 0) + 1);
  if (code === "never" || (code === "lost" && polls.get(code) === 1)) await new Promise(() => {});
  if (polls.get(code) < 3) return Response.json({ error: "authorization_pending" }, { status: 400 });
  return Response.json({ access_token: `token of ${code}`, token_type: "Bearer", expires_in: 3600 });
}

const call = async (path, name, flow) => (await worker.dispatchFetch(`http://worker.test${path}?name=${name}&flow=${flow}`)).json();

/** The requests to the authorization server since the last call, as [the Worker's request that made it, the sign-in that it was for]. */
const newlySent = async () => (await call("/sent", "tester")).answer;

test("twelve requests that sign in at the same time each get their own tokens, by requests of their own", { timeout: 60_000 }, async () => {
  const answers = await Promise.all(NAMES.map((name) => call("/sign-in", name)));
  assert.deepEqual(answers, NAMES.map((name) => ({ name, answer: `token of ${name}` })));
  const sent = await newlySent();
  assert.equal(sent.length, NAMES.length * 4);
  assert.deepEqual(sent.filter(([request, signIn]) => request !== signIn), []);
});

test("a request that ends in the middle of its poll disturbs no other sign-in", { timeout: 60_000 }, async () => {
  const left = call("/left", "never");
  const others = ["early", "late"].map((name) => call("/sign-in", name));
  assert.equal((await left).answer, "left");
  assert.deepEqual((await Promise.all(others)).map(({ answer }) => answer), ["token of early", "token of late"]);
  assert.equal((await call("/sign-in", "afterwards")).answer, "token of afterwards");
  assert.deepEqual((await newlySent()).filter(([request, signIn]) => request !== signIn), []);
});

test("two requests that wait for one flow both get its tokens", { timeout: 60_000 }, async () => {
  const answers = await Promise.all(["one", "two"].map((name) => call("/shared", name, "shared")));
  assert.deepEqual(answers.map(({ answer }) => answer), ["token of shared", "token of shared"]);
  assert.equal((await newlySent()).length, 4);
});

test("a flow whose poll was lost with the request that had sent it is polled by the next request", { timeout: 60_000 }, async () => {
  assert.equal((await call("/left-shared", "first", "lost")).answer, "left");
  assert.equal((await call("/shared", "second", "lost")).answer, "token of lost");
  assert.deepEqual((await newlySent()).map(([request]) => request), ["first", "first", "second", "second"]);
});
