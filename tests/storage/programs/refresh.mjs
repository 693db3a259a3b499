// One of several processes over one file: renews the tokens in it repeatedly, and prints the result of each refresh.
// node refresh.mjs FILE SERVER TENANT CLIENT ROUNDS

import { PublicClientApplication } from "device-code-flow";
import { fileCache } from "device-code-flow/storage";

const [file, origin, tenant, clientId, rounds] = process.argv.slice(2);
const through = (input, init = {}) => {
  const url = new URL(input);
  return fetch(origin + url.pathname + url.search, { ...init, headers: { ...init.headers, "x-original-origin": url.origin } });
};
const app = new PublicClientApplication({
  auth: { clientId, authority: `https://login.microsoftonline.com/${tenant}` },
  cache: { cachePlugin: fileCache(file) },
  system: { fetch: through },
});
const [account] = await app.getAllAccounts();
for (let round = 0; round < Number(rounds); round++) {
  const { accessToken } = await app.acquireTokenSilent({ scopes: ["User.Read"], account, forceRefresh: true });
  console.log(accessToken);
}
