// A resource like Microsoft's on loopback, over TLS, as Azure's clients need it. It accepts any bearer token, and can reject tokens with the
// claims challenge of Continuous Access Evaluation.
//
// It cannot read tokens. It recognises those that it has rejected.

import { createServer } from "node:https";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

/**
 * Returns `origin`, the certificate as `ca` and as a `caFile`, `requests` with path and token, `close()`, and `revoke(claims)`: from now on
 * every token seen so far is answered with a challenge for the claims.
 */
export async function startResource() {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  const folder = mkdtempSync(join(tmpdir(), "resource-"));
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, cert);
  const requests = [];
  let refused = { tokens: new Set() };
  const server = createServer({ key, cert }, (request, response) => {
    const path = request.url.split("?")[0];
    const token = request.headers.authorization?.match(/^Bearer (\S+)$/)?.[1];
    requests.push({ path, token });
    if (!token) return response.writeHead(401, { "www-authenticate": 'Bearer realm=""' }).end();
    if (refused.tokens.has(token)) {
      const claims = Buffer.from(refused.claims).toString("base64");
      const challenge = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`;
      return response.writeHead(401, { "www-authenticate": challenge }).end();
    }
    const body = ANSWERS[path];
    response.writeHead(body ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(body ?? {}));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `https://localhost:${server.address().port}`,
    ca: cert,
    caFile,
    requests,
    revoke: (claims) => (refused = { claims, tokens: new Set(requests.map(({ token }) => token)) }),
    close() {
      rmSync(folder, { recursive: true });
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

const ANSWERS = {
  "/v1.0/me": { displayName: "Ada Lovelace", mail: "ada@contoso.com" },
  "/subscriptions": { value: [{ displayName: "Contoso" }] },
};
