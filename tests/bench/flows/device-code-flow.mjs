// Many concurrent sign-ins by one application of device-code-flow: `node --expose-gc device-code-flow.mjs BASE COUNT`.

import { PublicClientApplication } from "device-code-flow";
import { measure } from "./measure.mjs";

const [authority, count] = process.argv.slice(2);
const app = new PublicClientApplication({ auth: { clientId: "00001111-aaaa-2222-bbbb-3333cccc4444", authority } });

await measure(async () => {
  const flow = await app.startDeviceCode({ scopes: ["api"] });
  return (await flow.wait()).accessToken;
}, Number(count));
