// Microsoft's other authorities, in every runtime: the requests to each, and what the person is shown. tests/interop has every kind of
// authority, and compares with msal-node.

import { equal, failureOf, json, recording } from "../tools.mjs";

const page = "https://microsoft.com/devicelogin";
const codes = { user_code: "CODE", device_code: "device", expires_in: 900, interval: 1 };
const TOKENS = { access_token: "a token", token_type: "Bearer" };

/** An application at its own authority. Its fetch answers each address by the ending of its path. */
function at(library, auth, answers) {
  const fetch = recording(({ url }) => json(answers[Object.keys(answers).find((end) => url.split("?")[0].endsWith(end))]));
  const app = new library.PublicClientApplication({ auth: { clientId: "client", ...auth }, system: { fetch } });
  return { app, asked: () => fetch.calls.map(({ url }) => url.split("?")[0]) };
}

export const authorities = {
  "AD FS: its own endpoints, verification_url, numbers as texts": async ({ library }) => {
    const adfs = "https://fs.contoso.example/adfs";
    const answers = { devicecode: { ...codes, verification_url: page, expires_in: "900", interval: "1" }, token: TOKENS };
    const { app, asked } = at(library, { authority: adfs, knownAuthorities: ["fs.contoso.example"] }, answers);
    const flow = await app.startDeviceCode({ scopes: ["openid"] });
    equal([flow.verificationUri, (await flow.wait()).accessToken], [page, "a token"]);
    equal(asked(), [`${adfs}/oauth2/devicecode`, `${adfs}/oauth2/token`]);
  },

  "CIAM: the person gets the page for customers": async ({ library }) => {
    const message = `Open ${page} and enter CODE.`;
    const { app } = at(library, { authority: "https://contoso.ciamlogin.com" }, { devicecode: { ...codes, verification_uri: page, message } });
    const flow = await app.startDeviceCode({ scopes: ["openid"] });
    const own = "https://contoso.ciamlogin.com/common/oauth2/deviceauth";
    equal([flow.verificationUri, flow.message], [own, `Open ${own} and enter CODE.`]);
  },

  "a private cloud: Entra knows it, and nothing is asked twice": async ({ library }) => {
    const cloud = "https://login.private.example/contoso.example";
    const answers = {
      instance: { tenant_discovery_endpoint: `${cloud}/x`, metadata: [] },
      "openid-configuration": { issuer: `${cloud}/v2.0`, token_endpoint: `${cloud}/oauth2/v2.0/token` },
      devicecode: { ...codes, verification_uri: page },
    };
    const { app, asked } = at(library, { authority: cloud }, answers);
    for (const _ of [1, 2]) await app.startDeviceCode({ scopes: ["openid"] });
    const instance = "https://login.microsoftonline.com/common/discovery/instance";
    const devicecode = `${cloud}/oauth2/v2.0/devicecode`;
    equal(asked(), [instance, `${cloud}/v2.0/.well-known/openid-configuration`, devicecode, devicecode]);
  },

  "a host that Entra does not know gets no request": async ({ library }) => {
    const { app, asked } = at(library, { authority: "https://login.evil.example/contoso.example" }, { instance: { error: "invalid_instance" } });
    equal((await failureOf(app.startDeviceCode({ scopes: ["openid"] }))).errorCode, "untrusted_authority");
    equal(asked(), ["https://login.microsoftonline.com/common/discovery/instance"]);
  },

  "a log has the levels that were configured": async ({ library }) => {
    const lines = [];
    const loggerOptions = { loggerCallback: (...line) => lines.push(line), logLevel: library.LogLevel.Info };
    const fetch = recording(({ url }) => json(url.includes("devicecode") ? { ...codes, verification_uri: page } : TOKENS));
    const app = new library.PublicClientApplication({ auth: { clientId: "client" }, system: { fetch, loggerOptions } });
    await (await app.startDeviceCode({ scopes: ["openid"] })).wait();
    equal(lines.every(([level, text, pii]) => level <= library.LogLevel.Info && typeof text === "string" && pii === false), true, "lines");
    equal(lines.length >= 3, true, "asked, received, signed in");
  },

  "msal-node's networkClient sends the requests": async ({ library }) => {
    const sent = [];
    const sendPostRequestAsync = async (url, { body }) => {
      sent.push(new URLSearchParams(body).get("client_id"));
      return { status: 200, headers: {}, body: url.includes("devicecode") ? { ...codes, verification_uri: page } : TOKENS };
    };
    const networkClient = { sendGetRequestAsync: sendPostRequestAsync, sendPostRequestAsync };
    const app = new library.PublicClientApplication({ auth: { clientId: "client" }, system: { networkClient } });
    equal((await (await app.startDeviceCode({ scopes: ["openid"] })).wait()).accessToken, "a token");
    equal(sent, ["client", "client"]);
  },
};
