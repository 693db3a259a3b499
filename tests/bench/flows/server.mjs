// An authorization server on loopback for many concurrent sign-ins. Each code is pending for four polls, and the fifth gets a token.
// It runs as a process of its own, so that its work is in no figure, and prints its address.

import { createServer } from "node:http";

const PENDING = 4;
const pending = Buffer.from(JSON.stringify({ error: "authorization_pending", error_description: "Nobody has signed in yet." }));
const token = Buffer.from(JSON.stringify({ access_token: "a".repeat(1200), token_type: "Bearer", expires_in: 3600, scope: "api", refresh_token: "r".repeat(900) }));
const polls = new Map();
let codes = 0;

const server = createServer(async (request, response) => {
  const issuer = `http://${request.headers.host}`;
  let body = "";
  for await (const piece of request.setEncoding("latin1")) body += piece;
  if (request.url.startsWith("/token")) {
    const code = new URLSearchParams(body).get("device_code");
    const count = polls.get(code) ?? 0;
    polls.set(code, count + 1);
    return count < PENDING ? answer(response, 400, pending) : answer(response, 200, token);
  }
  if (request.url.startsWith("/device")) {
    const code = `code-${codes++}`;
    return answer(response, 200, { device_code: code, user_code: code, verification_uri: `${issuer}/go`, expires_in: 600, interval: 1 });
  }
  return answer(response, 200, { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, device_authorization_endpoint: `${issuer}/device` });
});
server.keepAliveTimeout = 60_000;
server.listen({ port: 0, host: "127.0.0.1", backlog: 2048 }, () => console.log(`http://127.0.0.1:${server.address().port}`));

function answer(response, status, body) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length }).end(bytes);
}
