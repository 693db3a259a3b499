// The contenders of the poll benchmark. Each is a function `(base, fetch) => block`; `await block(n, meter)` makes n polls between
// `meter.start()` and `meter.stop()`. Discovery and the request for the code happen before `meter.start()`.
//
// measure.mjs does the measuring. The waits between polls pass at once (virtual-time.mjs).

import { PublicClientApplication as Msal } from "@azure/msal-node";
import { PublicClientApplication } from "device-code-flow";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { INTERVAL, onWait, until } from "./virtual-time.mjs";

const CLIENT = "00001111-aaaa-2222-bbbb-3333cccc4444";
const SCOPE = "openid";

export const contenders = {
  /** fetch and JSON.parse of the same request that device-code-flow makes. */
  async bare(base, fetch) {
    const [url, { method, headers, body }] = await firstPollOf(base);
    return onePollACall(async () => {
      const response = await fetch(url, { method, headers, body });
      const { error } = JSON.parse(await response.text());
      if (error !== "authorization_pending") throw new Error(error);
    });
  },

  async "device-code-flow"(base, fetch) {
    const flow = await started(base, fetch);
    return onePollACall(async () => {
      const step = await flow.poll();
      if (step.status !== "pending") throw new Error(step.status);
      until(step.nextPollOn);
    });
  },

  async oauth4webapi(base, fetch) {
    const client = { client_id: CLIENT };
    const server = { issuer: base, token_endpoint: `${base}/token` };
    const options = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: fetch };
    return onePollACall(async () => {
      const response = await oauth.deviceCodeGrantRequest(server, client, oauth.None(), "code", options);
      const error = await oauth.processDeviceCodeResponse(server, client, response).catch((error) => error);
      if (error.error !== "authorization_pending") throw error;
    });
  },

  async "openid-client"(base, fetch) {
    const options = { execute: [openid.allowInsecureRequests], [openid.customFetch]: fetch };
    const config = await openid.discovery(new URL(base), CLIENT, undefined, openid.None(), options);
    const codes = await openid.initiateDeviceAuthorization(config, { scope: SCOPE });
    return ownLoop(({ signal }) => openid.pollDeviceAuthorizationGrant(config, codes, undefined, { signal }));
  },

  async "msal-node"(base, fetch) {
    const issuer = "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee";
    const metadata = await (await fetch(`${base}/.well-known/openid-configuration`)).json();
    // msal-node's HTTP client calls the global fetch.
    globalThis.fetch = fetch;
    return ownLoop((controller) => {
      const authorityMetadata = JSON.stringify({ ...metadata, issuer: `${issuer}/v2.0` });
      const app = new Msal({ auth: { clientId: CLIENT, authority: issuer, authorityMetadata } });
      const request = { scopes: [SCOPE], deviceCodeCallback() {} };
      controller.signal.addEventListener("abort", () => (request.cancel = true));
      return app.acquireTokenByDeviceCode(request);
    });
  },
};

/** For a library that makes one poll a call. */
function onePollACall(poll) {
  return async (polls, meter) => {
    meter.start();
    for (let done = 0; done < polls; done++) await poll();
    meter.stop();
  };
}

/** For a library that polls in its own loop: measures from its first wait to the wait after its n-th poll, and aborts it there. */
function ownLoop(run) {
  return async (polls, meter) => {
    const controller = new AbortController();
    let waits = 0;
    onWait(() => {
      if (waits === 0) meter.start();
      if (waits++ !== polls) return;
      meter.stop();
      controller.abort();
    });
    await run(controller).catch((error) => controller.signal.aborted || Promise.reject(error));
    onWait(() => {});
    if (waits <= polls) throw new Error(`ended after ${waits} polls`);
  };
}

async function started(base, fetch) {
  const app = new PublicClientApplication({ auth: { clientId: CLIENT, authority: base }, system: { fetch } });
  const flow = await app.startDeviceCode({ scopes: [SCOPE] });
  until(new Date(Date.now() + INTERVAL));
  return flow;
}

async function firstPollOf(base) {
  let sent;
  const flow = await started(base, (...request) => fetch(...(sent = request)));
  await flow.poll();
  return sent;
}
