// A program as a person writes it, in CommonJS: TypeScript's own `require`. Compiled and never run.

import deviceCodeFlow = require("device-code-flow");

const app = new deviceCodeFlow.PublicClientApplication({ auth: { clientId: "00000000-0000-0000-0000-000000000000" } });

async function signIn(): Promise<string> {
  const result = await app.acquireTokenByDeviceCode({
    scopes: ["User.Read"],
    deviceCodeCallback: (code) => console.log(code.message),
  });
  return result.accessToken;
}

export = { signIn };
