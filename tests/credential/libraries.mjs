// The same script through @azure/identity's DeviceCodeCredential and through ours, each on its own Entra test server.
//
// Not a test: identity.test.mjs says what must be the same and what differs. Ours is the packed tarball, installed as a user would install
// it.

import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import * as identity from "@azure/identity";
import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { installedProject } from "../runtime/project.mjs";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";

/** A project with the tarball in it. */
export const project = installedProject();

const folder = join(project, "node_modules/device-code-flow");
const loaded = (file) => import(pathToFileURL(join(folder, file)));

/** The main entry and the credential of the tarball, as Node imports them. */
export const main = await loaded("node.mjs");
export const ours = (await loaded("credential.cjs")).default;

/** The two libraries, and how each one gets its network. */
export const libraries = {
  theirs: { ...identity, network: ({ fetch }) => ({ httpClient: httpClientOf(fetch), retryOptions: { maxRetries: 0 } }) },
  ours: { ...ours, network: ({ fetch }) => ({ fetch }) },
};

export const OTHER_TENANT = "99990000-1111-2222-3333-444455556666";
export const AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
export const GRAPH = "https://graph.microsoft.com/.default";
/** The claims challenge of a resource that rejects a token. */
export const NBF = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}';
export const MANAGEMENT = "https://management.azure.com/.default";

/** @azure/core-rest-pipeline's HttpClient over a fetch. */
function httpClientOf(fetch) {
  return {
    async sendRequest(request) {
      const response = await fetch(request.url, { method: request.method, headers: request.headers.toJSON(), body: request.body });
      return { request, status: response.status, headers: createHttpHeaders(response.headers), bodyAsText: await response.text() };
    },
  };
}

/**
 * A credential of one library on a new test server, and what was observed.
 * //
 * @param library "theirs" or "ours"
 * @param scene `settings` of the test server, `options` of the credential, `shown(entra, info)`: what the person does;
 * approves at once by default
 * //
 * Returns `credential`, `another(options)` on the same test server, `entra`, the `prompts` shown, and `took(promise)`: the outcome of the
 * promise in a form that can be compared.
 */
export function played(library, { settings, options, shown = (entra, { userCode }) => entra.approve(userCode) } = {}) {
  const entra = standIn({ interval: 1, issuedAt: 1_800_000_000, clients: [CLIENT, AZURE_CLI], ...settings });
  const prompts = [];
  const userPromptCallback = (info) => {
    prompts.push(info);
    return shown(entra, info);
  };
  const { DeviceCodeCredential, network } = libraries[library];
  const defaults = { tenantId: TENANT, clientId: CLIENT, userPromptCallback, ...network(entra) };
  const another = (more) => new DeviceCodeCredential({ ...defaults, ...more });
  return { library: libraries[library], credential: another(options), another, entra, prompts };
}

/** The script through both, at the same time. */
export async function both(scene, script) {
  const [theirs, ours] = await Promise.all(["theirs", "ours"].map(async (library) => script(played(library, scene), library)));
  return { theirs, ours };
}

/** The outcome of a call: its value, or the visible parts of its error. */
export async function end(promise) {
  try {
    return { value: await promise };
  } catch (error) {
    const { name, message, scopes, getTokenOptions } = error;
    return { error: { name, message, scopes, getTokenOptions } };
  }
}

/** The parts of a request that the credential decides. tests/interop compares the rest. */
export function asked({ requests }) {
  return requests
    .filter(({ endpoint }) => endpoint === "devicecode" || endpoint === "token")
    .map(({ endpoint, url, form }) => ({
      endpoint,
      url,
      client: form.client_id,
      grant: form.grant_type?.split(":").pop(),
      scopes: form.scope === undefined ? undefined : form.scope.split(" ").sort(),
      accessTokenClaims: form.claims && JSON.parse(form.claims).access_token,
    }));
}

/** What was requested: the grant type, or the endpoint if there is none. */
export function grants(entra) {
  return asked(entra).map(({ endpoint, grant }) => grant ?? endpoint);
}

/** A store of one text, as an ICachePlugin. */
export function stored(store = { text: "" }) {
  const plugin = {
    async beforeCacheAccess({ tokenCache }) {
      await later(5);
      tokenCache.deserialize(store.text);
    },
    async afterCacheAccess({ cacheHasChanged, tokenCache }) {
      await later(5);
      if (cacheHasChanged) store.text = tokenCache.serialize();
    },
  };
  return { store, plugin, sections: () => JSON.parse(store.text) };
}
