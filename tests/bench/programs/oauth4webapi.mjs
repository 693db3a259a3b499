// A complete sign-in by device code and a refresh with oauth4webapi. It is measured for its size and is no example of style.
//
// The library makes single requests. The loop below is the least that its user has to write to poll correctly.

import {
  deviceAuthorizationRequest,
  deviceCodeGrantRequest,
  discoveryRequest,
  None,
  processDeviceAuthorizationResponse,
  processDeviceCodeResponse,
  processDiscoveryResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  ResponseBodyError,
} from "oauth4webapi";

const issuer = new URL("https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0");
const client = { client_id: "00001111-aaaa-2222-bbbb-3333cccc4444" };
const scope = "openid profile offline_access User.Read";

const server = await processDiscoveryResponse(issuer, await discoveryRequest(issuer));
const response = await deviceAuthorizationRequest(server, client, None(), { scope });
const codes = await processDeviceAuthorizationResponse(server, client, response);
console.log(`Open ${codes.verification_uri} and enter ${codes.user_code}`);
const tokens = await poll(Date.now() + codes.expires_in * 1000, codes.interval ?? 5);
console.log(tokens.access_token);
const refreshed = await refreshTokenGrantRequest(server, client, None(), tokens.refresh_token);
console.log((await processRefreshTokenResponse(server, client, refreshed)).access_token);

async function poll(deadline, interval) {
  for (let wait = interval; Date.now() + wait * 1000 < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    try {
      const answer = await deviceCodeGrantRequest(server, client, None(), codes.device_code);
      return await processDeviceCodeResponse(server, client, answer);
    } catch (error) {
      if (!(error instanceof ResponseBodyError)) {
        wait = Math.min(wait * 2, Math.max(60, interval));
        continue;
      }
      if (error.error === "slow_down") interval += 5;
      else if (error.error !== "authorization_pending") throw error;
      wait = interval;
    }
  }
  throw new Error("The code has expired.");
}
