// What `make demo` runs: the authorization server with the demo's page on it, and one address to open.
// Tests start the same two pieces themselves (demo.test.mjs).

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { clientId, startAuthorizationServer } from "./authorization-server.mjs";
import { answerSite } from "./site.mjs";

// Without it the page would wait for its script for ever and say nothing.
if (!existsSync(new URL("node_modules/device-code-flow", import.meta.url))) {
  console.error("The library is not installed here: run `make demo`, which packs it first.");
  process.exit(1);
}

const firstPort = Number(process.env.PORT ?? 8628);
const { issuer, stop } = await startOnFreePort(firstPort);

// The command is the one npm put beside this file. Its whole path: the other terminal may be open anywhere.
const folder = dirname(fileURLToPath(import.meta.url));
const npx = `npx --prefix ${folder.includes(" ") ? `"${folder}"` : folder}`;

console.log(`
  Open        ${issuer}
  Terminal    ${npx} device-code-flow sign-in --authority ${issuer} --client-id ${clientId} --scope openid
  Stop        Ctrl-C
`);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop().then(() => process.exit(0)));

/** A second demo on the same machine takes the next port; after a few it is the caller's turn to name one. */
async function startOnFreePort(port) {
  try {
    return await startAuthorizationServer({ port, handle: answerSite });
  } catch (error) {
    if (error.code !== "EADDRINUSE" || port >= firstPort + 20) throw error;
    return startOnFreePort(port + 1);
  }
}
