// The module translated to JavaScript by Binaryen's wasm2js, from the same file that is published as WebAssembly.

import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

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
    const { outputFiles } = await build({ entryPoints: [file], bundle: true, write: false, format: "iife", globalName: "exports", plugins: [importsFromParameter()] });
    return `export function instantiate(imports) {\n${outputFiles[0].text}return exports;\n}\n`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function importsFromParameter() {
  return {
    name: "imports-from-parameter",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/device_code_flow_bg\.js$/ }, ({ path }) => ({ path, namespace: "imports" }));
      onLoad({ filter: /.*/, namespace: "imports" }, ({ path }) => ({ contents: `module.exports = imports[${JSON.stringify(path)}];` }));
    },
  };
}
