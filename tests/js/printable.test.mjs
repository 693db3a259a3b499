// What the log shows of others: servers, the host, a cache plugin, the caller. No line has a control, bidirectional or invisible
// character, nor has the correlation id of a line.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { printable } from "../../js/printable.js";
import { installedProject } from "../runtime/project.mjs";
import { CLIENT, standIn, TENANT } from "../support/entra.mjs";

const installed = join(installedProject(), "node_modules/device-code-flow/node.mjs");
const { LogLevel, PublicClientApplication } = await import(pathToFileURL(installed));

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const all = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));
const unprintable = all.filter((character) => UNPRINTABLE.test(character));
// Of each run of such characters the first and the last: fields of a server have limits.
const ends = unprintable.filter((character) => [-1, 1].some((step) => !UNPRINTABLE.test(all[character.codePointAt(0) + step] ?? ""))).join("");
const codes = (text) => [...text].filter((character) => UNPRINTABLE.test(character)).map((character) => character.codePointAt(0).toString(16));

test("each character of Unicode is removed if it is not printable, and stays if it is", () => {
  for (const character of all) {
    const shown = UNPRINTABLE.test(character) ? (/[\t\n\r]/.test(character) ? " " : "") : character;
    assert.equal(printable(`a${character}b`), `a${shown}b`, character.codePointAt(0).toString(16));
  }
});

const refusal = { error: "invalid_grant", error_description: `AADSTS50034: ${ends} no such person`, error_codes: [50034], trace_id: `t${ends}`, correlation_id: `c${ends}` };
const scenes = {
  "a server's refusal": { system: { fetch: async () => Response.json(refusal, { status: 400 }) } },
  "a host's message": {
    system: {
      fetch: async () => {
        throw new TypeError(`cannot ${ends} connect`);
      },
    },
  },
  "a cache plugin's error": {
    cache: {
      cachePlugin: {
        async beforeCacheAccess() {
          throw new Error(`cannot ${ends} read`);
        },
        async afterCacheAccess() {},
      },
    },
  },
  "a wrong authority": { auth: { clientId: CLIENT, authority: `https://login.example/${ends}` } },
  "a wrong scope": { request: { scopes: [`a ${ends}`] } },
  "a correlation id": { request: { correlationId: `id${ends}` } },
  "a sign-in": {},
};

for (const [what, { auth, system, cache, request }] of Object.entries(scenes)) {
  for (const logger of ["loggerOptions", "setLogger"]) {
    test(`${what}, in the lines that a program gets by ${logger}`, async () => {
      const lines = [];
      const entra = standIn({ interval: 1 });
      const loggerOptions = { loggerCallback: (_, line) => lines.push(line), piiLoggingEnabled: true, logLevel: LogLevel.Trace };
      const log = (...given) => lines.push(...given);
      const methods = ["error", "warning", "info", "verbose", "trace"].flatMap((level) => [level, `${level}Pii`]);
      const configuration = {
        auth: auth ?? { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` },
        system: { fetch: entra.fetch, ...system, ...(logger === "loggerOptions" && { loggerOptions }) },
        cache,
      };
      try {
        const app = new PublicClientApplication(configuration);
        if (logger === "setLogger") app.setLogger(Object.fromEntries(methods.map((method) => [method, log])));
        const deviceCodeCallback = ({ userCode }) => entra.approve(userCode);
        const { account } = await app.acquireTokenByDeviceCode({ scopes: ["User.Read"], deviceCodeCallback, ...request });
        await app.acquireTokenSilent({ scopes: ["User.Read"], account, ...request });
        await app.signOut({ account, ...request });
      } catch {
        // The log tells of it.
      }
      if (!auth || logger === "loggerOptions") assert.ok(lines.length > 0);
      for (const line of lines) assert.deepEqual(codes(line), [], line);
    });
  }
}
