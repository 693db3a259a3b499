// A Worker whose requests share one application, and one flow. It reports every request of the library that was made while another of its
// own requests was running: workerd would refuse some of them ("Cannot perform I/O on behalf of a different request"), or lose their answers.

import { AsyncLocalStorage } from "node:async_hooks";
import { PublicClientApplication } from "device-code-flow";

const current = new AsyncLocalStorage();
// [the request whose code ran, the sign-in that asked]
const sent = [];

const issuer = "https://id.test";
const metadata = { issuer, device_authorization_endpoint: `${issuer}/device`, token_endpoint: `${issuer}/token` };
const application = new PublicClientApplication({
  auth: { clientId: "c", authority: issuer, authorityMetadata: JSON.stringify(metadata) },
  system: {
    fetch(url, init) {
      const form = new URLSearchParams(init.body);
      sent.push([current.getStore(), form.get("scope") || form.get("device_code")]);
      return fetch(url, init);
    },
  },
});
let shared;

const paths = {
  async "/sign-in"(name) {
    const { accessToken } = await application.acquireTokenByDeviceCode({ scopes: [name], deviceCodeCallback() {} });
    return accessToken;
  },
  async "/shared"(name) {
    shared = shared || application.startDeviceCode({ scopes: ["shared"] });
    const { accessToken } = await (await shared).wait();
    return accessToken;
  },
  // Answers as soon as its first poll has been sent. With the answer the request ends, and workerd drops all that it waits for.
  async "/left"(name) {
    application.acquireTokenByDeviceCode({ scopes: [name], deviceCodeCallback() {} }).catch(() => {});
    while (sent.filter(([request]) => request === name).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    return "left";
  },
  async "/sent"() {
    return sent.splice(0);
  },
};

export default {
  fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const name = searchParams.get("name");
    return current.run(name, async () => Response.json({ name, answer: await paths[pathname](name) }));
  },
};
