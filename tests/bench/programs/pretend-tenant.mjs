// With `node --import` of this file, `fetch` is answered by a simulated tenant that signs everybody in at the second poll. It shows
// that the programs of this folder work before their size is measured. It checks nothing but the address of a request.

const issuer = "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee";
const now = Math.floor(Date.now() / 1000);
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const idToken = [
  part({ alg: "RS256", kid: "1" }),
  part({
    iss: `${issuer}/v2.0`,
    aud: "00001111-aaaa-2222-bbbb-3333cccc4444",
    sub: "s",
    oid: "o",
    tid: "aaaabbbb-0000-cccc-1111-dddd2222eeee",
    preferred_username: "someone@example.com",
    ver: "2.0",
    iat: now,
    exp: now + 3600,
  }),
  "c2lnbmF0dXJl",
].join(".");

let polls = 0;
globalThis.fetch = async (address) => {
  const { pathname } = new URL(address);
  if (pathname.endsWith("/openid-configuration")) {
    return Response.json({
      issuer: `${issuer}/v2.0`,
      authorization_endpoint: `${issuer}/oauth2/v2.0/authorize`,
      token_endpoint: `${issuer}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${issuer}/oauth2/v2.0/devicecode`,
      jwks_uri: `${issuer}/discovery/v2.0/keys`,
    });
  }
  if (pathname.endsWith("/devicecode")) {
    return Response.json({
      user_code: "ABCD",
      device_code: "device",
      verification_uri: "https://microsoft.com/devicelogin",
      expires_in: 900,
      interval: 1,
      message: "Open https://microsoft.com/devicelogin and enter ABCD",
    });
  }
  if (polls++ === 0) return Response.json({ error: "authorization_pending" }, { status: 400 });
  return Response.json({
    token_type: "Bearer",
    scope: "User.Read",
    expires_in: 3600,
    access_token: "signed-in",
    refresh_token: "refresh",
    id_token: idToken,
    client_info: part({ uid: "o", utid: "aaaabbbb-0000-cccc-1111-dddd2222eeee" }),
  });
};
