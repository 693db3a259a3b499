// Measures one library with a cache of PEOPLE people, in milliseconds: `node measure.mjs LIBRARY PEOPLE HITS LISTS`.
//
// Each library runs in its own process, so that the garbage of one is not collected in the time of the other. Prints every single
// figure as JSON; caches.mjs takes the medians.

import { contenders } from "./contenders.mjs";
import { cacheOf, person, SCOPES } from "./people.mjs";

const [library, ...numbers] = process.argv.slice(2);
const [people, hits, lists] = numbers.map(Number);
const ROUNDS = 7;
const open = contenders[library];
const bytes = Buffer.from(cacheOf(people));
const account = person(Math.floor(people / 2));

// Work that a process does once, such as compiling our module, is done here and is in no figure.
await open().getAllAccounts();

const figures = { loadAndSave: [], accounts: [] };
for (let round = 0; round < ROUNDS; round++) figures.loadAndSave.push(await loadAndSave());
figures.hit = await silentHits(opened());
// As a store returns it: the same text, but another string each time.
const read = [0, 1, 2].map(() => bytes.toString());
let reads = 0;
const plugin = {
  beforeCacheAccess: async ({ tokenCache }) => tokenCache.deserialize(read[reads++ % read.length]),
  afterCacheAccess: async ({ cacheHasChanged }) => {
    if (cacheHasChanged) throw new Error("nothing has changed");
  },
};
figures.hitWithPlugin = await silentHits(open(plugin));
for (let round = 0; round < lists; round++) figures.accounts.push(await accounts());
console.log(JSON.stringify({ bytes: bytes.length, ...figures }));

/** Loads the text, removes one person, and makes the bytes of the new text, as for a file. */
async function loadAndSave() {
  const app = open();
  const text = bytes.toString();
  globalThis.gc?.();
  const start = performance.now();
  const cache = app.getTokenCache();
  cache.deserialize(text);
  await cache.removeAccount(account);
  const saved = Buffer.from(cache.serialize());
  const took = performance.now() - start;
  if (saved.includes(account.homeAccountId) || saved.length < (bytes.length * (people - 1)) / people - 2000) {
    throw new Error(`${library} saved something else`);
  }
  return took;
}

async function accounts() {
  const app = opened();
  const start = performance.now();
  const all = await app.getAllAccounts();
  const took = performance.now() - start;
  if (all.length !== people) throw new Error(`${library} found ${all.length} people`);
  return took;
}

function opened() {
  const app = open();
  app.getTokenCache().deserialize(bytes.toString());
  return app;
}

async function silentHits(app) {
  const took = [];
  for (let hit = 0; hit < hits; hit++) {
    const start = performance.now();
    const { fromCache } = await app.acquireTokenSilent({ account, scopes: SCOPES });
    took.push(performance.now() - start);
    if (!fromCache) throw new Error(`${library} asked the server`);
  }
  return took;
}
