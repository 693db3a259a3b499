// The log of a program: sign-ins of every outcome, at every level, with and without personal data. No line contains a secret, and no line
// without the PII mark contains a name. tests/core/flow/log.rs tests the content of each line.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";
import { ada, CLIENT, standIn, TENANT } from "../support/entra.mjs";

const installed = join(installedProject(), "node_modules/device-code-flow/node.mjs");
const { Logger, LogLevel, PublicClientApplication, version } = await import(pathToFileURL(installed));

const authority = `https://login.microsoftonline.com/${TENANT}`;
const CORRELATION = "99999999-0000-4000-8000-000000000000";
const person = { ...ada, uid: "home-of-ada", utid: "ffffeeee-1111-dddd-2222-ccccbbbbaaaa", login_hint: "O.opaque-hint", upn: "ada@fabrikam.example" };
const quoted = { login_hint: "hint-of-the-caller" };
const claims = '{"access_token":{"acrs":{"essential":true,"value":"claim-of-the-caller"}}}';
const names = [...new Set(Object.values(person)), TENANT, ...Object.values(quoted), "claim-of-the-caller"];
const SECRETS = ["device_code", "user_code", "access_token", "refresh_token", "id_token", "client_info"];

/** A server, the fetch function to reach it, and the secrets that it has sent, which no log may contain. */
function server({ disturbances = [], ...settings } = {}) {
  const entra = standIn({ interval: 1, ...settings });
  for (const kind of disturbances) entra.disturb("token", kind);
  const secrets = new Set();
  const fetch = async (url, init) => {
    const response = await entra.fetch(url, init);
    const body = await response.clone().json().catch(() => ({}));
    for (const name of SECRETS) if (body[name]) secrets.add(body[name]);
    return response;
  };
  return { entra, fetch, secrets };
}

/** Every kind of sign-in: what it does with its own application, and how it ends. */
const scenes = {
  "signed in": { end: "tokens", shown: (entra, code) => entra.approve(code, { afterPolls: 1, person }) },
  declined: { end: "authorization_declined", shown: (entra, code) => entra.decline(code) },
  expired: { end: "device_code_expired", shown: (entra, code) => entra.expire(code) },
  "an unknown client": { end: "unauthorized_client", settings: { clients: [] } },
  "a connection that is reset": { end: "tokens", settings: { disturbances: ["reset"] } },
  "a server that is down": { end: "tokens", settings: { disturbances: ["unavailable"] } },
  "too fast": { end: "tokens", settings: { disturbances: ["slow_down"] } },
  "wrong scopes": { end: "empty_input_scopes_error", request: { scopes: "User.Read" } },
  "a person whom an administrator has not assigned": {
    end: "invalid_grant",
    shown: (entra, code) => entra.approve(code, { person, outcome: 50105 }),
  },
  "a person whom the server names in its refusal": {
    end: "invalid_grant",
    fetch: async () =>
      Response.json(
        { error: "invalid_grant", error_description: `AADSTS50034: The user account ${ada.preferred_username} does not exist in ${TENANT}.`, error_codes: [50034] },
        { status: 400 },
      ),
  },
  "a host that nobody knows": { end: "untrusted_authority", auth: { authority: `https://login.nowhere.example/${TENANT}` } },
  "a cache plugin that names a person in its error": {
    end: "cache_plugin_error",
    cache: {
      cachePlugin: {
        async beforeCacheAccess() {
          throw new Error(`cannot read the file of ${ada.preferred_username}`);
        },
        async afterCacheAccess() {},
      },
    },
  },
  "a wrong callback": { end: "invalid_argument", request: { deviceCodeCallback: "show it" } },
  "a wrong authority": { end: "url_parse_error", auth: { authority: `login.example/${TENANT}` } },
  "a wrong option": { end: "invalid_argument", system: { requestTimeout: "long" } },
  "a callback that throws and quotes the code": {
    end: "Error",
    shown: (_, code) => {
      throw new Error(`cannot show ${code}`);
    },
  },
  cancelled: { end: "device_code_polling_cancelled", shown: (_, __, request) => void (request.cancel = true) },
  "a host that quotes what it was given": {
    end: "network_error",
    fetch: async (url, { body }) => {
      throw new TypeError(`cannot post ${body} to ${url}`);
    },
  },
  "taken up from a text": {
    end: "tokens",
    async work(app, request, entra) {
      const flow = await app.startDeviceCode(request);
      entra.approve(flow.userCode, { person });
      return (await app.resumeDeviceCode(flow.save())).wait();
    },
  },
  "renewed without the person": {
    end: "tokens",
    async work(app, request) {
      const { account } = await app.acquireTokenByDeviceCode(request);
      await app.acquireTokenSilent({ scopes: ["User.Read"], account, correlationId: CORRELATION });
      await app.acquireTokenSilent({ scopes: ["User.Read"], account, correlationId: CORRELATION, claims, extraQueryParameters: quoted });
      await app.signOut({ account, revoke: true });
    },
  },
  "a refresh that is refused": { end: "invalid_grant", work: (...scene) => refusedRefresh(...scene, "bad_token") },
  "a refresh that a host quotes": {
    end: "network_error",
    work: (app, request, entra) => refusedRefresh(app, request, entra, "reset", "reset", "reset"),
    quotes: true,
  },
  "nobody to renew for": {
    end: "no_tokens_found",
    work: (app) => app.acquireTokenSilent({ scopes: ["a"], account: { homeAccountId: "a.b", environment: "login.windows.net" }, correlationId: CORRELATION }),
  },
  "a text that is no flow": { end: "saved_flow_invalid", work: (app) => app.resumeDeviceCode("{}") },
};

async function refusedRefresh(app, request, entra, ...disturbances) {
  const { account } = await app.acquireTokenByDeviceCode(request);
  entra.disturb("refresh", ...disturbances);
  await app.acquireTokenSilent({ scopes: ["Mail.Read"], account, correlationId: CORRELATION });
}

/** Runs one of them with a log. Returns its end, the lines, and the texts that no line may contain. */
async function signIn({ shown = (entra, code) => entra.approve(code, { person }), ...scene }, loggerOptions) {
  const { entra, fetch, secrets } = server(scene.settings);
  const request = {
    scopes: ["User.Read"],
    correlationId: CORRELATION,
    claims,
    extraQueryParameters: quoted,
    deviceCodeCallback: ({ userCode }) => shown(entra, userCode, request),
    ...scene.request,
  };
  const quoting = (url, init) =>
    fetch(url, init).catch(() => {
      throw new TypeError(`cannot post ${init.body} to ${url}`);
    });
  const system = { fetch: scene.fetch ?? (scene.quotes ? quoting : fetch), requestTimeout: 5_000, loggerOptions, ...scene.system };
  const work = scene.work ?? ((app) => app.acquireTokenByDeviceCode(request));
  let end;
  try {
    await work(new PublicClientApplication({ auth: { clientId: CLIENT, authority, ...scene.auth }, cache: scene.cache, system }), request, entra);
    end = "tokens";
  } catch (error) {
    end = error.errorCode ?? error.name;
  }
  return { end, secrets: [...secrets] };
}

/** The errors in a log. */
function faults(lines, { secrets, level, pii }) {
  return lines.flatMap((line) => {
    const [at, message, containsPii] = line;
    const found = [];
    for (const secret of secrets) if (message.includes(secret)) found.push(["secret", secret, line]);
    for (const name of names) if (!containsPii && message.includes(name)) found.push(["name", name, line]);
    if (at > level || (containsPii && !pii)) found.push(["not wanted", line]);
    if (/\p{Cc}/u.test(message)) found.push(["control character", line]);
    return found;
  });
}

const settings = Object.values(LogLevel)
  .filter((level) => typeof level === "number")
  .flatMap((level) => [false, true].map((pii) => ({ level, pii })));

describe("no line has a secret, and no line without the PII mark has a name", { concurrency: true }, () => {
  for (const [name, scene] of Object.entries(scenes)) {
    test(name, async () => {
      const logs = await Promise.all(
        settings.map(async ({ level, pii }) => {
          const lines = [];
          const options = { loggerCallback: (...line) => lines.push(line), logLevel: level, piiLoggingEnabled: pii };
          const { end, secrets } = await signIn(scene, options);
          assert.equal(end, scene.end);
          assert.deepEqual(faults(lines, { secrets, level, pii }), []);
          return { lines, level, pii };
        }),
      );
      const full = logs.at(-1).lines.map(([at, message, containsPii]) => [at, containsPii, message.replace(/^.*? : \w+ - /, "")]);
      for (const { lines, level, pii } of logs) {
        const wanted = full.filter(([at, containsPii]) => at <= level && (pii || !containsPii));
        const got = lines.map(([at, message, containsPii]) => [at, containsPii, message.replace(/^.*? : \w+ - /, "")]);
        const steady = (all) => all.map(([at, containsPii, text]) => [at, containsPii, text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ|\d+ s|[0-9a-f-]{36}/g, "")]);
        assert.deepEqual(steady(got), steady(wanted), "less detail is the same log with lines left out");
      }
      const levels = logs.at(-1).lines.map(([at]) => at);
      if (scene.end === "tokens") assert.ok(levels.includes(LogLevel.Info) && !levels.includes(LogLevel.Error));
      else assert.equal(levels.filter((at) => at === LogLevel.Error).length, scene.end === "Error" ? 0 : 2, "told once");
    });
  }
});

test("the search finds a secret and a name that are there", () => {
  const lines = [[0, "it was ABCDEFG01", true], [0, "it was Ada Lovelace", false], [4, "all is well", true]];
  const found = faults(lines, { secrets: ["ABCDEFG01"], level: 3, pii: true });
  assert.deepEqual(found.map(([what]) => what), ["secret", "name", "not wanted"]);
});

test("a line begins with time, correlation id, package and level", async () => {
  const lines = [];
  await signIn(scenes.declined, { loggerCallback: (_, message) => lines.push(message) });
  const [, time, ...rest] = /^\[(.*?)\] : \[(.*?)\] : (.*?) : (\w+) - (.*)$/.exec(lines.at(-1));
  assert.ok(Math.abs(Date.now() - Date.parse(time)) < 5_000, time);
  const [id, origin, level, text] = rest;
  assert.deepEqual([id, origin, level], [CORRELATION, `device-code-flow@${version}`, "Error"]);
  assert.match(text, /^Failed: authorization_declined\. HTTP status 400\. Trace ID: 11111111-2222/);
});

test("a callback that throws or rejects does not affect a sign-in", async (t) => {
  const unhandled = [];
  const note = (error) => unhandled.push(error);
  process.on("unhandledRejection", note);
  t.after(() => process.off("unhandledRejection", note));
  let calls = 0;
  const thrower = () => {
    calls++;
    throw new Error("the disk is full");
  };
  const rejecter = async () => thrower();
  for (const loggerCallback of [thrower, rejecter]) {
    calls = 0;
    const loggerOptions = { loggerCallback, logLevel: LogLevel.Trace, piiLoggingEnabled: true };
    assert.equal((await signIn(scenes["signed in"], loggerOptions)).end, "tokens");
    assert.ok(calls > 10, `${calls} calls`);
    assert.equal((await signIn(scenes["a wrong option"], loggerOptions)).end, "invalid_argument");
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(unhandled, []);
});

test("a callback may read the flow that its line is about", async () => {
  const { fetch, entra } = server();
  let flow, saved;
  const loggerCallback = () => {
    if (flow) saved = flow.save();
  };
  const app = new PublicClientApplication({ auth: { clientId: CLIENT, authority }, system: { fetch, loggerOptions: { loggerCallback, logLevel: LogLevel.Trace } } });
  flow = await app.startDeviceCode({ scopes: ["User.Read"] });
  entra.approve(flow.userCode, { afterPolls: 1 });
  await assert.rejects(flow.poll({ signal: "soon" }), { errorCode: "invalid_argument" });
  for await (const step of flow) if (step.status === "pending") assert.match(saved, /"state":|"device/);
});

test("setLogger applies to the sign-ins that begin after it, and accepts any logger with the methods", async () => {
  const { fetch, entra } = server();
  const app = new PublicClientApplication({ auth: { clientId: CLIENT, authority }, system: { fetch } });
  assert.equal(app.getLogger().isPiiLoggingEnabled(), false);
  const words = [];
  const logger = Object.fromEntries(["error", "warning", "info", "verbose", "trace"].map((level) => [level, (text, id) => words.push([level, text, id])]));
  app.setLogger(logger);
  assert.equal(app.getLogger(), logger);
  await app.acquireTokenByDeviceCode({ scopes: ["a"], correlationId: CORRELATION, deviceCodeCallback: ({ userCode }) => entra.approve(userCode) });
  assert.deepEqual(words[0], ["info", "Asking for a device code.", CORRELATION]);
  assert.ok(words.some(([level]) => level === "trace"));
  for (const wrong of [undefined, null, {}, "logger", { info() {} }]) {
    assert.throws(() => app.setLogger(wrong), { name: "ClientConfigurationError", errorCode: "invalid_argument", errorMessage: "logger must be a Logger." });
  }
});

test("wrong options are refused in the constructor, each by its name", () => {
  for (const [options, field] of [
    [7, "system.loggerOptions"],
    [null, "system.loggerOptions"],
    [{ loggerCallback: "console" }, "system.loggerOptions.loggerCallback"],
    [{ logLevel: "Verbose" }, "system.loggerOptions.logLevel"],
    [{ piiLoggingEnabled: 1 }, "system.loggerOptions.piiLoggingEnabled"],
  ]) {
    const begin = () => new PublicClientApplication({ auth: { clientId: CLIENT }, system: { loggerOptions: options } });
    assert.throws(begin, ({ name, errorMessage }) => name === "ClientConfigurationError" && errorMessage.startsWith(`${field} must be `));
  }
});

test("a clone writes to the same callback under another name", () => {
  const lines = [];
  const logger = new Logger({ loggerCallback: (...line) => lines.push(line), logLevel: LogLevel.Trace, piiLoggingEnabled: true }, "one", "1.0");
  logger.clone("two", "2.0").tracePii("hello", "id");
  const [[level, message, containsPii]] = lines;
  assert.deepEqual([level, containsPii], [LogLevel.Trace, true]);
  assert.match(message, /\] : \[id\] : two@2\.0 : Trace - hello$/);
});
