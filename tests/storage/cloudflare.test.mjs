// Durable Objects that are evicted and restarted, and what KV refuses and forgets: in workerd, with the stores on disk.
//
// cases.mjs tests a store that is not interrupted.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { emptyFolder, storageProject } from "./project.mjs";
import { startWorker } from "./workers.mjs";

const project = storageProject();
const disk = emptyFolder();
let miniflare = await startWorker(project, disk);
after(() => miniflare.dispose());

const { kvCache } = await import(pathToFileURL(join(project, "node_modules/device-code-flow/storage-node.mjs")));
const { access } = await import(pathToFileURL(join(project, "cases.mjs")));

for (const objects of ["KEYS", "TABLES"]) {
  describe(`a Durable Object, bound as ${objects}`, () => {
    const ask = async (path, init) => (await miniflare.dispatchFetch(`http://worker/${path}?objects=${objects}`, init)).json();
    const long = "é漢🗝".repeat(100_000);

    test("evicted, it has the stored text, encrypted, in as many entries as needed", async () => {
      const { entries } = await ask("", { method: "PUT", body: long });
      assert.ok(entries > 8, `${entries} entries`);
      await ask("evict").catch(() => {});
      assert.deepEqual(await ask(""), { text: long, entries });
    });

    test("written a hundred times, it has the entries of the last one only", async () => {
      for (let round = 0; round < 100; round++) await ask("", { method: "PUT", body: `{"round":${round}}` });
      assert.deepEqual(await ask(""), { text: '{"round":99}', entries: 2 });
    });

    test("fifty requests at once, each under the lock, then restarted: the last text is whole", async () => {
      const texts = Array.from({ length: 50 }, (_, at) => String(at).repeat(200_000));
      await Promise.all(texts.map((body) => ask("", { method: "PUT", body })));
      await miniflare.dispose();
      miniflare = await startWorker(project, disk);
      const { text } = await ask("");
      assert.ok(texts.includes(text), `${text.length} letters of ${text.slice(0, 4)}`);
    });
  });
}

describe("Workers KV", () => {
  const tokens = () => miniflare.getKVNamespace("TOKENS");

  test("a text that is larger than a value may be: the error says so, and the old text stays", async () => {
    const plugin = kvCache(await tokens(), "large");
    await access(plugin, () => "before");
    const error = await access(plugin, () => "x".repeat(25 * 1024 * 1024 + 1)).then(assert.fail, (error) => error);
    assert.equal(error.errorCode, "storage_full");
    assert.ok(error.message.includes("kvCache (large)") && error.hint && error.cause, error.message);
    assert.equal(await (await tokens()).get("large"), "before");
  });

  test("an older text that KV returns after a newer one was written does not count as stored", async () => {
    const namespace = await tokens();
    const plugin = kvCache(namespace, "late");
    await access(plugin, () => "rotated");
    // Readers may see the text before for up to a minute.
    await namespace.put("late", "used up", { metadata: { writtenAt: Date.now() - 1000 } });
    assert.equal(await access(plugin), "rotated");
    await namespace.put("late", "of another Worker", { metadata: { writtenAt: Date.now() + 1000 } });
    assert.equal(await access(plugin), "of another Worker");
  });

  test("a damaged text that KV still shows, and that another process has replaced: the new one stays", async () => {
    const namespace = await tokens();
    await namespace.put("mended", "good");
    const late = {
      get: (...given) => namespace.get(...given),
      put: (...given) => namespace.put(...given),
      delete: (...given) => namespace.delete(...given),
      getWithMetadata: async () => ({ value: "{ cut sho", metadata: null }),
    };
    const error = await access(kvCache(late, "mended"), undefined, { loaded: JSON.parse }).then(assert.fail, (error) => error);
    assert.deepEqual([error.errorCode, error.cause.message], ["storage_write_failed", "it was changed while it was set aside"]);
    assert.equal(await namespace.get("mended"), "good");
    assert.deepEqual((await namespace.list({ prefix: "mended." })).keys, []);
  });

  test("a text that is lost on its way to KV does not count as stored, and the error names the key", async () => {
    const namespace = await tokens();
    const losing = {
      get: (...given) => namespace.get(...given),
      getWithMetadata: (...given) => namespace.getWithMetadata(...given),
      put: async () => {},
    };
    await namespace.put("lost", "before");
    const plugin = kvCache(losing, "lost");
    const error = await access(plugin, () => "mine").then(assert.fail, (error) => error);
    assert.equal(error.errorCode, "storage_write_failed");
    assert.ok(error.message.includes("kvCache (lost)") && error.hint, error.message);
    assert.equal(await access(plugin), "before");
  });

  test("a namespace that never answers is given up, with its name in the error: when it is read, and when it is written", async (context) => {
    const never = () => new Promise(() => {});
    context.mock.timers.enable({ apis: ["setTimeout"] });
    for (const [silent, code, change] of [
      ["getWithMetadata", "storage_read_failed", undefined],
      ["put", "storage_write_failed", () => "mine"],
    ]) {
      const namespace = { get: async () => null, getWithMetadata: async () => ({ value: null, metadata: null }), put: async () => {}, [silent]: never };
      const failure = access(kvCache(namespace, "silent"), change).then(assert.fail, (error) => error);
      await new Promise(setImmediate);
      context.mock.timers.tick(30_000);
      const error = await failure;
      assert.equal(error.errorCode, code);
      assert.match(error.message, /kvCache \(silent\) could not be (read|written): no answer within 30 s/);
    }
  });

  test("a namespace that fails: the error names the key, and nothing is overwritten", async () => {
    const worker = await startWorker(project, emptyFolder());
    const plugin = kvCache(await worker.getKVNamespace("TOKENS"), "gone");
    await worker.dispose();
    const error = await access(plugin, () => "mine").then(assert.fail, (error) => error);
    assert.equal(error.errorCode, "storage_read_failed");
    assert.ok(error.message.includes("kvCache (gone)") && error.cause, error.message);
  });
});
