// An application of each library for the cache benchmark. They have no network: a library that makes a request fails.

import { PublicClientApplication as Msal } from "@azure/msal-node";
import { PublicClientApplication } from "device-code-flow";
import { CLIENT, TENANT } from "./people.mjs";

const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
const refuse = async () => {
  throw new Error("no network in here");
};

/** For each library a function that makes an application, with or without a cache plugin. */
export const contenders = {
  "device-code-flow": (cachePlugin) =>
    new PublicClientApplication({ auth, system: { fetch: refuse }, cache: cachePlugin && { cachePlugin } }),
  "msal-node": (cachePlugin) =>
    new Msal({
      auth,
      system: { networkClient: { sendGetRequestAsync: refuse, sendPostRequestAsync: refuse } },
      cache: cachePlugin && { cachePlugin },
    }),
};
