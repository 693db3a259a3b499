// fileCache and the file system: modes, links, what cannot be read or written, a full disk, a process killed while it writes.
//
// Not locks: file-locks.test.mjs.

import assert from "node:assert/strict";
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { programsProject, start } from "./processes.mjs";
import { emptyFolder, enginesWithFiles } from "./project.mjs";

const project = programsProject();
const folder = emptyFolder();
const engines = enginesWithFiles(folder);
const root = process.getuid?.() === 0;
const NOBODY = 65534;
const { fileCache } = await import(pathToFileURL(join(project, "node_modules/device-code-flow/storage-node.mjs")));
const { access } = await import(pathToFileURL(join(project, "cases.mjs")));

const place = () => mkdtempSync(join(folder, "place-"));
const put = (path, text) => access(fileCache(path), () => text);
const take = (path) => access(fileCache(path));
const mode = (path) => (statSync(path).mode & 0o777).toString(8);
const failure = (promise) => promise.then(() => assert.fail("it did not fail"), (error) => error);
/** One access by another process, and what came of it. */
async function program(arguments_, { command = engines.Node, ...options } = {}) {
  const { lines } = await start(project, [...command, "access.mjs", ...arguments_], options).ended;
  try {
    return JSON.parse(lines[0]);
  } catch {
    return assert.fail(lines.join("\n"));
  }
}

test("a damaged text is not taken away from another who has taken the lock over", async () => {
  const path = join(place(), "tokens.json");
  writeFileSync(path, Uint8Array.of(0xff, 0xfe));
  const { errorCode } = await program([path], { command: [...engines.Node, "--import", "./other-owner.mjs"] });
  assert.equal(errorCode, "storage_lock_lost");
  assert.deepEqual(readdirSync(dirname(path)).sort(), ["tokens.json", "tokens.json.store.lock"]);
});

describe("where it is", () => {
  test("the file is its owner's only, and so is the folder that was missing", async () => {
    const path = join(place(), "a", "b", "tokens.json");
    await put(path, "1");
    assert.deepEqual([mode(path), mode(dirname(path)), mode(dirname(dirname(path)))], ["600", "700", "700"]);
  });

  test("a file that others could read is its owner's only, once it is written", async () => {
    const path = join(place(), "tokens.json");
    writeFileSync(path, "1", { mode: 0o644 });
    await put(path, "2");
    assert.equal(mode(path), "600");
  });

  test("a symbolic link stays one, and what it points to is written, also if it is not there yet", async () => {
    const [here, there] = [place(), place()];
    const [link, target] = [join(here, "link"), join(there, "tokens.json")];
    symlinkSync(target, link);
    await put(link, "1");
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.deepEqual([readFileSync(target, "utf8"), await take(target)], ["1", "1"]);
    // Whoever comes by the link and whoever does not share one lock.
    await Promise.all(Array.from({ length: 10 }, (_, at) => access(fileCache(at % 2 ? link : target), (text) => String(Number(text) + 1))));
    assert.equal(readFileSync(target, "utf8"), "11");
    assert.deepEqual(readdirSync(here), ["link"]);
  });

  test("a file: URL is a path, and a relative one is of the folder that it was given in", async () => {
    const path = join(place(), "tokens.json");
    await access(fileCache(pathToFileURL(path)), () => "1");
    assert.equal(await take(path), "1");
    for (const wrong of [undefined, "", 7]) assert.throws(() => fileCache(wrong), { errorCode: "invalid_argument" });
  });
});

describe("what cannot be read is told by its path, and not written over", () => {
  test("a folder in its place", async () => {
    const path = place();
    const error = await failure(put(path, "1"));
    assert.equal(error.errorCode, "storage_read_failed");
    assert.ok(error.message.includes(path) && error.hint && error.cause, error.message);
    assert.ok(statSync(path).isDirectory());
  });

  test("a file in the place of its folder", async () => {
    const path = join(place(), "file");
    writeFileSync(path, "mine");
    const error = await failure(put(join(path, "tokens.json"), "1"));
    assert.match(error.errorCode, /^storage_(read|write)_failed$/);
    assert.ok(error.message.includes(path), error.message);
    assert.equal(readFileSync(path, "utf8"), "mine");
  });

  test("bytes that are no UTF-8 are set aside as they are", async () => {
    const path = join(place(), "tokens.json");
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    writeFileSync(path, bytes);
    const error = await failure(put(path, "1"));
    assert.equal(error.errorCode, "token_cache_invalid");
    const [kept] = readdirSync(dirname(path));
    assert.deepEqual(readFileSync(join(dirname(path), kept)), bytes);
    assert.ok(error.message.includes(kept), error.message);
  });

  describe("by somebody who is not allowed", { skip: !root && "only root can be somebody else" }, () => {
    const somebody = { uid: NOBODY, gid: NOBODY };
    before(() => {
      for (const open of [project, folder]) chmodSync(open, 0o755);
    });

    test("to read the file", async () => {
      const here = place();
      const path = join(here, "tokens.json");
      writeFileSync(path, "of root", { mode: 0o600 });
      chownSync(here, NOBODY, NOBODY);
      const told = await program([path, "mine"], somebody);
      assert.deepEqual([told.errorCode, told.cause], ["storage_read_failed", "EACCES"]);
      assert.ok(told.message.includes(path) && told.hint, told.message);
      assert.equal(readFileSync(path, "utf8"), "of root");
    });

    test("to write into the folder: it reads without a lock, and storing fails", async () => {
      const here = place();
      const path = join(here, "tokens.json");
      writeFileSync(path, "for all", { mode: 0o644 });
      chmodSync(here, 0o755);
      assert.deepEqual(await program([path], somebody), { found: "for all" });
      const told = await program([path, "mine"], somebody);
      assert.deepEqual([told.errorCode, told.cause], ["storage_write_failed", "EACCES"]);
      assert.equal(readFileSync(path, "utf8"), "for all");
      assert.deepEqual(readdirSync(here), ["tokens.json"]);
    });
  });

  test("by Deno that was given no leave: to read, or to write", async () => {
    const path = join(place(), "tokens.json");
    writeFileSync(path, "1");
    const [binary, run, prompt] = engines.Deno;
    const nothing = await program([path, "mine"], { command: [binary, run, prompt] });
    assert.equal(nothing.errorCode, "storage_read_failed");
    const reading = [binary, run, prompt, `--allow-read=${folder}`];
    assert.deepEqual(await program([path], { command: reading }), { found: "1" });
    const told = await program([path, "mine"], { command: reading });
    assert.equal(told.errorCode, "storage_write_failed");
    assert.ok(told.message.includes(path), told.message);
    assert.equal(readFileSync(path, "utf8"), "1");
  });
});

describe("a write that does not come to its end leaves what was there", () => {
  test("no room: told with a hint, and nothing half-written stays", async () => {
    const path = join(place(), "tokens.json");
    writeFileSync(path, "before");
    // The largest file that the process may write: eight blocks of 512 or 1024 bytes.
    const limited = ["bash", "-c", 'ulimit -f 8; exec "$@"', "limited", ...engines.Node];
    const told = await program([path, "x".repeat(1000)], { command: limited });
    assert.equal(told.errorCode, "storage_full");
    assert.ok(told.message.includes(path) && /Make room/.test(told.hint), told.message);
    assert.equal(readFileSync(path, "utf8"), "before");
    assert.deepEqual(readdirSync(dirname(path)), ["tokens.json"]);
  });

  test("killed while it writes, forty times: the file is always whole, and the next one removes what was left", async () => {
    const path = join(place(), "tokens.json");
    writeFileSync(path, "");
    let left = 0;
    for (let round = 0; round < 40; round++) {
      const writer = start(project, [...engines.Node, "write.mjs", path]);
      await writer.line("stored");
      await sleep(Math.random() * 60);
      writer.child.kill("SIGKILL");
      await writer.ended;
      const text = readFileSync(path, "utf8");
      assert.ok(text.length === 4_000_000 && text === text[0].repeat(4_000_000), `round ${round}`);
      left = Math.max(left, readdirSync(dirname(path)).filter((name) => name.endsWith(".tmp")).length);
    }
    assert.ok(left > 0, "no kill came while it wrote");
    await put(path, "after");
    assert.deepEqual(readdirSync(dirname(path)), [basename(path)]);
  });
});

describe("an unchanged file is not read again", () => {
  const long = JSON.stringify({ a: "x".repeat(42_000_000) });
  const time = async (plugin) => {
    const from = performance.now();
    const text = await access(plugin);
    return [performance.now() - from, text];
  };

  test("42 MB are handed over in a fraction of the time that reading takes", async () => {
    const path = join(place(), "tokens.json");
    await put(path, long);
    const plugin = fileCache(path);
    await time(plugin);
    // Not until the file has stood still for longer than the coarsest clock ticks.
    await sleep(2600);
    const [reading, first] = await time(plugin);
    const again = [];
    for (let round = 0; round < 5; round++) again.push(await time(plugin));
    assert.ok(again.every(([, text]) => text === first));
    const best = Math.min(...again.map(([took]) => took));
    assert.ok(best * 4 < reading, `${best} ms, and ${reading} ms to read it`);
  });

  test("one of the same length that was written at once after, under the same time, is seen", async () => {
    const path = join(place(), "tokens.json");
    const plugin = fileCache(path);
    const when = new Date(Date.now() - 60_000);
    for (let round = 0; round < 200; round++) {
      // In place, as an editor does it: the same inode, the same size, and the time set back.
      writeFileSync(path, String(1000 + round));
      utimesSync(path, when, when);
      assert.equal(await access(plugin), String(1000 + round));
    }
  });
});

test("what it does not need it does not leave: no lock, no temporary file", async () => {
  const path = join(place(), "tokens.json");
  await take(path);
  assert.ok(!existsSync(path), "a load makes no file");
  assert.deepEqual(readdirSync(dirname(path)), []);
  mkdirSync(join(dirname(path), "tokens.json.0123456789abcdef.tmp.d"));
  await put(path, "1");
  assert.deepEqual(readdirSync(dirname(path)).sort(), ["tokens.json", "tokens.json.0123456789abcdef.tmp.d"]);
});
