// What lies beside the release to read a trap or a stack with: source maps, and the module with the names of its functions.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { project } from "./tarball.mjs";

const { installed } = project();
const symbols = join(import.meta.dirname, "../../dist/symbols");

test("every file of JavaScript has a source map with its sources, or is a line over another", () => {
  const files = readdirSync(installed, { recursive: true }).filter((file) => /\.[cm]?js$/.test(file) && !/(^|\.)node\.mjs$/.test(file));
  assert.ok(files.length > 8);
  for (const file of files) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(symbols, `${file}.map`), "utf8"));
    assert.equal(sources.length, sourcesContent.length, file);
    assert.ok(!readFileSync(join(installed, file), "latin1").includes("sourceMappingURL"), `${file} names a map that is not beside it`);
  }
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
