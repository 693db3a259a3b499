// The authorization server of the demo and of the end-to-end tests: the certified npm package oidc-provider, on
// loopback, with its device flow on and one public client. Everything it knows is made at start and gone at the end.
// It is not an example of running oidc-provider in production: persons have no passwords, and http is all it speaks.

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
 * `handle(request, response)` sees every request first and resolves to true where it answered: that is how the demo
 * serves its page from the issuer's own origin. `drive: true` adds /drive, a person for tests that cannot click.
 * `interval` (seconds) is sent with the code; oidc-provider by itself sends none, so a client has to assume five.
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
    // The device learns who signed in from the ID token alone, without a second request to /me.
    conformIdTokenClaims: false,
    // Any page may ask: the demo's clients are public and everything is on this machine.
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
      // Only its own origin may frame a page that asks for consent: elsewhere it could be clicked unseen.
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

/** Public, as a device's client is: nothing on a television can be kept secret (RFC 8628 §5.6). */
const client = {
  client_id: clientId,
  client_name: "The living-room screen",
  // oidc-provider asks a native client's person for consent at every sign-in (RFC 8252 §8.6).
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

/** A browser keeps its session here, and the second viewer of the demo still wants to be somebody else. */
function askWhoEveryTime({ base, Check }) {
  const policy = base();
  const check = new Check("every_sign_in", "the person is asked at every sign-in", ({ oidc }) =>
    oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
  );
  policy.get("login").checks.add(check);
  return policy;
}

function signingKey() {
  // By way of a text: Node 20 stands still for ever where it collects what generated a key while that very key is exported.
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
 * oidc-provider names Node 22 as its minimum and says so on every start under Node 20, where the demo's own tests
 * run as well. That one line is held back; whatever else it has to say is printed.
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

/** Open keep-alive connections would hold the process for seconds; nothing on them is worth waiting for. */
function stop(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
