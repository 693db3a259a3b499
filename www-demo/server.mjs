// The program of `make demo`: starts the authorization server with the demo's page and prints the address to open.
// demo.test.mjs starts the same two parts itself.

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { clientId, startAuthorizationServer } from "./authorization-server.mjs";
import { answerSite } from "./site.mjs";

// Without the package the page could not load its script and would stay empty.
if (!existsSync(new URL("node_modules/device-code-flow", import.meta.url))) {
  console.error("The library is not installed here: run `make demo`, which packs it first.");
  process.exit(1);
}

const firstPort = Number(process.env.PORT ?? 8628);
const { issuer, stop } = await startOnFreePort(firstPort);

// npm has installed the command in this folder. The full path works in a terminal that is open in another folder.
const folder = dirname(fileURLToPath(import.meta.url));
const npx = `npx --prefix ${folder.includes(" ") ? `"${folder}"` : folder}`;

console.log(`
  Open        ${issuer}
  Terminal    ${npx} device-code-flow sign-in --authority ${issuer} --client-id ${clientId} --scope openid
  Stop        Ctrl-C
`);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop().then(() => process.exit(0)));

/** Starts on `port` or on one of the next ports, if other programs use it. After 20 ports the error is thrown. */
async function startOnFreePort(port) {
  try {
    return await startAuthorizationServer({ port, handle: answerSite });
  } catch (error) {
    if (error.code !== "EADDRINUSE" || port >= firstPort + 20) throw error;
    return startOnFreePort(port + 1);
  }
}
