// The text of the WebAssembly module (js/build/wasm-text.mjs encodes it, js/entry/wasm-text.js decodes it): no byte changes, it needs no
// escape in a string literal, and it compresses well.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { wasmTextOf } from "../../js/build/wasm-text.mjs";
import { bytesOfWasmText } from "../../js/entry/wasm-text.js";
import { project } from "./tarball.mjs";

const { installed } = project();
const module = readFileSync(join(installed, "device_code_flow.wasm"));

/** So many bytes that look like chance, and are the same in every run. */
const noise = (length) => Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, (_, at) => createHash("sha256").update(String(at)).digest())).subarray(0, length);

const SAMPLES = {
  "no byte": Buffer.alloc(0),
  "every byte once": Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  "every byte, the last ones most often": Buffer.from(Array.from({ length: 256 * 257 / 2 }, (_, at) => Math.floor((Math.sqrt(8 * at + 1) - 1) / 2))),
  "one byte a thousand times": Buffer.alloc(1000, 0xff),
  "noise": noise(20_000),
  "the module": module,
};

for (const [name, bytes] of Object.entries(SAMPLES)) {
  test(`${name}: what was written is read`, () => {
    assert.deepEqual(Buffer.from(bytesOfWasmText(wasmTextOf(bytes))), bytes);
  });

  test(`${name}: stands in a string or a template as it is, in ASCII`, () => {
    assert.match(wasmTextOf(bytes), /^[ -~]*$/);
    assert.doesNotMatch(wasmTextOf(bytes), /["'`\\$]/);
  });
}

test("a page can hold the classic scripts between its tags: nothing in them ends a script or begins a comment", () => {
  for (const name of ["iife/index.js", "iife/js.js"]) {
    assert.doesNotMatch(readFileSync(join(installed, name), "utf8"), /<\/script|<!--/i, name);
  }
});

test("the classic scripts are ASCII: a page that names no encoding reads them all the same", () => {
  for (const name of ["iife/index.js", "iife/js.js"]) {
    const [strange] = readFileSync(join(installed, name), "utf8").match(/[^\0-\x7f]/) || [];
    assert.equal(strange, undefined, name);
  }
});

test("under a compressor the text costs hardly more than the module, where base64 costs a quarter", () => {
  const text = Buffer.from(wasmTextOf(module));
  for (const compressed of [brotliCompressSync, gzipSync]) {
    const ratio = compressed(text).length / compressed(module).length;
    assert.ok(ratio < 1.04, `${compressed.name}: ${ratio}`);
  }
});
