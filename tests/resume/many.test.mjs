// Ten thousand flows that wait in one process: how much of the module's memory each one uses, and how many timers there are.

import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { installedProject } from "../runtime/project.mjs";

const FLOWS = 10_000;
const MOST = 3_072;

let memory;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const started = await instantiate(...given);
  // Node uses WebAssembly itself, and starts its module in another way.
  if (started.instance) memory = Object.values(started.instance.exports).find((one) => one instanceof WebAssembly.Memory);
  return started;
};

// Timers that were set and have neither fired nor been cleared.
const timers = new Set();
const { setTimeout: set, clearTimeout: clear } = globalThis;
globalThis.setTimeout = (work, milliseconds, ...given) => {
  const timer = set(() => (timers.delete(timer), work(...given)), milliseconds);
  timers.add(timer);
  return timer;
};
globalThis.clearTimeout = (timer) => (timers.delete(timer), clear(timer));

const { PublicClientApplication } = await import(pathToFileURL(join(installedProject(), "node_modules/device-code-flow/node.mjs")));

test("each uses three kilobytes of the module's memory at most, and one timer", async (context) => {
  let number = 0;
  const fetch = async () => {
    number += 1;
    const codes = {
      device_code: `${number}-${"x".repeat(200)}`,
      user_code: `CODE-${number}`,
      verification_uri: "https://microsoft.com/devicelogin",
      expires_in: 900,
      interval: 5,
      message: `To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code CODE-${number} to authenticate.`,
    };
    return new Response(JSON.stringify(codes), { headers: { "content-type": "application/json" } });
  };
  const app = new PublicClientApplication({ auth: { clientId: "c", authority: "https://login.microsoftonline.com/common" }, system: { fetch } });
  const stop = new AbortController();
  setMaxListeners(FLOWS, stop.signal);
  const waiting = [];
  const begin = async () => {
    const flow = await app.startDeviceCode({ scopes: ["User.Read"] });
    waiting.push(flow.wait({ signal: stop.signal }).catch((error) => error));
  };
  await begin();
  const before = memory.buffer.byteLength;
  for (let flow = 1; flow < FLOWS; flow += 1) await begin();
  // Whatever is wrong below, the process must not wait for the flows.
  context.after(() => stop.abort(new Error("enough")));
  const each = (memory.buffer.byteLength - before) / FLOWS;
  context.diagnostic(`${Math.round(each)} bytes for a flow`);
  assert.ok(each > 0 && each <= MOST, `${each} bytes for a flow`);
  assert.ok(timers.size <= FLOWS + 5, `${timers.size} timers`);
  stop.abort(new Error("enough"));
  const ends = await Promise.all(waiting);
  assert.ok(ends.every((error) => error.message === "enough"));
  await new Promise((resolve) => set(resolve, 10));
  assert.ok(timers.size < 5, `${timers.size} timers are left`);
});
