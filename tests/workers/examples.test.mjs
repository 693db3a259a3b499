// The four examples for Workers: bundled by wrangler with their own configuration, and run on workerd with a real authorization server. The
// relay runs with an Entra test server.
//
// tests/resume tests what happens when a process dies.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { drive, startTestServer } from "../support/authorization-server.mjs";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { deployable, project, running } from "./worker.mjs";

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let server;
before(async () => (server = await startTestServer()));
after(() => server.stop());

const vars = () => ({ CLIENT_ID: server.clientId, AUTHORITY: server.issuer, SCOPES: "openid profile email offline_access" });
const codeIn = (text) => /the code (\S+)\./.exec(text)[1];

async function until(look, what) {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const found = await look();
    if (found) return found;
  }
  assert.fail(`waited 20 s for ${what}`);
}

describe("worker-cron", () => {
  let worker, lines, ticks;
  before(async () => {
    ({ worker, lines } = await running(deployable(project("examples/worker-cron")), { vars: vars() }));
    const { scheduled } = await worker.getWorker();
    ticks = async () => assert.equal((await scheduled({ cron: "* * * * *" })).outcome, "ok");
  });
  after(() => worker.dispose());
  const page = async () => (await worker.dispatchFetch("http://worker/")).text();

  test("a tick asks for a code, a later one signs in, the next ones use the person's tokens", async () => {
    assert.match(await page(), /next tick/);
    await ticks();
    await drive(server, { userCode: codeIn(await page()) });
    await sleep(1100);
    await ticks();
    assert.equal(await page(), "Signed in as alice@example.com\n");
    await ticks();
    assert.equal(lines.join("").match(/a token of \d+ characters/g).length, 2);
    assert.doesNotMatch(lines.join(""), /error|exception/i);
  });

  test("outside the token cache it stores neither a code nor a token after a sign-in", async () => {
    const database = await worker.getD1Database("DB");
    const { results } = await database.prepare("SELECT * FROM device_code_sign_ins").all();
    assert.equal(results.length, 1);
    assert.match(results[0].text, /"status":"completed","homeAccountId":"[^"]+"/);
    assert.doesNotMatch(JSON.stringify(results), /token|deviceCode|userCode/);
  });
});

describe("worker-durable-object", () => {
  let worker, lines;
  before(async () => ({ worker, lines } = await running(deployable(project("examples/worker-durable-object")), { vars: vars() })));
  after(() => worker.dispose());
  const call = async (method, path) => {
    const answer = await worker.dispatchFetch(`http://worker${path}`, { method });
    return answer.status === 204 ? undefined : answer.json();
  };

  test("two callers at the same time get one code, and the object polls by itself until the person has signed in", async () => {
    assert.equal((await call("GET", "/lobby")).status, "none");
    const [one, other] = await Promise.all([call("POST", "/lobby"), call("POST", "/lobby")]);
    assert.deepEqual([one.status, one.userCode], ["pending", other.userCode]);
    assert.ok(!("deviceCode" in one));
    await drive(server, { userCode: one.userCode });
    const seen = await until(async () => {
      const seen = await call("GET", "/lobby");
      return seen.status !== "pending" && seen;
    }, "the sign-in");
    assert.deepEqual([seen.status, seen.account], ["completed", "alice@example.com"]);
    assert.deepEqual(lines, []);
  });

  test("kiosks are independent of each other, and a cancelled sign-in is deleted", async () => {
    const { userCode } = await call("POST", "/roof");
    assert.equal((await call("POST", "/roof")).userCode, userCode, "one under way is shared");
    await call("DELETE", "/roof");
    assert.equal((await call("GET", "/roof")).status, "none");
    assert.notEqual((await call("POST", "/roof")).userCode, userCode);
    assert.equal((await call("GET", "/lobby")).status, "completed");
  });

  test("a sign-in that the person declines has failed, says why, and can be started again", async () => {
    const { userCode } = await call("POST", "/cellar");
    await drive(server, { userCode, decision: "deny" });
    const seen = await until(async () => {
      const seen = await call("GET", "/cellar");
      return seen.status !== "pending" && seen;
    }, "the refusal");
    assert.deepEqual([seen.status, seen.error.errorCode], ["failed", "access_denied"]);
    assert.match(seen.error.hint, /declined/);
    assert.equal((await call("POST", "/cellar")).status, "pending");
  });
});

describe("worker-workflow", () => {
  let worker;
  before(async () => ({ worker } = await running(deployable(project("examples/worker-workflow")), { vars: vars() })));
  after(() => worker.dispose());
  const call = async (method, path) => (await worker.dispatchFetch(`http://worker${path}`, { method })).json();
  const look = (id, wanted) => until(async () => {
    const seen = await call("GET", `/${id}`);
    return wanted(seen) && seen;
  }, "the workflow");

  test("an instance shows a code, waits for the person, and then uses the person's tokens", async () => {
    const { id } = await call("POST", "/");
    const { message } = await look(id, ({ status }) => status === "pending");
    await drive(server, { userCode: codeIn(message), login: "bilal" });
    const { status, instance } = await look(id, ({ instance }) => !["running", "queued", "waiting"].includes(instance.status));
    assert.deepEqual([status, instance.status], ["completed", "complete"], JSON.stringify(instance));
    assert.match(instance.output, /^Hello, Bilal/);
  });

  test("an instance whose person declines has errored", async () => {
    const { id } = await call("POST", "/");
    const { message } = await look(id, ({ status }) => status === "pending");
    await drive(server, { userCode: codeIn(message), decision: "deny" });
    const { status, instance } = await look(id, ({ instance }) => !["running", "queued", "waiting"].includes(instance.status));
    assert.deepEqual([status, instance.status], ["failed", "errored"], JSON.stringify(instance));
    assert.match(JSON.stringify(instance.error), /access_denied/);
  });
});

describe("worker-relay", () => {
  let worker, lines, entra, upstream, library, relayFetch;
  // Whether the provider redirects, and whether it cuts the connection after its work.
  let away = false;
  let cutOff = () => false;
  before(async () => {
    entra = standIn({ interval: 1 });
    // The Entra test server behind a socket, under the host name that it expects.
    upstream = createServer(async (request, response) => {
      let body = "";
      for await (const piece of request) body += piece;
      if (away) return response.writeHead(302, { location: "https://evil.example/" }).end();
      const answer = await entra.fetch(`https://login.microsoftonline.com${request.url}`, { method: request.method, headers: request.headers, body });
      if (cutOff(request.url)) return request.socket.destroy();
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    });
    await new Promise((listening) => upstream.listen(0, "127.0.0.1", listening));
    const folder = project("examples/worker-relay");
    const settings = {
      ORIGINS: "https://kiosk.example null",
      CLIENT_IDS: CLIENT,
      TENANTS: TENANT,
      HOST: `http://127.0.0.1:${upstream.address().port}`,
    };
    ({ worker, lines } = await running(deployable(folder), { vars: settings }));
    const installed = join(folder, "node_modules/device-code-flow");
    library = await import(pathToFileURL(join(installed, "node.mjs")));
    ({ relayFetch } = await import(pathToFileURL(join(installed, "workers.mjs"))));
  });
  after(() => (worker.dispose(), upstream.close()));

  const path = (endpoint, tenant = TENANT) => `/${tenant}/oauth2/v2.0/${endpoint}`;
  async function send(path, { origin = "https://kiosk.example", method = "POST", form = { client_id: CLIENT, scope: "openid" }, body, address = "192.0.2.1" } = {}) {
    const headers = { "cf-connecting-ip": address };
    if (origin) headers.origin = origin;
    if (method === "POST") headers["content-type"] = "application/x-www-form-urlencoded";
    const text = body ?? new URLSearchParams(form).toString();
    const answer = await worker.dispatchFetch(`http://relay${path}`, { method, headers, body: method === "POST" ? text : undefined });
    const said = await answer.text();
    return { status: answer.status, headers: answer.headers, said };
  }

  /** An application of a page, which can read an answer only if CORS allows it. */
  async function pageApp() {
    const address = (await worker.ready).origin;
    const asPage = async (url, init) => {
      const answer = await fetch(url, { ...init, headers: { ...init.headers, origin: "https://kiosk.example" } });
      if (answer.headers.get("access-control-allow-origin") !== "https://kiosk.example") throw new TypeError("Failed to fetch");
      return answer;
    };
    return new library.PublicClientApplication({
      auth: { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` },
      system: { fetch: relayFetch(address, { fetch: asPage }) },
    });
  }

  test("a page signs in through it by relayFetch, and the provider learns nothing about the page", async () => {
    const app = await pageApp();
    const result = await app.acquireTokenByDeviceCode({
      scopes: ["User.Read"],
      deviceCodeCallback: ({ userCode }) => entra.approve(userCode),
    });
    assert.equal(result.account.name, "Ada Lovelace");
    assert.deepEqual(entra.requests.map(({ endpoint }) => endpoint), ["devicecode", "token"]);
    for (const { headers } of entra.requests) assert.ok(!headers.origin && !headers.cookie && !headers.referer, JSON.stringify(headers));
  });

  test("the page that asked may read an answer with the headers that the flow needs, and the answer is not cached", async () => {
    const { status, headers, said } = await send(path("devicecode"));
    assert.equal(status, 200);
    assert.ok(JSON.parse(said).device_code);
    assert.equal(headers.get("access-control-allow-origin"), "https://kiosk.example");
    assert.match(headers.get("access-control-expose-headers"), /retry-after/);
    assert.deepEqual([headers.get("cache-control"), headers.get("vary"), headers.get("set-cookie")], ["no-store", "Origin", null]);
    assert.equal((await send(path("devicecode"), { origin: "null" })).status, 200, "a file's origin, which is on the list");
    const preflight = await send(path("token"), { method: "OPTIONS" });
    assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-methods")], [204, "POST"]);
  });

  for (const [what, status, given] of [
    ["another origin", 403, { origin: "https://evil.example" }],
    ["an origin that begins like one of the list", 403, { origin: "https://kiosk.example.evil.example" }],
    ["no origin", 403, { origin: "" }],
    ["a preflight of another origin", 403, { origin: "https://evil.example", method: "OPTIONS" }],
    ["another client id", 403, { form: { client_id: "another", scope: "openid" } }],
    ["no client id", 403, { form: { scope: "openid" } }],
    ["two client ids", 403, { body: `client_id=${CLIENT}&client_id=another` }],
    ["a client id in the query", 400, { path: `${path("devicecode")}?client_id=another` }],
    ["a client id in capital letters beside the other", 400, { body: `client_id=${CLIENT}&scope=openid&CLIENT_ID=another` }],
    ["two scopes", 400, { body: `client_id=${CLIENT}&scope=openid&scope=Mail.Read` }],
    ["a parameter in the query and in the form", 400, { path: `${path("devicecode")}?x-client-SKU=a`, body: `client_id=${CLIENT}&scope=openid&x-client-SKU=b` }],
    ["a client secret", 400, { form: { client_id: CLIENT, scope: "openid", client_secret: "s" } }],
    ["a parameter of another flow", 400, { path: path("token"), form: { client_id: CLIENT, grant_type: "refresh_token", refresh_token: "r", redirect_uri: "https://evil.example" } }],
    ["an assertion", 400, { path: path("token"), form: { client_id: CLIENT, grant_type: "refresh_token", refresh_token: "r", client_assertion: "a" } }],
    ["a device code for the endpoint that gives codes", 400, { form: { client_id: CLIENT, scope: "openid", device_code: "d" } }],
    ["a parameter of the query that is on no list", 400, { path: `${path("devicecode")}?x-ms-something=1` }],
    ["an address that is too long", 414, { path: `${path("devicecode")}?mkt=${"x".repeat(3000)}` }],
    ["another tenant", 403, { path: path("devicecode", "fabrikam.example") }],
    ["another endpoint", 404, { path: `/${TENANT}/oauth2/v2.0/authorize` }],
    ["a path that climbs", 404, { path: `/${TENANT}/oauth2/v2.0/devicecode/../../v1.0/token` }],
    ["a host in the path", 404, { path: `/${TENANT}/oauth2/v2.0/token/@evil.example` }],
    ["another grant", 400, { path: path("token"), form: { client_id: CLIENT, grant_type: "password", username: "a" } }],
    ["two grants", 400, { path: path("token"), body: `client_id=${CLIENT}&grant_type=refresh_token&grant_type=password` }],
    ["GET", 405, { method: "GET" }],
    ["a body that is too long", 413, { body: `client_id=${CLIENT}&scope=${"x".repeat(20_000)}` }],
  ]) {
    test(`${what} is refused with ${status}, and nothing is sent to the provider`, async () => {
      const before = entra.requests.length;
      const { path: other = path("devicecode"), ...request } = given;
      const answer = await send(other, { ...request, address: "192.0.2.2" });
      assert.equal(answer.status, status, answer.said);
      assert.equal(entra.requests.length, before);
      if (answer.headers.get("access-control-allow-origin")) assert.equal(answer.headers.get("access-control-allow-origin"), "https://kiosk.example");
    });
  }

  test("what is forwarded is what the relay has read, written anew", async () => {
    const body = `client_id=${CLIENT}&scope=openid+profile%20email&x-client-SKU=sku%26client_id%3Danother`;
    assert.equal((await send(`${path("devicecode")}?mkt=de-DE&client-request-id=1%262`, { body, address: "192.0.2.9" })).status, 200);
    const { query, form } = entra.requests.at(-1);
    assert.deepEqual({ ...form }, { client_id: CLIENT, scope: "openid profile email", "x-client-SKU": "sku&client_id=another" });
    assert.deepEqual({ ...query }, { mkt: "de-DE", "client-request-id": "1&2" });
  });

  test("a redirect of the provider is an error, and is not followed", async () => {
    away = true;
    const { status, said, headers } = await send(path("devicecode"), { address: "192.0.2.5" });
    away = false;
    assert.deepEqual([status, JSON.parse(said).error, headers.get("location")], [502, "server_error", null]);
  });

  test("a provider that cuts the connection: the page may read that it did, and does not take it for an answer of the provider", async () => {
    cutOff = () => true;
    const form = { client_id: CLIENT, grant_type: "device_code" };
    const { status, said, headers } = await send(path("token"), { form, address: "192.0.2.6" });
    const failure = await (await pageApp()).startDeviceCode({ scopes: ["User.Read"] }).then(() => undefined, (error) => error);
    cutOff = () => false;
    const { error, error_description: why } = JSON.parse(said);
    assert.deepEqual([status, error, headers.get("access-control-allow-origin")], [502, undefined, "https://kiosk.example"]);
    assert.match(why, /^Relay: the provider could not be reached, or broke off/);
    assert.deepEqual([failure.errorCode, failure.status, failure.retryable], ["server_unavailable", 502, true]);
  });

  test("an answer that the relay has lost counts as lost, and so do its tokens", async () => {
    for (const approved of [false, true]) {
      const flow = await (await pageApp()).startDeviceCode({ scopes: ["User.Read"] });
      if (approved) entra.approve(flow.userCode);
      let polls = 0;
      cutOff = (url) => url.includes("/token") && ++polls === 1;
      const done = flow.wait().then(({ account }) => account.name, ({ errorCode }) => errorCode);
      await until(() => polls, "a poll");
      if (!approved) entra.approve(flow.userCode);
      assert.equal(await done, approved ? "tokens_lost" : "Ada Lovelace");
    }
    cutOff = () => false;
  });

  test("an address that asks too often is told to wait, and others are served", async () => {
    let last;
    for (let turn = 0; turn < 101; turn++) last = await send(path("token"), { form: { client_id: CLIENT }, address: "192.0.2.3" });
    assert.deepEqual([last.status, last.headers.get("retry-after")], [429, "60"]);
    assert.equal((await send(path("devicecode"), { address: "192.0.2.4" })).status, 200);
  });

  test("the addresses of one IPv6 network count as one, and another network is served", async () => {
    let last;
    const ask = (address) => send(path("token"), { form: { client_id: CLIENT }, address });
    for (let turn = 0; turn < 101; turn++) last = await ask(`2001:db8:0:1:${turn.toString(16)}::${turn}`);
    assert.equal(last.status, 429);
    assert.notEqual((await ask("2001:db8:0:2::1")).status, 429);
  });

  test("nothing that passed is logged", () => assert.deepEqual(lines, []));
});
