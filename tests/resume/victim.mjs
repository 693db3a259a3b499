// A process that signs in and may be killed at any of its awaits: `node victim.mjs SETTINGS`, with the settings as JSON. A number in `killAt`
// ends it at that await with SIGKILL, like a power cut. It prints how it ended. Not a test.
//
// Every call that leaves the process counts twice, before and after: fetch, a timer, each read, write and removal of a file.

import { appendFileSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";

const { killAt, authority, clientId, state, tokens, log } = JSON.parse(process.argv[2]);

let awaits = 0;
function point(what) {
  awaits += 1;
  if (awaits !== killAt) return;
  appendFileSync(log, `${JSON.stringify({ killed: what, awaits })}\n`);
  process.kill(process.pid, "SIGKILL");
}

/** `work`, with a point before and one after. */
async function between(what, work) {
  point(`before ${what}`);
  const result = await work();
  point(`after ${what}`);
  return result;
}

const { setTimeout: timer } = globalThis;
globalThis.setTimeout = (work, milliseconds, ...given) => {
  // Longer ones are limits, and the heartbeats of js/queued-call.js, for which nothing waits.
  const counts = milliseconds >= 100 && milliseconds < 5000;
  if (counts) point("before a timer");
  return timer(() => {
    if (counts) point("after a timer");
    work(...given);
  }, milliseconds);
};

const { AuthError, PublicClientApplication } = await import("device-code-flow");

const readText = (file) => between(`reading ${file}`, () => readFile(file, "utf8").catch(() => undefined));
async function store(file, text) {
  await between(`writing ${file}`, () => writeFile(`${file}.next`, text));
  await between(`renaming ${file}`, () => rename(`${file}.next`, file));
}

const cachePlugin = {
  async beforeCacheAccess({ tokenCache }) {
    tokenCache.deserialize((await readText(tokens)) || "");
  },
  async afterCacheAccess({ cacheHasChanged, tokenCache }) {
    if (cacheHasChanged) await store(tokens, tokenCache.serialize());
  },
};

async function recorded(url, init) {
  const kind = String(init.body || "").includes("device_code=") ? "poll" : "request";
  const entry = (what, more) => appendFileSync(log, `${JSON.stringify({ [what]: kind, at: Date.now(), ...more })}\n`);
  point(`before the ${kind}`);
  entry("sent");
  const response = await fetch(url, init);
  const said = await response.clone().text();
  entry("answered", { said: /"error":"([^"]+)"/.exec(said)?.[1] ?? "ok" });
  point(`after the ${kind}`);
  return response;
}

const app = new PublicClientApplication({ auth: { clientId, authority }, cache: { cachePlugin }, system: { fetch: recorded } });

async function begin() {
  const flow = await app.startDeviceCode({ scopes: ["openid", "profile", "email", "offline_access"] });
  await store(state, flow.save());
  // The code is shown only now: nobody enters a code that no file has.
  console.log(JSON.stringify({ userCode: flow.userCode }));
  return flow;
}

async function signedIn(flow) {
  try {
    return await flow.wait({ save: (text) => store(state, text) });
  } catch (error) {
    if (!(error instanceof AuthError) || error.errorCode !== "tokens_lost") throw error;
    console.log(JSON.stringify({ lost: error.errorCode, hint: error.hint }));
    return signedIn(await begin());
  }
}

const text = await readText(state);
const flow = text === undefined ? await begin() : await app.resumeDeviceCode(text);
if (text !== undefined) console.log(JSON.stringify({ userCode: flow.userCode }));
const { account, fromCache } = await signedIn(flow);
const stored = JSON.parse(await readFile(tokens, "utf8"));
console.log(JSON.stringify({ signedIn: account.username, fromCache, stored: Object.keys(stored.RefreshToken).length }));
await between("removing the state", () => rm(state));
console.log(JSON.stringify({ awaits }));
