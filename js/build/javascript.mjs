// The module once more, as JavaScript: binaryen's wasm2js, run on the very file that is shipped as WebAssembly.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lettersOf } from "./letters.mjs";

/** The text of a module whose default export makes an instance's exports of its imports. */
export async function javascriptOf(js, wasmFile) {
  const folder = await mkdtemp(join(tmpdir(), "device-code-flow-"));
  try {
    const file = join(folder, "module.js");
    execFileSync(process.execPath, [join(js, "node_modules/binaryen/bin/wasm2js"), "--mvp-features", "-Oz", wasmFile, "-o", file]);
    return factory(await readFile(file, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** wasm2js writes a file that makes one instance when it is loaded, of an import "a"; the function that does so is what we want. */
function factory(text) {
  const [, body] = text.match(/^import \* as a from 'a';\n([^]*)\nvar retasmFunc = asmFunc\(\{\n {2}"a": a,\n\}\);\n(?:export var \w+ = retasmFunc\.\w+;\n)*\s*$/) || changed();
  return `import { bytesOfLetters } from "./entry/letters.js";\n${withData(body)}\nexport default asmFunc;\n`;
}

/** What the memory begins with is in wasm2js's text a piece of base64 for each run of it, and a decoder: here it is one text. */
function withData(body) {
  const [whole, filling] = body.match(/ {2}var base64ReverseLookup = [^]*?\n {2}\}\nfunction initActiveSegments\(imports\) \{\n([^]*?)\}\n/) || changed();
  const pieces = [...filling.matchAll(/^ {2}base64DecodeToExistingUint8Array\(bufferView, (\d+), "([\w+/=]+)"\);\n/gm)];
  if (pieces.map(([call]) => call).join("") !== filling) changed();
  const segments = pieces.map(([, at, text]) => ({ at: Number(at), bytes: Buffer.from(text, "base64") }));
  const first = Math.min(...segments.map(({ at }) => at));
  const data = Buffer.alloc(Math.max(...segments.map(({ at, bytes }) => at + bytes.length)) - first);
  for (const { at, bytes } of segments) data.set(bytes, at - first);
  return body.replace(whole, () => `function initActiveSegments() {\n  bufferView.set(bytesOfLetters("${lettersOf(data)}"), ${first});\n}\n`);
}

function changed() {
  throw new Error("wasm2js has written something else than it used to: look at js/build/javascript.mjs");
}
