// An authorization server that follows a test's script: it answers slowly, never, with garbage, too much, or not at all.
//
// It knows no OAuth. A test posts its script to /script and gets an issuer of its own. Each request there takes the next answer of the
// list for its endpoint. The last answer repeats. GET {issuer}/hits lists the requests. An answer is
//
//   { status, headers, body }   body: text, or an object that is sent as JSON; {issuer} in it becomes the issuer
//   { …, delay }                the same, this many milliseconds later
//   { hang: true }              nothing, for as long as the client waits
//   { reset: true }             the connection is cut
//   { stream: bytes }           that many bytes, a few at a time, until the client hangs up

import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const PIECE = Buffer.alloc(64 * 1024, " ");

/** Starts it on loopback. */
export async function startScriptedServer() {
  const issuers = new Map();
  const server = createServer((request, response) => {
    // The tests' page comes from another origin, and may read everything.
    response.setHeader("access-control-allow-origin", "*");
    // Header names are listed, because browsers from before 2018 do not know "*" here.
    response.setHeader("access-control-expose-headers", "date, retry-after, x-ms-request-id");
    answer(issuers, server, request, response).catch((error) => response.destroy(error));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { scripted: originOf(server), stop };
}

async function answer(issuers, server, request, response) {
  const url = new URL(request.url, originOf(server));
  const body = await textOf(request);
  if (url.pathname === "/script") {
    const issuer = `${url.origin}/${issuers.size}`;
    issuers.set(String(issuers.size), { issuer, answers: { ...usual, ...JSON.parse(body) }, taken: {}, hits: [] });
    return response.end(JSON.stringify({ issuer }));
  }
  const { key, endpoint } = placeOf(url.pathname);
  const known = issuers.get(key);
  if (!known) return response.writeHead(404).end();
  if (endpoint === "hits") return response.end(JSON.stringify(known.hits));
  const hit = { endpoint, method: request.method, path: url.pathname, query: url.search, body, at: Date.now(), sent: 0, hungUp: false };
  known.hits.push(hit);
  response.on("close", () => (hit.hungUp = !response.writableFinished));
  return perform(next(known, endpoint), known.issuer, hit, response);
}

/** The next answer for `endpoint`. The last one repeats. */
function next({ answers, taken }, endpoint) {
  const list = [answers[endpoint] ?? {}].flat();
  const turn = taken[endpoint] ?? 0;
  taken[endpoint] = turn + 1;
  return list[Math.min(turn, list.length - 1)];
}

async function perform({ status = 200, headers = {}, body = "", delay, hang, reset, stream }, issuer, hit, response) {
  if (delay) await sleep(delay);
  if (hang) return;
  if (reset) return response.socket.resetAndDestroy();
  const text = (typeof body === "string" ? body : JSON.stringify(body)).replaceAll("{issuer}", issuer);
  for (const [name, value] of Object.entries({ "content-type": "application/json", ...headers })) {
    response.setHeader(name, value.replaceAll("{issuer}", issuer));
  }
  response.writeHead(status);
  while (stream && hit.sent < stream && !response.destroyed) {
    response.write(PIECE);
    hit.sent += PIECE.length;
    // Slowly, so that the rest of the body is not already in a buffer when the client hangs up.
    await sleep(5);
  }
  response.end(text);
}

/** The issuer and the endpoint of a request. RFC 8414 puts its well-known path before the issuer's own. */
function placeOf(pathname) {
  const oauth = pathname.match(/^\/\.well-known\/oauth-authorization-server\/(\w+)$/);
  if (oauth) return { key: oauth[1], endpoint: "oauth" };
  const [, key, ...rest] = pathname.split("/");
  const endpoint = rest.join("/");
  return { key, endpoint: endpoint === ".well-known/openid-configuration" ? "openid" : endpoint };
}

/** The answers of an issuer whose script does not name an endpoint. */
const usual = {
  openid: {
    body: { issuer: "{issuer}", device_authorization_endpoint: "{issuer}/device", token_endpoint: "{issuer}/token" },
  },
  oauth: { status: 404 },
  device: {
    body: { device_code: "device-code", user_code: "USER-CODE", verification_uri: "{issuer}/go", expires_in: 300, interval: 1 },
  },
  token: { body: { access_token: "access-token", token_type: "Bearer", expires_in: 3600 } },
};

async function textOf(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

function originOf(server) {
  return `http://127.0.0.1:${server.address().port}`;
}
