// The authorization server of the end-to-end tests: the demo's own, with a person who needs no browser (/drive) and a
// short interval. A runner in Node imports it; a runner of another runtime starts it as a process:
//
//   node tests/support/authorization-server.mjs [--interval=SECONDS] [--code-lifetime=SECONDS] [--access-token-lifetime=SECONDS]
//
// prints one line of JSON, { "issuer": …, "clientId": … }, and serves until its standard input ends. So it cannot
// outlive the runner that started it, however that ends. It needs `npm ci` in www-demo to have run.

import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { startAuthorizationServer } from "../../www-demo/authorization-server.mjs";

/** `interval: null` leaves it out of the answer, as oidc-provider does; then RFC 8628 §3.2 makes it five seconds. */
export function startTestServer({ interval = 1, ...options } = {}) {
  return startAuthorizationServer({ drive: true, interval: interval ?? undefined, ...options });
}

/** Lets the person of `server` act on a code; rejects with what the server's page says when that does not work. */
export async function drive(server, { userCode, decision = "approve", login = "alice" }) {
  const query = new URLSearchParams({ user_code: userCode, action: decision, login });
  const answer = await (await fetch(`${server.issuer}/drive?${query}`)).json();
  if (answer.error) throw new Error(answer.error);
  return answer;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const number = { type: "string" };
  const { values } = parseArgs({ options: { interval: number, "code-lifetime": number, "access-token-lifetime": number } });
  const seconds = (name) => (values[name] === undefined ? undefined : Number(values[name]));
  const { issuer, clientId, stop } = await startTestServer({
    interval: seconds("interval"),
    codeLifetime: seconds("code-lifetime"),
    accessTokenLifetime: seconds("access-token-lifetime"),
  });
  console.log(JSON.stringify({ issuer, clientId }));
  process.stdin.resume().once("end", stop);
}
