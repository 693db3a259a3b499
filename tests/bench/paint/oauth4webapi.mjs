// What examples/screen/screen.js needs of its library, written by hand over oauth4webapi, as the author of such a page would.
//
// paint.mjs bundles this file as the page's device-code-flow.js, so that all else on the page is the same. As with our library
// the page asks for the issuer's metadata, then for the code, then polls. For Chromium 68 two things are needed: esbuild lowers the
// syntax to Chromium 64 (private members, optional chaining), and Object.fromEntries, which Chromium has since version 73, is
// added below, because oauth4webapi uses it for the headers of each request.

import {
  allowInsecureRequests,
  deviceAuthorizationRequest,
  deviceCodeGrantRequest,
  discoveryRequest,
  None,
  processDeviceAuthorizationResponse,
  processDeviceCodeResponse,
  processDiscoveryResponse,
  ResponseBodyError,
} from "oauth4webapi";

if (!Object.fromEntries) {
  Object.fromEntries = (entries) => {
    const object = {};
    for (const [name, value] of entries) object[name] = value;
    return object;
  };
}

// The benchmark's server speaks http on loopback.
const options = { [allowInsecureRequests]: true };

export class AuthError extends Error {
  constructor(errorCode, message, fault) {
    super(message);
    Object.assign(this, { errorCode, errorMessage: message, hint: "", fault, retryable: fault === "network" });
  }
}

export class InteractionRequiredAuthError extends AuthError {}

export class PublicClientApplication {
  constructor({ auth }) {
    this.issuer = new URL(auth.authority);
    this.client = { client_id: auth.clientId };
  }

  async startDeviceCode({ scopes }) {
    const { issuer, client } = this;
    const codes = await translated(async () => {
      const server = await processDiscoveryResponse(issuer, await discoveryRequest(issuer, options));
      const response = await deviceAuthorizationRequest(server, client, None(), { scope: scopes.join(" ") }, options);
      return { server, ...(await processDeviceAuthorizationResponse(server, client, response)) };
    });
    const expiresOn = new Date(Date.now() + codes.expires_in * 1000);
    return {
      userCode: codes.user_code,
      verificationUri: codes.verification_uri,
      verificationUriComplete: codes.verification_uri_complete,
      expiresOn,
      wait: () => translated(() => poll(client, codes, expiresOn)),
    };
  }

  /** No tokens are stored. */
  async signOut() {}
}

/** Polls until the person has signed in or the code expires (RFC 8628 §3.4 and §3.5). */
async function poll(client, { server, device_code, interval = 5 }, expiresOn) {
  for (let wait = interval; Date.now() + wait * 1000 < expiresOn; ) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    try {
      const response = await deviceCodeGrantRequest(server, client, None(), device_code, options);
      await processDeviceCodeResponse(server, client, response);
      return { account: null };
    } catch (error) {
      if (!(error instanceof ResponseBodyError)) {
        wait = Math.min(wait * 2, 60);
        continue;
      }
      if (error.error === "slow_down") interval += 5;
      else if (error.error !== "authorization_pending") throw error;
      wait = interval;
    }
  }
  throw new AuthError("device_code_expired", "The code has expired.", "person");
}

/** Runs `work` and turns its errors into those that the page knows. */
async function translated(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AuthError) throw error;
    if (error instanceof ResponseBodyError) throw new AuthError(error.error, error.error_description, "server");
    // fetch rejects with a TypeError when there is no answer.
    throw new AuthError("network_error", String(error), "network");
  }
}
