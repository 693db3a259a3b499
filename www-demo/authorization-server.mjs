// The authorization server of the demo and of the end-to-end tests: the certified npm package oidc-provider, on
// loopback, with its device flow enabled and one public client. Its data exists in memory only, from start to stop.
// It is no example of oidc-provider in production: people have no passwords, and it speaks http only.

import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { answerInteraction, interactionPath } from "./interactions.mjs";
import { MemoryAdapter } from "./memory-adapter.mjs";
import { findAccount } from "./people.mjs";
import { actAsPerson } from "./person.mjs";
import { approvedPage, confirmCodePage, enterCodePage, errorPage, refusedPage } from "./phone-pages.mjs";

export const clientId = "device-code-flow-demo";

/**
 * Starts it and resolves once it listens.
 *
 * `handle(request, response)` gets every request first and resolves to true where it answered; the demo serves its page
 * from the issuer's origin this way. `drive: true` adds /drive, which acts as a person for tests without a browser.
 * `interval` (seconds) is sent with the code; oidc-provider sends none, and then a client has to assume five.
 */
export async function startAuthorizationServer({
  port = 0,
  host = "127.0.0.1",
  handle = async () => false,
  drive = false,
  interval,
  codeLifetime = 600,
  accessTokenLifetime = 3600,
} = {}) {
  const { Provider, interactionPolicy } = await importProvider();
  const server = createServer();
  await listen(server, port, host);
  const issuer = `http://${host}:${server.address().port}`;

  const provider = new Provider(issuer, {
    adapter: MemoryAdapter,
    clients: [client],
    findAccount,
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    scopes: ["openid", "offline_access", "profile", "email"],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"] },
    // The ID token has all claims, so the device needs no second request to /me to know who signed in.
    conformIdTokenClaims: false,
    // Every page may send requests, because the demo's client is public and everything is on this machine.
    clientBasedCORS: () => true,
    interactions: { url: (_context, interaction) => interactionPath(interaction), policy: askWhoEveryTime(interactionPolicy) },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      revocation: { enabled: true },
      deviceFlow: { enabled: true, ...devicePages },
    },
    renderError: (context, out) => show(context, errorPage(out.error_description ?? out.error)),
    ttl: {
      AccessToken: accessTokenLifetime,
      DeviceCode: codeLifetime,
      Grant: oneDay,
      IdToken: 3600,
      Interaction: codeLifetime,
      RefreshToken: oneDay,
      Session: oneDay,
    },
  });
  provider.on("server_error", (_context, error) => console.error(error));
  if (interval !== undefined) {
    provider.on("device_authorization.success", (_context, body) => Object.assign(body, { interval }));
  }

  const answerAsProvider = provider.callback();
  server.on("request", async (request, response) => {
    try {
      // Only pages of this origin may frame a page that asks for consent. Another site could hide the frame (clickjacking).
      response.setHeader("content-security-policy", "frame-ancestors 'self'");
      if (await handle(request, response)) return;
      if (drive && (await answerDrive(issuer, request, response))) return;
      if (await answerInteraction(provider, request, response)) return;
      await answerAsProvider(request, response);
    } catch (error) {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });

  return { issuer, clientId, stop: () => stop(server) };
}

const oneDay = 24 * 3600;

/** A public client, because a device cannot keep a secret (RFC 8628 §5.6). */
const client = {
  client_id: clientId,
  client_name: "The living-room screen",
  // oidc-provider asks for consent at every sign-in with a native client (RFC 8252 §8.6).
  application_type: "native",
  token_endpoint_auth_method: "none",
  grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
  response_types: [],
  redirect_uris: [],
};

const devicePages = {
  userCodeInputSource(context, form, out, error) {
    if (error?.name === "AbortedError") return show(context, refusedPage());
    show(context, enterCodePage(form, error && (codeProblems[error.name] ?? out?.error_description ?? error.message)));
  },
  userCodeConfirmSource(context, form, confirmingClient, deviceInfo, userCode) {
    const { clientName } = confirmingClient;
    show(context, confirmCodePage(form, { clientName, userCode, askedFrom: deviceInfo.ip }));
  },
  successSource(context) {
    show(context, approvedPage(context.oidc.client.clientName));
  },
};

const codeProblems = {
  NoCodeError: "Type a code first.",
  NotFoundError: "No device shows that code. Look again.",
  ExpiredError: "That code has expired. Let the device show a new one.",
  AlreadyUsedError: "That code was used already. Let the device show a new one.",
};

function show(context, html) {
  context.type = "html";
  context.body = html;
}

/** The browser keeps its session, but the next viewer of the demo must be able to choose another person. */
function askWhoEveryTime({ base, Check }) {
  const policy = base();
  const check = new Check("every_sign_in", "the person is asked at every sign-in", ({ oidc }) =>
    oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
  );
  policy.get("login").checks.add(check);
  return policy;
}

function signingKey() {
  // The key goes through PEM, because Node 20 can hang forever when garbage collection runs while a generated key is exported.
  const pem = { publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } };
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048, ...pem });
  return { ...createPrivateKey(privateKey).export({ format: "jwk" }), use: "sig", alg: "RS256" };
}

async function answerDrive(issuer, request, response) {
  const url = new URL(request.url, issuer);
  if (url.pathname !== "/drive") return false;
  const { user_code: userCode, login, action: decision } = Object.fromEntries(url.searchParams);
  const [status, body] = await actAsPerson({ issuer, userCode, login, decision }).then(
    (done) => [200, done],
    (error) => [400, { error: error.message }],
  );
  response.writeHead(status, { "content-type": "application/json", "access-control-allow-origin": "*" });
  response.end(JSON.stringify(body));
  return true;
}

/**
 * oidc-provider requires Node 22 and prints a warning on every start under Node 20, on which the demo's tests also run.
 * This one warning is suppressed; all others are printed.
 */
async function importProvider() {
  const { warn } = console;
  console.warn = (...words) => /Unsupported runtime/.test(words[0]) || warn(...words);
  try {
    return await import("oidc-provider");
  } finally {
    console.warn = warn;
  }
}

function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Closes idle keep-alive connections too, because they would keep the process alive for seconds. */
function stop(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
