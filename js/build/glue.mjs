// wasm-bindgen's glue as a factory. The glue keeps its instance in variables of its file; each call of `createGlue` has its own.

import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

/** The text of a module that exports `createGlue`, which runs the glue of `glueFile` and gives what that exports. */
export async function glueFactory(glueFile) {
  const { code } = await transform(await readFile(glueFile, "utf8"), { format: "iife", globalName: "glue" });
  return `export function createGlue() {\n${code}return glue;\n}\n`;
}
