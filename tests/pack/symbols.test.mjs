// What lies beside the release to read a trap or a stack with: source maps, and the module with the names of its functions.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { test } from "node:test";
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { project, scripts } from "./tarball.mjs";

const { installed } = project();
const top = join(import.meta.dirname, "../..");
const symbols = join(top, "dist/symbols");
const textOf = (file) => readFileSync(join(installed, file), "utf8");
const mapOf = (file) => new TraceMap(readFileSync(join(symbols, `${file}.map`), "utf8"));
const mapped = scripts(installed).filter((file) => !/(^|\.)node\.mjs$/.test(file));

/** A source by its name in this repository; what the build makes up (the module, the core seen from an entry) has none. */
function sourceOf(file, source) {
  return /^\.\.\//.test(source) ? relative(top, resolve(dirname(join(symbols, file)), source)).split(sep).join("/") : undefined;
}

/** The line of js/ that a place of a shipped file was written on: { source, line, words }. */
function written(file, place) {
  const { source, line } = originalPositionFor(mapOf(file), place);
  const name = sourceOf(file, source ?? "");
  return name ? { source: name, line, words: readFileSync(join(top, name), "utf8").split("\n")[line - 1] } : {};
}

/** Where words stand in a shipped file, which may break a string into lines by a backslash. */
function placeOf(words, text) {
  const pattern = [...words].map((letter) => letter.replace(/\W/, "\\$&")).join("(?:\\\\\n)?");
  const before = text.slice(0, text.search(pattern)).split("\n");
  return { line: before.length, column: before.at(-1).length };
}

test("every file of JavaScript has a source map, or is a line over another, and names none that is not beside it", () => {
  const maps = readdirSync(symbols, { recursive: true }).filter((file) => file.endsWith(".map"));
  assert.deepEqual(maps.map((file) => file.split(sep).join("/")).sort(), mapped.map((file) => `${file}.map`).sort());
  for (const file of scripts(installed)) assert.ok(!textOf(file).includes("sourceMappingURL"), file);
});

for (const file of mapped) {
  test(`the map of ${file} has its sources, as they are in js/`, () => {
    const { sources, sourcesContent } = mapOf(file);
    const own = sources.flatMap((source, index) => (sourceOf(file, source) ? [[sourceOf(file, source), sourcesContent[index]]] : []));
    assert.ok(own.length && own.every(([source]) => source.startsWith("js/")));
    assert.equal(sources.filter((_, index) => !sourcesContent[index]).join(), "");
    for (const [source, text] of own) assert.equal(text, readFileSync(join(top, source), "utf8"), source);
  });
}

for (const [file, words, source] of [
  ["core.mjs", "async acquireTokenByDeviceCode(", "js/application.js"],
  ["core.cjs", "white space at its ends", "js/fields.js"],
  ["iife/index.js", "async startDeviceCode(", "js/application.js"],
  ["iife/js.js", ".deviceCodeFlow=", "js/entry/global.js"],
  ["slim.mjs", "answered with status", "js/entry/slim.js"],
  ["credential.mjs", "AZURE_AUTHORITY_HOST", "js/credential/options.js"],
  ["storage.cjs", "needs WebCrypto, which this host", "js/storage/encryption-key.js"],
  ["storage-node.mjs", "/proc/sys/kernel/random/boot_id", "js/storage/process-identity.js"],
  ["workers.mjs", "the relay takes POST only", "js/workers/relay.js"],
  ["command.mjs", "There is no command", "js/cli/options.js"],
]) {
  test(`the map of ${file} leads from “${words}” to its line in ${source}`, () => {
    const found = written(file, placeOf(words, textOf(file)));
    const there = readFileSync(join(top, source), "utf8").split("\n");
    const tight = (text) => text.replaceAll(" ", "");
    const wanted = there.findIndex((text) => tight(text).includes(tight(words)));
    assert.deepEqual(found, { source, line: wanted + 1, words: there[wanted] });
  });
}

test("the stack of an error leads back to the lines of js/ that were under way", () => {
  const { PublicClientApplication } = createRequire(import.meta.url)(join(installed, "core.cjs"));
  let stack;
  try {
    new PublicClientApplication({ auth: {} });
  } catch (error) {
    ({ stack } = error);
  }
  const places = [...stack.matchAll(/core\.cjs:(\d+):(\d+)/g)].map(([, line, column]) => ({ line: Number(line), column: column - 1 }));
  const [thrown, ...callers] = places.map((place) => written("core.cjs", place));
  assert.equal(thrown.source, "js/configuration.js");
  assert.match(thrown.words, /throw new ClientConfigurationError/);
  assert.equal(callers.at(-1).source, "js/application.js");
});

test("the named module is the shipped one, function by function, and has their names", () => {
  const shipped = sections(readFileSync(join(installed, "device_code_flow.wasm")));
  const named = sections(readFileSync(join(symbols, "device_code_flow.named.wasm")));
  const custom = ({ id }) => id === 0;
  assert.deepEqual(named.filter((section) => !custom(section)), shipped);
  assert.ok(named.find(custom).bytes.includes("::flow::advance"));
});

test("the package holds none of it", () => {
  assert.ok(!readdirSync(installed, { recursive: true }).some((file) => file.endsWith(".map") || file.includes("named")));
  assert.ok(existsSync(symbols));
});

/** The sections of a module (WebAssembly core specification, 5.5.2). */
function sections(module) {
  const found = [];
  let place = 8;
  while (place < module.length) {
    const id = module[place++];
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = module[place++];
      size |= (byte & 0x7f) << shift;
    }
    found.push({ id, bytes: module.subarray(place, place + size) });
    place += size;
  }
  return found;
}
