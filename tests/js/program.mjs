// Runs a few lines of JavaScript in a new Node process, in a project that has the packed library installed. Not a test.
//
// These programs break the host on purpose (no WebAssembly, a clock that traps). A shared process would not survive that.

import { spawnSync } from "node:child_process";
import { installedProject } from "../runtime/project.mjs";

const project = installedProject();

const main = `
  import * as library from "device-code-flow";
  const { PublicClientApplication } = library;
`;

const prelude = `
  const answers = {
    device: { device_code: "d", user_code: "u", verification_uri: "https://id.invalid/go", expires_in: 60, interval: 1 },
    token: { access_token: "a token", token_type: "Bearer" },
  };
  const metadata = { issuer: "https://id.invalid", device_authorization_endpoint: "https://id.invalid/device", token_endpoint: "https://id.invalid/token" };
  const auth = { clientId: "c", authority: "https://id.invalid", authorityMetadata: JSON.stringify(metadata) };
  const answer = async (url) => new Response(JSON.stringify(answers[new URL(url).pathname.slice(1)]));
  const app = (fetch = answer) => new PublicClientApplication({ auth, system: { fetch, requestTimeout: 500 } });
  const failureOf = (promise) => promise.then((value) => { throw new Error("no failure: " + JSON.stringify(value)); }, (error) => error);
  const told = ({ name, errorCode, hint, retryable, fault, cause }) => ({ name, errorCode, hint, retryable, fault, cause: cause && cause.constructor.name });
  const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
`;

/** For programs that drive a flow: a fetch that records its calls, answers the first one, and leaves the others to `poll`. */
export const scene = `
  answers.token = { error: "authorization_pending" };
  const calls = [];
  // Answers the first request, for the codes. The test decides the other answers.
  let poll = answer;
  const fetch = async (url, init) => {
    const call = { url: String(url), init, ended: false };
    calls.push(call);
    if (init.signal) init.signal.addEventListener("abort", () => (call.ended = true));
    return calls.length === 1 ? answer(url) : poll(url, init);
  };
  const hanging = (_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const tokens = (url) => ((answers.token = { access_token: "a token", token_type: "Bearer" }), answer(url));
`;

/** The sections of a cache that msal-node has written for a person of the programs' issuer. */
export function cachedPerson(username) {
  const whose = { home_account_id: "u", environment: "id.invalid", realm: "" };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const idToken = `${part({ alg: "RS256" })}.${part({ iss: "https://id.invalid", aud: "c", sub: "u", preferred_username: username })}.c2ln`;
  return {
    Account: { k: { ...whose, local_account_id: "u", username, authority_type: "Generic" } },
    IdToken: { k: { ...whose, client_id: "c", credential_type: "IdToken", secret: idToken } },
  };
}

/** The output of the program, parsed as JSON. Throws its standard error if it fails. With `main: false` the program imports what it needs. */
export function run(program, { main: imports = true, options = [] } = {}) {
  const text = (imports ? main : "") + prelude + program;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, "--input-type=module", "-e", text], {
    cwd: project,
    encoding: "utf8",
    timeout: 8_000,
  });
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}
