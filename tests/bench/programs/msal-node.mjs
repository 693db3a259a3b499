// A complete sign-in by device code and a refresh with @azure/msal-node. It is measured for its size and is no example of style.

import { PublicClientApplication } from "@azure/msal-node";

const app = new PublicClientApplication({
  auth: {
    clientId: "00001111-aaaa-2222-bbbb-3333cccc4444",
    authority: "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee",
  },
});
const result = await app.acquireTokenByDeviceCode({
  scopes: ["User.Read"],
  deviceCodeCallback: ({ message }) => console.log(message),
});
console.log(result.accessToken);
const again = await app.acquireTokenSilent({ scopes: ["User.Read"], account: result.account, forceRefresh: true });
console.log(again.accessToken);
