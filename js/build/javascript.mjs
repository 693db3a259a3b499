// The module once more, as JavaScript: binaryen's wasm2js, run on the very file that is shipped as WebAssembly.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
  const [whole, body] = text.match(/^import \* as a from 'a';\n([^]*)\nvar retasmFunc = asmFunc\(\{\n {2}"a": a,\n\}\);\n(?:export var \w+ = retasmFunc\.\w+;\n)*\s*$/) || [];
  if (!whole) throw new Error("wasm2js has written something else than it used to: look at js/build/javascript.mjs");
  return `${body}\nexport default asmFunc;\n`;
}
