// An authorization server on loopback at which nobody signs in. Each poll gets the same bytes. It runs as a process of its own,
// so that its work is in no figure, and prints its address. It reads no request and is of no use for other tests.

import { createServer } from "node:http";
import { PENDING } from "./pending.mjs";

const pending = Buffer.from(PENDING);
let polls = 0;

const server = createServer((request, response) => {
  request.resume();
  if (request.url.startsWith("/token")) {
    polls += 1;
    answer(response, 400, pending);
  } else {
    answer(response, 200, Buffer.from(JSON.stringify(other(request.url, `http://${request.headers.host}`))));
  }
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));

function answer(response, status, body) {
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

function other(path, issuer) {
  if (path === "/polls") return { polls };
  if (path.startsWith("/device")) {
    return {
      device_code: "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
      user_code: "WDJBMJHT",
      verification_uri: `${issuer}/activate`,
      expires_in: 30_000_000,
      interval: 3,
      message: "Open the page and enter WDJBMJHT",
    };
  }
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    device_authorization_endpoint: `${issuer}/device`,
    jwks_uri: `${issuer}/keys`,
  };
}
