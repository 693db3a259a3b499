// A complete sign-in by device code and a refresh with openid-client. It is measured for its size and is no example of style.

import { discovery, initiateDeviceAuthorization, None, pollDeviceAuthorizationGrant, refreshTokenGrant } from "openid-client";

const config = await discovery(
  new URL("https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0"),
  "00001111-aaaa-2222-bbbb-3333cccc4444",
  undefined,
  None(),
);
const codes = await initiateDeviceAuthorization(config, { scope: "openid profile offline_access User.Read" });
console.log(`Open ${codes.verification_uri} and enter ${codes.user_code}`);
const tokens = await pollDeviceAuthorizationGrant(config, codes);
console.log(tokens.access_token);
const again = await refreshTokenGrant(config, tokens.refresh_token);
console.log(again.access_token);
