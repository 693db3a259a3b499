// Three MSALs on one cache file, with the same functions for each: msal-node, MSAL for Python, and ours. Not a test.
//
// Every call uses a new application, like a program that was just started: it loads the file, works, and stores it.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { filePlugin } from "../support/file-plugin.mjs";
import { startedPython } from "./python.mjs";
import { libraries } from "./sign-ins.mjs";

export const NAMES = ["msal-node", "Python", "ours"];

const folder = mkdtempSync(join(tmpdir(), "takeover-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** The process of MSAL for Python, one for a whole file of tests. Call `ended()` at the end. */
let python;
export const ended = () => python?.end();

/**
 * A cache file, a test server, and the three libraries on them. `as(NAME, { client, host, tenant })` returns one of them with
 * - `signIn({ scopes, person })`: the access token
 * - `accounts()`, with the fields of msal-node
 * - `silent({ scopes, force, claims })`: the `token`, whether it was `cached`, the token requests `sent`; or the `error`
 * - `remove()`: removes the account
 */
export async function shared({ person, ...settings } = {}) {
  const entra = standIn({ interval: 1, issuedAt: 1_800_000_000, ...settings });
  const server = await entra.listen();
  const path = join(folder, `${(files += 1)}.json`);
  const as = (name, { client = CLIENT, host = "login.microsoftonline.com", tenant = TENANT } = {}) => {
    const scene = { entra, path, client, authority: `https://${host}/${tenant}`, origin: server.origin, person };
    return name === "Python" ? pythonOn(scene) : nodeOn(name === "ours" ? "ours" : "msal", scene);
  };
  const stored = () => JSON.parse(readFileSync(path, "utf8"));
  return { entra, as, stored, path, close: server.close };
}

/** The outcome of a call: its value or error, and the token requests that it made. */
async function seen(entra, call) {
  const earlier = entra.requests.length;
  const outcome = await call().catch((error) => ({ error }));
  return { ...outcome, sent: entra.requests.slice(earlier).filter(({ endpoint }) => endpoint === "token") };
}

function nodeOn(library, { entra, path, client, authority, person }) {
  const app = () => {
    const { PublicClientApplication, system } = libraries[library];
    return new PublicClientApplication({ auth: { clientId: client, authority }, system: system(entra), cache: { cachePlugin: filePlugin(path) } });
  };
  const accounts = () => app().getTokenCache().getAllAccounts();
  return {
    accounts,
    async signIn({ scopes = ["User.Read"] } = {}) {
      const deviceCodeCallback = ({ userCode }) => entra.approve(userCode, { person });
      return (await app().acquireTokenByDeviceCode({ scopes, deviceCodeCallback })).accessToken;
    },
    silent: ({ scopes = ["User.Read"], force = false, claims } = {}) =>
      seen(entra, async () => {
        const [account] = await accounts();
        const { accessToken, fromCache } = await app().acquireTokenSilent({ scopes, account, forceRefresh: force, claims });
        return { token: accessToken, cached: fromCache };
      }),
    async remove() {
      const cache = app().getTokenCache();
      await cache.removeAccount((await cache.getAllAccounts())[0]);
    },
  };
}

function pythonOn({ entra, path, client, authority, origin, person }) {
  python ??= startedPython();
  const tell = (command, request) => python.tell({ command, standin: origin, cache: path, client, authority, ...request });
  const failed = ({ error, suberror, error_description }) => Object.assign(new Error(error_description), { errorCode: error, subError: suberror });
  return {
    async accounts() {
      // Python has one account for each person, with the fields of one of the tenants.
      return (await tell("accounts")).map(({ home_account_id, environment, realm, username, local_account_id, authority_type }) => ({
        homeAccountId: home_account_id,
        environment,
        tenantId: realm,
        username,
        localAccountId: local_account_id,
        authorityType: authority_type,
      }));
    },
    async signIn({ scopes = ["User.Read"] } = {}) {
      const flow = await tell("start", { scopes });
      entra.approve(flow.user_code, { person });
      const result = await tell("finish", { flow });
      if (result.error) throw failed(result);
      return result.access_token;
    },
    silent: ({ scopes = ["User.Read"], force = false, claims } = {}) =>
      seen(entra, async () => {
        const result = await tell("silent", { scopes, force, claims });
        if (!result) throw Object.assign(new Error("nothing there"), { errorCode: "no_tokens_found" });
        if (result.error) throw failed(result);
        return { token: result.access_token, cached: result.token_source === "cache" };
      }),
    remove: () => tell("remove"),
  };
}
