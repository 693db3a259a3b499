// The property, for any stores in any host: whatever the stores do and whenever the process ends, a sign-in in a store polls no sooner than
// it may, reports success only after the tokens are stored, and ends signed in once the stores work again.
//
// Not a test: a host (hosts/) passes the library and its stores, and stores.test.mjs checks the lines.

import { bugs } from "./bugs.mjs";
import { CLIENT, standIn, TENANT } from "./support/entra.mjs";
import { dice, KINDS, trouble } from "./trouble.mjs";

const INTERVAL = 5;
const LIVES = 20;
// The number of seeds for one pair.
const PER_PAIR = 1000;
// Token requests are rare, so more of them fail.
const OF_TOKENS = { reads: 0.2, writes: 0.5 };

/**
 * Runs every pair of `flows` and `tokens` the given number of times. Prints, as JSON, `{ pair, runs, polls, broken }` for each pair, and at
 * the end `{ happened }`: store → kind of failure → count. `first` is the first seed of this host. `seed` runs one seed only. `bug` puts
 * one of bugs.mjs into the stores; a pair then runs until the bug is found.
 */
export async function check(library, { rounds, first, seed: only, bug, print, ...given }) {
  const { flows, tokens } = bug ? bugs[bug](given) : given;
  const clock = virtualClock();
  const happened = {};
  let start = first;
  for (const [flow, flowStore] of Object.entries(flows)) {
    for (const [token, tokenStore] of Object.entries(tokens)) {
      const found = { pair: `flows in ${flow}, tokens in ${token}`, runs: 0, polls: 0, broken: [] };
      const seeds = Array.from({ length: only === undefined ? rounds : PER_PAIR }, (_, round) => start + round);
      for (const seed of seeds.filter((seed) => only === undefined || seed === only)) {
        if (bug && found.broken.length) break;
        const { broken, polls, troubles } = await run(library, clock, [flow, flowStore], [token, tokenStore], seed);
        found.runs += 1;
        found.polls += polls;
        if (broken.length) found.broken.push({ seed, broken });
        for (const { where, kind } of troubles) {
          const counts = (happened[where] = happened[where] || {});
          counts[kind] = (counts[kind] || 0) + 1;
        }
      }
      start += PER_PAIR;
      if (found.runs) print(JSON.stringify(found));
    }
  }
  print(JSON.stringify({ happened }));
}

/** One sign-in over many processes. Returns the rules that were broken. */
async function run({ PublicClientApplication, SignIn }, clock, [flow, flowStore], [token, tokenStore], seed) {
  const key = `run ${seed}`;
  const chance = dice(seed);
  const entra = standIn({ interval: INTERVAL, lifetime: 900 });
  const broken = [];
  const troubles = [];
  const seen = new Set();
  // User code → the number of requests when its tokens were first seen in their store.
  const stored = new Map();
  // Requests of processes that read an older text of the tokens.
  const misled = new Set();
  let status, last;
  for (let life = 0; life < LIVES && status !== "completed"; life++) {
    // After a dozen processes everything works again.
    const calm = life >= 12;
    const fate = trouble(chance, { kinds: calm ? [] : KINDS });
    const before = entra.requests.length;
    const fetch = async (url, init) => {
      if (fate.isDead()) fate.die();
      const answer = await entra.fetch(url, init);
      return !calm && chance.happens(0.05) ? fate.die() : answer;
    };
    const app = new PublicClientApplication({
      auth: { clientId: CLIENT, authority: `https://login.microsoftonline.com/${TENANT}` },
      cache: { cachePlugin: tokenStore.open(key, fate.at(token, OF_TOKENS)) },
      system: { fetch },
    });
    const restart = ({ errorCode }) => ["device_code_expired", "tokens_lost"].includes(errorCode);
    const signIn = new SignIn({ app, request: { scopes: ["User.Read"] }, store: flowStore.open(key, fate.at(flow)), key, restart });
    const steps = calm ? 10 : 1 + chance.below(4);
    for (let turn = 0; turn < steps && status !== "completed"; turn++) {
      // Early, on time, late. A tick of a cron comes a minute after the one before it.
      clock.pass(flowStore.pause || [100, 2_000, 5_000, 5_100, 20_000, 65_000][chance.below(6)]);
      // Some processes only read the status.
      const verb = chance.happens(0.1) ? "status" : "step";
      const step = await signIn[verb]().catch((error) => ({ error }));
      const text = await tokenStore.text(key);
      for (const userCode of seen) if (text.includes(`-of-${userCode}`) && !stored.has(userCode)) stored.set(userCode, entra.requests.length);
      if (fate.isDead()) break;
      if (step.error && !step.error.errorCode) broken.push(`an error without a code: ${step.error.stack}`);
      ({ status } = last = step);
      if (status === "completed" && !text.includes("RefreshToken")) broken.push("signed in, and no tokens are stored");
      if (step.userCode && !seen.has(step.userCode)) {
        seen.add(step.userCode);
        entra.approve(step.userCode, { afterPolls: chance.below(4) });
      }
    }
    if (fate.happened.some(({ where, kind }) => where === token && kind === "stale read")) {
      for (let number = before; number < entra.requests.length; number++) misled.add(entra.requests[number]);
    }
    troubles.push(...fate.happened);
    // The lease of a dead process expires. The next step may come sooner if the lease ended with the process.
    clock.pass(flowStore.lease);
  }
  if (status !== "completed") broken.push(`it ended as ${JSON.stringify(last)} ${last && last.error && last.error.stack}`);
  const polls = entra.requests.filter(({ endpoint }) => endpoint === "token").length;
  return { broken: [...broken, ...tooSoon(entra.requests), ...again(entra.requests, stored, misled)], polls, troubles };
}

/** A code whose tokens are stored is not sent again: some servers treat it as stolen. Processes that cannot see the tokens are exempt. */
function again(requests, stored, misled) {
  return [...stored].flatMap(([userCode, from]) => {
    const code = `device-code-${userCode.slice(-2)}`;
    const sent = requests.slice(from).some((request) => String(request.form.device_code).startsWith(code) && !misled.has(request));
    return sent ? [`${userCode} was sent again`] : [];
  });
}

/** Each poll of a code comes at least one interval after the one before it. */
function tooSoon(requests) {
  const last = new Map();
  return requests.flatMap(({ endpoint, form, at }) => {
    if (endpoint !== "token") return [];
    const before = last.get(form.device_code);
    last.set(form.device_code, at);
    return before !== undefined && at < before + INTERVAL * 1000 ? [`a poll came after ${at - before} ms`] : [];
  });
}

/** The clock of everything in this process. Pauses within a step take no real time, but the clock advances. */
function virtualClock() {
  const { setTimeout: timer } = globalThis;
  let now = Date.now();
  const start = now;
  Date.now = () => now;
  performance.now = () => now - start;
  globalThis.setTimeout = (work, milliseconds, ...given) => {
    if (!(milliseconds <= 5000)) return timer(work, milliseconds, ...given);
    return timer(() => {
      now += milliseconds;
      work(...given);
    }, 0);
  };
  return { pass: (milliseconds) => void (now += milliseconds) };
}
