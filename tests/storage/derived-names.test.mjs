// Two keys of a store cannot meet: what stands beside the text of one key (a lease, a lock, a number, pieces) is never the text of another,
// nor what stands beside that. Each pair of keys is tried, the keys being names that a store might derive from others.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { emptyFolder, storageProject } from "./project.mjs";

const project = storageProject();
const installed = join(project, "node_modules/device-code-flow");
const { denoKvCache, durableObjectCache, fileCache, kvCache, webStorageCache } = await import(pathToFileURL(join(installed, "storage-node.mjs")));
const { kvStore } = await import(pathToFileURL(join(installed, "workers.mjs")));
const { access } = await import(pathToFileURL(join(project, "cases.mjs")));

const derivations = [
  (key) => `${key} (lease)`,
  (key) => `(lease) ${key}`,
  (key) => `(key) ${key}`,
  (key) => `(number) ${key}`,
  (key) => `${key}.number`,
  (key) => `${key}.damaged`,
  (key) => `${key} number`,
  (key) => `${key} NUMBER`,
  (key) => `${key} NUMBER-1`,
  (key) => `${key} store`,
  (key) => `${key}/`,
];
const once = ["K", ...derivations.map((derive) => derive("K"))];
const twice = ["(key) (lease) K", "(lease) (lease) K", "(lease) (key) K", "(key) (key) K", "(lease) K (lease)", "(number) K NUMBER-1", "(number) K.number"];
const keys = [...once, ...twice];
const pairs = keys.flatMap((one) => keys.filter((other) => other !== one).map((other) => [one, other]));

/** Workers KV in memory. */
function namespace() {
  const entries = new Map();
  return {
    entries,
    get: async (name) => entries.get(name)?.value ?? null,
    getWithMetadata: async (name) => entries.get(name) ?? { value: null, metadata: null },
    put: async (name, value, { metadata = null } = {}) => void entries.set(name, { value, metadata }),
    delete: async (name) => void entries.delete(name),
  };
}

test("kvStore: both keys of a pair are leased at once, written, read, released and removed, and neither is the other's", async () => {
  for (const [one, other] of pairs) {
    const kv = namespace();
    const [first, second] = [kvStore(kv), kvStore(kv)];
    const what = JSON.stringify([one, other]);
    const leases = [await first.lease(one, 60_000), await second.lease(other, 60_000)];
    assert.ok(leases[0] && leases[1], what);
    await leases[0].write("text of one", null);
    await leases[1].write("text of other", null);
    assert.deepEqual([await second.read(one), await first.read(other)], ["text of one", "text of other"], what);
    assert.equal(kv.entries.size, 4, what);
    for (const lease of leases) await lease.release();
    assert.deepEqual([await second.read(one), await first.read(other)], ["text of one", "text of other"], what);
    const again = await kvStore(kv).lease(one, 60_000);
    await again.write(null, "text of one");
    await again.release();
    assert.deepEqual([await second.read(one), await first.read(other)], [null, "text of other"], what);
  }
});

test("kvStore and kvCache in one namespace: the lease of a sign-in is no token cache", async () => {
  for (const [one, other] of pairs) {
    const kv = namespace();
    const cache = kvCache(kv, one);
    await access(cache, () => "tokens");
    const lease = await kvStore(kv).lease(other, 60_000);
    assert.equal(await access(kvCache(kv, one)), "tokens", JSON.stringify([one, other]));
    await lease.release();
    assert.equal(await access(kvCache(kv, one)), "tokens");
  }
});

test("a text of an earlier release is where it was, for every key that a program would choose", async () => {
  for (const key of ["sign-in", "device-code-flow", "K (lease)", "tokens/ada@example.com", "(prod) tokens", "a.number", "x.damaged"]) {
    const kv = namespace();
    kv.entries.set(key, { value: "a text", metadata: null });
    assert.deepEqual([await kvStore(kv).read(key), await access(kvCache(kv, key))], ["a text", "a text"], key);
  }
});

describe("webStorageCache", () => {
  const texts = new Map();
  const held = new Map();
  const localStorage = { getItem: (key) => texts.get(key) ?? null, setItem: (key, text) => void texts.set(key, String(text)), removeItem: (key) => void texts.delete(key) };
  const locks = {
    async request(name, given, given2) {
      const work = given2 ?? given;
      while (held.has(name)) await held.get(name);
      const over = Promise.resolve(work({ name }));
      held.set(name, over);
      requested.push(name);
      try {
        return await over;
      } finally {
        held.delete(name);
      }
    },
    query: async () => ({ held: [...held.keys()].map((name) => ({ name })) }),
  };
  const requested = [];
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
  Object.defineProperty(globalThis, "localStorage", { value: localStorage, configurable: true });

  test("both keys of a pair are written and read, damaged and set aside, and neither is the other's", async () => {
    for (const [one, other] of pairs) {
      texts.clear();
      held.clear();
      const [first, second] = [webStorageCache(undefined, one), webStorageCache(undefined, other)];
      const what = JSON.stringify([one, other]);
      await access(first, () => "text of one");
      await access(second, () => "text of other");
      await access(first, () => "text of one, changed");
      assert.deepEqual([await access(webStorageCache(undefined, one)), await access(webStorageCache(undefined, other))], ["text of one, changed", "text of other"], what);
      await access(first, undefined, { loaded: JSON.parse }).catch(() => {});
      assert.deepEqual([await access(webStorageCache(undefined, one)), await access(webStorageCache(undefined, other))], ["", "text of other"], what);
    }
  });

  test("no lock of one key is a lock of another, whatever the lock's name", async () => {
    const owners = new Map();
    for (const key of keys) {
      requested.length = 0;
      texts.clear();
      held.clear();
      const plugin = webStorageCache(undefined, key);
      for (let count = 0; count < 3; count++) await access(plugin, () => String(count));
      for (const name of ["1", "2", "number", "number-1", "store", "refresh-0badcafe"]) await plugin.exclusively(name, async () => {});
      for (const name of new Set(requested)) {
        assert.equal(owners.get(name) ?? key, key, `${name} is a lock of two keys`);
        owners.set(name, key);
      }
    }
  });
});

describe("denoKvCache", () => {
  /** Deno KV in memory: keys are compared by type and value. */
  function memoryKv() {
    const entries = new Map();
    const nameOf = (key) => JSON.stringify(key.map((part) => [typeof part, part instanceof Uint8Array ? [...part] : String(part)]));
    let stamp = 0;
    const stampOf = (key) => entries.get(nameOf(key))?.versionstamp ?? null;
    return {
      entries,
      get: async (key) => entries.get(nameOf(key)) ?? { value: null, versionstamp: null },
      async *list({ prefix }) {
        const start = `${nameOf(prefix).slice(0, -1)},`;
        for (const [name, entry] of [...entries].sort()) if (name.startsWith(start)) yield entry;
      },
      atomic() {
        const checks = [];
        const changes = [];
        const operation = {
          check: (...given) => (checks.push(...given), operation),
          set: (key, value) => (changes.push(() => entries.set(nameOf(key), { value, versionstamp: String((stamp += 1)) })), operation),
          delete: (key) => (changes.push(() => entries.delete(nameOf(key))), operation),
          commit: async () => {
            if (checks.some(({ key, versionstamp }) => stampOf(key) !== versionstamp)) return { ok: false };
            changes.forEach((change) => change());
            return { ok: true, versionstamp: String(stamp) };
          },
        };
        return operation;
      },
    };
  }
  const parts = ["K", "head", "lock", "HEAD", "pieces", 1, 1n, "1", true, "true", new Uint8Array([1])];
  const lists = [...parts.map((part) => [part]), ...parts.flatMap((one) => parts.map((other) => [one, other])), ["K", "lock", "head"], ["K", "lock", "store"], ["K", "lock", "lock"], ["K,1"], ["K", "1n"]];

  test("each key has a place of its own", () => {
    const places = lists.map((key) => denoKvCache(memoryKv(), key).place);
    assert.equal(new Set(places).size, lists.length);
  });

  test("while one key of a pair holds its locks, the other is written and read, and neither is the other's", async () => {
    const some = [["K"], ["lock"], ["K", "lock"], ["K", "head"], ["K", "HEAD"], ["K", "lock", "head"], ["K", "lock", "lock"], ["K", "pieces"], ["K", 1], ["K", 1n]];
    for (const one of some) {
      for (const other of some.filter((key) => key !== one)) {
        const kv = memoryKv();
        const first = denoKvCache(kv, one, { patience: 500 });
        const second = denoKvCache(kv, other, { patience: 500 });
        await first.exclusively("head", () =>
          first.exclusively("lock", async () => {
            await access(first, () => "text of one");
            await access(second, () => "text of other");
            await second.exclusively("head", async () => {});
          }),
        );
        const read = [await access(denoKvCache(kv, one)), await access(denoKvCache(kv, other))];
        assert.deepEqual(read, ["text of one", "text of other"], first.place + second.place);
      }
    }
  });
});

test("durableObjectCache: while one key of a pair holds its locks, the other is written and read, and neither is the other's", async () => {
  for (const [one, other] of pairs) {
    const entries = new Map();
    const transaction = {
      get: async (key) => entries.get(key),
      put: async (key, value) => (typeof key === "string" ? void entries.set(key, value) : Object.entries(key).forEach(([name, value]) => entries.set(name, value))),
      delete: async (keys) => [keys].flat().forEach((key) => entries.delete(key)),
    };
    const storage = {
      ...transaction,
      list: async ({ prefix }) => new Map([...entries].sort().filter(([key]) => key.startsWith(prefix))),
      transaction: (work) => work(transaction),
    };
    const [first, second] = [durableObjectCache(storage, one, { patience: 500 }), durableObjectCache(storage, other, { patience: 500 })];
    await first.exclusively("store", async () => {
      await access(first, () => "text of one");
      await access(second, () => "text of other");
    });
    const read = [await access(durableObjectCache(storage, one)), await access(durableObjectCache(storage, other))];
    assert.deepEqual(read, ["text of one", "text of other"], JSON.stringify([one, other]));
  }
});

describe("fileCache", () => {
  const folder = mkdtempSync(join(emptyFolder(), "files-"));
  const refused = (path) => assert.throws(() => fileCache(path), { errorCode: "invalid_argument", message: /could be a lock or a temporary file/ }, path);

  test("no file that stands beside another cache is one", async () => {
    const plugin = fileCache(join(folder, "tokens"));
    const seen = new Set();
    const look = () => readdirSync(folder).forEach((name) => seen.add(name));
    await plugin.exclusively("store", () => plugin.exclusively("refresh-0badcafe", async () => look()));
    await access(plugin, () => "text");
    assert.deepEqual([...seen].sort(), ["tokens.refresh-0badcafe.lock", "tokens.store.lock"]);
    const others = ["tokens.store.lock.0123abcd", "tokens.store.lock.0123abcd.4567", "tokens.0123456789abcdef.tmp", "TOKENS.STORE.LOCK", "tokens.run.lock"];
    for (const name of [...seen, ...others]) refused(join(folder, name));
    refused(pathToFileURL(join(folder, "tokens.store.lock")));
    for (const name of ["tokens.json", "lock", "tokens.lock", "tokens.tmp", "tokens.0123.tmp", "a.lock.json", ".lock"]) fileCache(join(folder, name));
  });

  test("neither is one that a link leads to", { skip: process.platform === "win32" }, async () => {
    writeFileSync(join(folder, "other.store.lock"), "{}");
    symlinkSync(join(folder, "other.store.lock"), join(folder, "link"));
    await assert.rejects(access(fileCache(join(folder, "link")), () => "mine"), { errorCode: "invalid_argument" });
  });
});
