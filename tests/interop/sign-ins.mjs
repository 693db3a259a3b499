// The same sign-in through @azure/msal-node and through ours, each on its own Entra test server, and how they differ.
//
// Not a test: msal-node.test.mjs has the intended differences. Ours is the packed tarball, installed as a user would install it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import * as msalNode from "@azure/msal-node";
import { installedProject } from "../runtime/project.mjs";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";

const folder = join(installedProject(), "node_modules/device-code-flow");
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** The two libraries, and how each one gets its network. */
export const libraries = {
  msal: { ...msalNode, system: ({ networkClient }) => ({ networkClient }) },
  ours: { ...(await import(pathToFileURL(join(folder, "node.mjs")))), version, system: ({ fetch }) => ({ fetch }) },
};

/** The entry of ours with the stores. */
export const storage = await import(pathToFileURL(join(folder, "storage-node.mjs")));

export const CORRELATION = "99999999-0000-4000-8000-000000000000";

/**
 * One sign-in, from the code to its end, and what was observed.
 * //
 * @param library "msal" or "ours"
 * @param scene
 * - `settings` of the test server, whose interval is 1 s here; `before(entra)`, for example to make it fail
 * - `shown(entra, userCode, code)`: what the person does; approves at once by default
 * - `request`: more fields; `auth`, `cache`, `telemetry`: more of the configuration; `system`: other settings than the test server's
 *   network, `options`: more than it
 * //
 * Returns `result` or `error`, the `codes` shown, the `requests` and among them the `polls`, and when it was shown and ended; also
 * `app`, unless the constructor threw, and `entra`, for `signInAgain`.
 */
export async function signIn(library, scene = {}) {
  const { settings, before, auth, telemetry, system, options, cache } = scene;
  const entra = standIn({ interval: 1, issuedAt: 1_800_000_000, ...settings });
  before?.(entra);
  const { PublicClientApplication, system: network } = libraries[library];
  const configuration = {
    auth: { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}`, ...auth },
    system: { ...(system ?? network(entra)), ...options },
    ...(telemetry && { telemetry }),
    ...(cache && { cache }),
  };
  try {
    const app = new PublicClientApplication(configuration);
    return await signInAgain({ app, entra }, scene);
  } catch (error) {
    return { error, entra, codes: [], requests: entra.requests, polls: [] };
  }
}

/** One more sign-in with the same application. Its requests are those of this sign-in only. */
export async function signInAgain({ app, entra }, { shown = (entra, userCode) => entra.approve(userCode), request } = {}) {
  const seen = { app, entra, codes: [] };
  const earlier = entra.requests.length;
  const deviceCodeCallback = (code) => {
    seen.codes.push(code);
    seen.shownAt = Date.now();
    if (code.userCode) shown(entra, code.userCode, code);
  };
  try {
    seen.result = await app.acquireTokenByDeviceCode({ scopes: ["User.Read"], correlationId: CORRELATION, deviceCodeCallback, ...request });
  } catch (error) {
    seen.error = error;
  }
  seen.endedAt = Date.now();
  seen.requests = entra.requests.slice(earlier);
  seen.polls = seen.requests.filter(({ endpoint }) => endpoint === "token");
  return seen;
}

/** The same sign-in through both, at the same time. */
export async function both(scene) {
  const [msal, ours] = await Promise.all([signIn("msal", scene), signIn("ours", scene)]);
  return { msal, ours };
}

/** The requests in their order, with the pause before each one in whole seconds. */
export function wire({ requests }) {
  return requests.map(({ endpoint, method, url, query, headers, form, at }, index) => ({
    endpoint,
    method,
    url,
    query,
    headers,
    form,
    pause: index === 0 ? 0 : Math.round((at - requests[index - 1].at) / 1000),
  }));
}

/** Every field, at any depth, in which two values differ. An undefined field counts as missing. */
export function differences(msal, ours, path = "") {
  if (isDeepStrictEqual(msal, ours)) return [];
  const [left, right] = [msal, ours].map(membersOf);
  if (!left || !right) return [{ path, msal, ours }];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.flatMap((name) => differences(left[name], right[name], path ? `${path}.${name}` : name));
}

function membersOf(value) {
  if (value instanceof Map) return Object.fromEntries(value);
  return value && Object.getPrototypeOf(value) === Object.prototype ? value : undefined;
}

/**
 * Compares differences with a table of the intended ones: rows of path, msal-node's value, ours, and the reason. A value is a RegExp, a
 * predicate, or the value itself. A difference without a row fails, and so does a row without a difference.
 */
export function onlyIntended(found, table, context) {
  const unexpected = found.filter(({ path, msal, ours }) => {
    const row = table.find(([wanted]) => wanted === path);
    return !row || !fits(row[1], msal, context?.msal) || !fits(row[2], ours, context?.ours);
  });
  assert.deepEqual(unexpected, [], "differences that nobody intends");
  const gone = table.filter(([path]) => !found.some((one) => one.path === path));
  assert.deepEqual(gone.map(([path]) => path), [], "differences that are listed and are none any more");
}

function fits(wanted, value, context) {
  if (typeof wanted === "function") return wanted(value, context);
  if (wanted instanceof RegExp) return typeof value === "string" && wanted.test(value);
  return isDeepStrictEqual(wanted, value);
}
