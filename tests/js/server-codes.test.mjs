// A server chooses the words of its errors, and may choose one of this library's codes. It is a refusal then like any other.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { memoryStore } from "./memory-store.mjs";

const folder = join(installedProject(), "node_modules/device-code-flow");
const library = (name) => import(pathToFileURL(join(folder, name)));
const { AuthError, InteractionRequiredAuthError, PublicClientApplication, ServerError } = await library("node.mjs");
const { SignIn, signInWorkflow } = await library("workers.mjs");
const { DeviceCodeCredential } = await library("credential.mjs");

const [, union] = /export type OwnErrorCode =([^;]+);/.exec(readFileSync(join(folder, "index.d.ts"), "utf8"));
const CODES = union.match(/\w+/g);

const TENANT = "11112222-0000-cccc-1111-dddd2222eeee";
const auth = { clientId: "c", authority: `https://login.microsoftonline.com/${TENANT}` };
const device = { device_code: "dc-0123456789", user_code: "A", verification_uri: "https://a.example", expires_in: 60, interval: 1 };
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const tokens = {
  access_token: "at", refresh_token: "rt-0123456789", token_type: "Bearer", expires_in: 3600, scope: "s",
  client_info: part({ uid: "u", utid: TENANT }), id_token: `${part({ alg: "RS256" })}.${part({ oid: "u", tid: TENANT, sub: "s" })}.x`,
};
const respond = (body, status = 200) => new Response(JSON.stringify(body), { status });
const failureOf = (promise) => promise.then((value) => assert.fail(`no failure: ${JSON.stringify(value)}`), (error) => error);

/** A server that refuses at one endpoint, with one word. */
function serverThatSays(word, endpoint) {
  const server = { requests: { device: 0, token: 0, refresh: 0 } };
  server.fetch = async (url, { body }) => {
    const { grant_type: grant } = Object.fromEntries(new URLSearchParams(String(body)));
    const asked = String(url).includes("devicecode") ? "device" : grant === "refresh_token" ? "refresh" : "token";
    server.requests[asked] += 1;
    if (asked === endpoint) return respond({ error: word, error_description: "No." }, 400);
    return respond(asked === "device" ? device : tokens);
  };
  return server;
}

const appOn = ({ fetch }) => new PublicClientApplication({ auth, system: { fetch } });
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function assertRefusal(error, word) {
  assert.ok(error instanceof ServerError, `${word}: ${error.stack}`);
  assert.deepEqual([error.isServerCode, error.errorCode, error.error, error.status, error.retryable], [true, word, word, 400, false], word);
  assert.ok(!["library", "person"].includes(error.fault), `${word}: ${error.fault}`);
}

describe("a code of this library as the word of a server", { concurrency: true }, () => {
  test("is there for every code, and no error of this library's own says so", () => {
    assert.ok(CODES.length > 40 && CODES.includes("tokens_lost"), CODES.join());
    for (const type of [AuthError, ServerError, InteractionRequiredAuthError]) assert.equal(new type("tokens_lost").isServerCode, false);
  });

  test("at the device endpoint is a refusal, and nothing is asked for again", async () => {
    await Promise.all(CODES.map(async (word) => {
      const server = serverThatSays(word, "device");
      const app = appOn(server);
      assertRefusal(await failureOf(app.startDeviceCode({ scopes: ["s"] })), word);
      assertRefusal(await failureOf(app.acquireTokenByDeviceCode({ scopes: ["s"], deviceCodeCallback() {} })), word);
      assert.deepEqual(server.requests, { device: 2, token: 0, refresh: 0 }, word);
    }));
  });

  test("at the token endpoint ends the sign-in as a refusal, resumed or not", async () => {
    await Promise.all(CODES.map(async (word) => {
      const server = serverThatSays(word, "token");
      const app = appOn(server);
      const flow = await app.startDeviceCode({ scopes: ["s"] });
      const resumed = await app.resumeDeviceCode(flow.save());
      for (const one of [flow, resumed]) {
        assertRefusal(await failureOf(one.wait()), word);
        assert.equal(one.status, "failed", word);
      }
      assert.deepEqual(server.requests, { device: 1, token: 2, refresh: 0 }, word);
    }));
  });

  test("at a refresh is a refusal, and the token is not sent again", async () => {
    await Promise.all(CODES.map(async (word) => {
      const server = serverThatSays(word, "refresh");
      const app = appOn(server);
      const { account } = await app.acquireTokenByDeviceCode({ scopes: ["s"], deviceCodeCallback() {} });
      assertRefusal(await failureOf(app.acquireTokenSilent({ scopes: ["other"], account })), word);
      assert.deepEqual(server.requests, { device: 1, token: 1, refresh: 1 }, word);
    }));
  });

  test("ends a kept sign-in, which asks for no other code, and the store keeps that the provider chose the code", async () => {
    await Promise.all(CODES.map(async (word) => {
      const server = serverThatSays(word, "token");
      const options = { app: appOn(server), request: { scopes: ["s"] }, store: memoryStore() };
      const signIn = new SignIn(options);
      await signIn.step();
      await sleep(1100);
      for (const step of [() => signIn.step(), () => signIn.step(), () => new SignIn(options).status()]) {
        const { status, error } = await step();
        assert.deepEqual([status, error.errorCode, error.isServerCode], ["failed", word, true], word);
      }
      const ended = await failureOf(signInWorkflow({ do: (_, __, work) => work(), sleep }, signIn));
      assert.deepEqual([ended.errorCode, ended.isServerCode], [word, true]);
      assert.deepEqual(server.requests, { device: 1, token: 1, refresh: 0 }, word);
    }));
  });

  test("is no unreached provider to a chain of credentials", async () => {
    await Promise.all(CODES.map(async (word) => {
      const { fetch } = serverThatSays(word, "device");
      const error = await failureOf(new DeviceCodeCredential({ clientId: "c", tenantId: TENANT, fetch, userPromptCallback() {} }).getToken("s"));
      assert.deepEqual([error.name, error.errorCode, error.isServerCode], ["AuthenticationRequiredError", word, true], word);
    }));
  });
});

test("a kept sign-in that is replaced again and again ends with the refusal after five new codes, with a pause that grows", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
  const asked = [];
  const fetch = async (url) => {
    if (!String(url).includes("devicecode")) return respond({ error: "invalid_scope", error_description: "No." }, 400);
    asked.push(Date.now());
    return respond({ ...device, device_code: `dc-0123456789-${asked.length}` });
  };
  const options = { app: appOn({ fetch }), request: { scopes: ["s"] }, store: memoryStore(), restart: () => true };
  let status;
  for (let step = 0; step < 200 && Object(status).status !== "failed"; step++) {
    // Each step is the last work of its process.
    status = await new SignIn(options).step();
    t.mock.timers.setTime(Date.now() + 10_000);
  }
  assert.deepEqual(asked.map((time, index) => (time - (asked[index - 1] ?? time)) / 1000), [0, 10, 70, 130, 250, 490]);
  assert.deepEqual([status.status, status.error.errorCode, status.error.isServerCode], ["failed", "invalid_scope", true]);
});

test("a code that lived until it expired is replaced as often as it is wished", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
  let codes = 0;
  const fetch = async (url) => respond(String(url).includes("devicecode") ? { ...device, device_code: `dc-0123456789-${++codes}`, expires_in: 120 } : { error: "authorization_pending" }, String(url).includes("devicecode") ? 200 : 400);
  const restart = ({ errorCode, isServerCode }) => !isServerCode && errorCode === "device_code_expired";
  const options = { app: appOn({ fetch }), request: { scopes: ["s"] }, store: memoryStore(), restart };
  for (let step = 0; step < 20; step++) {
    assert.equal((await new SignIn(options).step()).status, "pending");
    t.mock.timers.setTime(Date.now() + 121_000);
  }
  assert.equal(codes, 20);
});

test("while a kept sign-in pauses, its status says when the next code is asked for, and start() does not wait", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 });
  let codes = 0;
  const fetch = async (url) => (String(url).includes("devicecode") ? respond({ ...device, device_code: `dc-0123456789-${++codes}` }) : respond({ error: "invalid_scope" }, 400));
  const options = { app: appOn({ fetch }), request: { scopes: ["s"] }, store: memoryStore(), restart: () => true };
  for (let step = 0; step < 3; step++) {
    await new SignIn(options).step();
    t.mock.timers.setTime(Date.now() + 2000);
  }
  const { status, replaced, nextPollOn } = await new SignIn(options).status();
  assert.deepEqual([status, replaced.errorCode, nextPollOn.getTime() - Date.now() > 50_000, codes], ["none", "invalid_scope", true, 2]);
  assert.equal((await new SignIn(options).start()).status, "pending");
  assert.equal(codes, 3);
});
