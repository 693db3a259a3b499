// Many concurrent sign-ins by one configuration of openid-client: `node --expose-gc openid-client.mjs BASE COUNT`.

import { allowInsecureRequests, discovery, initiateDeviceAuthorization, None, pollDeviceAuthorizationGrant } from "openid-client";
import { measure } from "./measure.mjs";

const [issuer, count] = process.argv.slice(2);
const config = await discovery(new URL(issuer), "00001111-aaaa-2222-bbbb-3333cccc4444", undefined, None(), { execute: [allowInsecureRequests] });

await measure(async () => {
  const codes = await initiateDeviceAuthorization(config, { scope: "api" });
  return (await pollDeviceAuthorizationGrant(config, codes)).access_token;
}, Number(count));
