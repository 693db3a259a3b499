// The same things done by each library: what is measured, and nothing else. No network: a library that asks for it fails.

import { PublicClientApplication as Msal } from "@azure/msal-node";
import { PublicClientApplication } from "device-code-flow";
import { CLIENT, TENANT } from "./people.mjs";

const auth = { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` };
const refuse = async () => {
  throw new Error("no network in here");
};

/** An application of each library, with or without a plugin. */
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
