// The module translated to JavaScript by Binaryen's wasm2js, from the same file that is published as WebAssembly.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const GLUE = "./device_code_flow_bg.js";

/**
 * The text of a module that exports `instantiate(imports)`, which gives the exports of a new instance.
 *
 * wasm2js writes a file that imports the glue and creates one instance when it is loaded. Here the file becomes the body of a function,
 * and the parameter of the function takes the place of the import.
 */
export async function javascriptOf(js, wasmFile) {
  const folder = await mkdtemp(join(tmpdir(), "device-code-flow-"));
  try {
    const file = join(folder, "module.js");
    execFileSync(process.execPath, [join(js, "node_modules/binaryen/bin/wasm2js"), "--mvp-features", "-Oz", wasmFile, "-o", file]);
    await writeFile(file, withGrowthReported(await readFile(file, "utf8")));
    const { outputFiles } = await build({ entryPoints: [file], bundle: true, write: false, format: "iife", globalName: "exports", plugins: [importsFromParameter()] });
    return `export function instantiate(imports) {\n${outputFiles[0].text}return exports;\n}\n`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * When WebAssembly's memory grows, its former buffer is detached, and by that the glue notices that its views are stale. wasm2js replaces
 * the buffer and leaves the former one as it was, so the glue must be told.
 */
function withGrowthReported(text) {
  const growth = "buffer = newBuffer;";
  const parts = text.split(growth);
  if (parts.length !== 2) throw new Error("wasm2js writes the growth of the memory in another way");
  return parts.join(`${growth}\n   imports[${JSON.stringify(GLUE)}].__wbg_forget_views();`);
}

function importsFromParameter() {
  return {
    name: "imports-from-parameter",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/device_code_flow_bg\.js$/ }, () => ({ path: GLUE, namespace: "imports" }));
      onLoad({ filter: /.*/, namespace: "imports" }, ({ path }) => ({ contents: `module.exports = imports[${JSON.stringify(path)}];` }));
    },
  };
}
