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
    // How long a request takes that is lost, in milliseconds.
    requestTimeout: 3000,
    fetch(url, init) {
      const form = new URLSearchParams(init.body);
      sent.push([current.getStore(), form.get("scope") || form.get("device_code")]);
      return fetch(url, init);
    },
  },
});
// The flows that requests share, by name.
const flows = new Map();

function startShared(flow) {
  if (!flows.has(flow)) flows.set(flow, application.startDeviceCode({ scopes: [flow] }));
  return flows.get(flow);
}

/** Resolves when a request of the Worker has asked for a code and has polled. */
async function pollBy(request) {
  while (sent.filter(([sender]) => sender === request).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
}

const paths = {
  async "/sign-in"(name) {
    const { accessToken } = await application.acquireTokenByDeviceCode({ scopes: [name], deviceCodeCallback() {} });
    return accessToken;
  },
  async "/shared"(name, flow) {
    const { accessToken } = await (await startShared(flow)).wait();
    return accessToken;
  },
  // These answer as soon as their first poll has been sent. With the answer the request ends, and workerd drops all that it waits for.
  async "/left"(name) {
    application.acquireTokenByDeviceCode({ scopes: [name], deviceCodeCallback() {} }).catch(() => {});
    await pollBy(name);
    return "left";
  },
  async "/left-shared"(name, flow) {
    (await startShared(flow)).wait().catch(() => {});
    await pollBy(name);
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
    return current.run(name, async () => Response.json({ name, answer: await paths[pathname](name, searchParams.get("flow")) }));
  },
};
