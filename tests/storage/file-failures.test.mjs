// fileCache and the file system: modes, links, files that cannot be read or written, a full disk, a process killed during a write.
//
// file-locks.test.mjs tests the locks.

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
/** One access by another process, and its result. */
async function program(arguments_, { command = engines.Node, ...options } = {}) {
  const { lines } = await start(project, [...command, "access.mjs", ...arguments_], options).ended;
  try {
    return JSON.parse(lines[0]);
  } catch {
    return assert.fail(lines.join("\n"));
  }
}

test("a damaged text is not moved away from a process that has taken the lock over", async () => {
  const path = join(place(), "tokens.json");
  writeFileSync(path, Uint8Array.of(0xff, 0xfe));
  const { errorCode } = await program([path], { command: [...engines.Node, "--import", "./other-owner.mjs"] });
  assert.equal(errorCode, "storage_lock_lost");
  assert.deepEqual(readdirSync(dirname(path)).sort(), ["tokens.json", "tokens.json.store.lock"]);
});

describe("the place", () => {
  test("the file belongs to its owner only, and so does a folder that was missing", async () => {
    const path = join(place(), "a", "b", "tokens.json");
    await put(path, "1");
    assert.deepEqual([mode(path), mode(dirname(path)), mode(dirname(dirname(path)))], ["600", "700", "700"]);
  });

  test("a file that others could read belongs to its owner only, once it is written", async () => {
    const path = join(place(), "tokens.json");
    writeFileSync(path, "1", { mode: 0o644 });
    await put(path, "2");
    assert.equal(mode(path), "600");
  });

  test("a symbolic link stays one, and its target is written, also if it does not exist yet", async () => {
    const [here, there] = [place(), place()];
    const [link, target] = [join(here, "link"), join(there, "tokens.json")];
    symlinkSync(target, link);
    await put(link, "1");
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.deepEqual([readFileSync(target, "utf8"), await take(target)], ["1", "1"]);
    // A process that uses the link and one that does not share one lock.
    await Promise.all(Array.from({ length: 10 }, (_, at) => access(fileCache(at % 2 ? link : target), (text) => String(Number(text) + 1))));
    assert.equal(readFileSync(target, "utf8"), "11");
    assert.deepEqual(readdirSync(here), ["link"]);
  });

  test("a file: URL is a path, and a relative path is resolved when it is passed", async () => {
    const path = join(place(), "tokens.json");
    await access(fileCache(pathToFileURL(path)), () => "1");
    assert.equal(await take(path), "1");
    for (const wrong of [undefined, "", 7]) assert.throws(() => fileCache(wrong), { errorCode: "invalid_argument" });
  });
});

describe("a text that cannot be read: the error names the path, and the text is not overwritten", () => {
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

  test("bytes that are not UTF-8 are set aside unchanged", async () => {
    const path = join(place(), "tokens.json");
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    writeFileSync(path, bytes);
    const error = await failure(put(path, "1"));
    assert.equal(error.errorCode, "token_cache_invalid");
    const [kept] = readdirSync(dirname(path));
    assert.deepEqual(readFileSync(join(dirname(path), kept)), bytes);
    assert.ok(error.message.includes(kept), error.message);
  });

  describe("without permission", { skip: !root && "only root can be somebody else" }, () => {
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

  test("of Deno: to read, or to write", async () => {
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

describe("an unfinished write leaves the old text", () => {
  test("no room: the error has a hint, and no unfinished file stays", async () => {
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

  test("killed during a write, forty times: the file is always complete, and the next process removes what was left", async () => {
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

  test("42 MB are returned in a fraction of the time of a read", async () => {
    const path = join(place(), "tokens.json");
    await put(path, long);
    const plugin = fileCache(path);
    await time(plugin);
    // Not until the file has been unchanged for longer than the coarsest clock ticks.
    await sleep(2600);
    const [reading, first] = await time(plugin);
    const again = [];
    for (let round = 0; round < 5; round++) again.push(await time(plugin));
    assert.ok(again.every(([, text]) => text === first));
    const best = Math.min(...again.map(([took]) => took));
    assert.ok(best * 4 < reading, `${best} ms, and ${reading} ms to read it`);
  });

  test("a text of the same length that was written immediately after, under the same time, is seen", async () => {
    const path = join(place(), "tokens.json");
    const plugin = fileCache(path);
    const when = new Date(Date.now() - 60_000);
    for (let round = 0; round < 200; round++) {
      // In place, like an editor: the same inode, the same size, and the time set back.
      writeFileSync(path, String(1000 + round));
      utimesSync(path, when, when);
      assert.equal(await access(plugin), String(1000 + round));
    }
  });
});

test("it leaves no lock and no temporary file", async () => {
  const path = join(place(), "tokens.json");
  await take(path);
  assert.ok(!existsSync(path), "a load makes no file");
  assert.deepEqual(readdirSync(dirname(path)), []);
  mkdirSync(join(dirname(path), "tokens.json.0123456789abcdef.tmp.d"));
  await put(path, "1");
  assert.deepEqual(readdirSync(dirname(path)).sort(), ["tokens.json", "tokens.json.0123456789abcdef.tmp.d"]);
});
