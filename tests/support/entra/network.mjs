// How a client reaches the stand-in: in this process, or through real sockets on the loopback interface.
//
// `received` is the stand-in: it takes { method, url, headers, body } and gives { status, headers, text, latency }, or throws
// where a connection would break. What it gives is decided when the request comes, and arrives `latency` ms later.

import { createServer } from "node:http";
import { setTimeout as later } from "node:timers/promises";

// What a browser sends without asking first (Fetch standard, CORS-safelisted), whatever sends it.
const SIMPLE_HEADERS = ["accept", "accept-language", "content-language", "range", "origin"];
const SIMPLE_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
// What is nobody's choice on a socket.
const OF_THE_SOCKET = /^(host|connection|content-length|transfer-encoding|user-agent|accept-encoding|origin|sec-.*)$/;

// The origin that a forwarded request was for.
const FORWARDED = "x-original-origin";

/** The headers for which a browser would ask first, which these servers never allow. */
export function preflightOf(headers) {
  const type = (value) => value.split(";")[0].trim().toLowerCase();
  const simple = (name) => (name === "content-type" ? SIMPLE_TYPES.includes(type(headers[name])) : SIMPLE_HEADERS.includes(name));
  return Object.keys(headers).filter((name) => !simple(name));
}

/** `fetch` in this process, without a network. */
export function fetchOf(received) {
  return async function fetch(input, { method = "GET", headers, body, signal } = {}) {
    signal?.throwIfAborted();
    const answer = received({ method, url: new URL(input), headers: Object.fromEntries(new Headers(headers)), body });
    if (answer.latency) await later(answer.latency, undefined, { signal }).catch(() => signal.throwIfAborted());
    return new Response(answer.text, { status: answer.status, headers: answer.headers });
  };
}

/** msal-node's network interface over a `fetch`, as its own HTTP client does it: whatever is not JSON is thrown. */
export function networkClientOf(fetch) {
  async function sent(method, url, { headers, body } = {}) {
    const response = await fetch(url, { method, headers, body });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
  }
  return {
    sendGetRequestAsync: (url, options) => sent("GET", url, options),
    sendPostRequestAsync: (url, options) => sent("POST", url, options),
  };
}

/**
 * A server on 127.0.0.1, at an `origin` of its own. Its `fetch` and `networkClient` bring every request there, whatever
 * host it is for, which the server then plays. So does a Host header, for clients that can set it.
 */
export async function listening(received) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host, [FORWARDED]: original, ...headers } = request.headers;
    const scheme = /^(127\.0\.0\.1|localhost)(:|$)/.test(host) ? "http" : "https";
    const url = new URL(request.url, original ?? `${scheme}://${host}`);
    const chosen = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_SOCKET.test(name)));
    if (headers.origin) chosen.origin = headers.origin;
    try {
      const answer = received({ method: request.method, url, headers: chosen, body: Buffer.concat(chunks).toString() });
      if (answer.latency) await later(answer.latency);
      response.writeHead(answer.status, answer.headers).end(answer.text);
    } catch (error) {
      // Whatever is no trouble with the connection is a mistake in the test.
      if (!error.cause) throw error;
      request.socket.destroy();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const forwarding = (input, init = {}) => {
    const url = new URL(input);
    const headers = new Headers(init.headers);
    headers.set(FORWARDED, url.origin);
    return fetch(origin + url.pathname + url.search, { ...init, headers });
  };
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { origin, fetch: forwarding, networkClient: networkClientOf(forwarding), close };
}
