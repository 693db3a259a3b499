// A command-line program as users of msal-node write it for this flow: a configuration file, a cache plugin with a file, a callback that
// prints, a log. sample.test.mjs runs it unchanged, and again with only the import changed.
//
//   node program.mjs sign-in | who | sign-out

import { readFileSync } from "node:fs";
import { AuthError, LogLevel, PublicClientApplication } from "@azure/msal-node";
import { cachePlugin } from "./cache-plugin.mjs";

const config = JSON.parse(readFileSync(new URL("config.json", import.meta.url), "utf8"));
const levels = new Set();

const app = new PublicClientApplication({
  auth: config.authOptions,
  cache: { cachePlugin: cachePlugin(config.cacheLocation) },
  system: {
    loggerOptions: {
      loggerCallback: (level, message, containsPii) => {
        if (containsPii || message.includes("ada@contoso.com")) console.log("personal: ", message);
        levels.add(level);
      },
      piiLoggingEnabled: false,
      logLevel: LogLevel.Verbose,
    },
  },
});

async function main(command) {
  if (command === "who") return void (await list());
  if (command === "sign-out") {
    const cache = app.getTokenCache();
    for (const account of await cache.getAllAccounts()) await cache.removeAccount(account);
    return void (await list());
  }
  const result = await app.acquireTokenByDeviceCode({
    ...config.request,
    deviceCodeCallback: ({ message, userCode }) => {
      console.log(message);
      console.log(`code: ${userCode}`);
    },
  });
  console.log(`signed in: ${result.account.username}, ${result.scopes.join(" ")}`);
  console.log(`token: ${result.accessToken}, from the cache: ${result.fromCache}`);
  await list();
  console.log(`log: ${levels.has(LogLevel.Info) || levels.has(LogLevel.Verbose) ? "lines" : "nothing"}`);
}

async function list() {
  for (const { username, homeAccountId, tenantId, environment } of await app.getTokenCache().getAllAccounts()) {
    console.log(`account: ${[username, homeAccountId, tenantId, environment].join(" ")}`);
  }
}

try {
  await main(process.argv[2]);
} catch (error) {
  console.log(`failed: ${error instanceof AuthError}, ${error.errorCode}`);
  console.error(error.message);
  if (error.hint) console.error(error.hint);
  process.exitCode = 1;
}
