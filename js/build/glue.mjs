// wasm-bindgen's glue as a factory. The glue keeps its instance in variables of its file; each call of `createGlue` has its own.

import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

// The glue's views of the memory.
const VIEWS = ["cachedDataViewMemory0", "cachedUint8ArrayMemory0"];

/**
 * The text of a module that exports `createGlue`, which runs the glue of `glueFile` and gives what that exports, with one function more:
 * `__wbg_forget_views()`, to be called after the memory has grown where that does not detach its former buffer (./javascript.mjs).
 */
export async function glueFactory(glueFile) {
  const text = await readFile(glueFile, "utf8");
  for (const view of VIEWS) {
    if (!text.includes(`let ${view} = null;`)) throw new Error(`wasm-bindgen's glue has no ${view}`);
  }
  const forgetViews = `export function __wbg_forget_views() {\n${VIEWS.join(" = ")} = null;\n}\n`;
  const { code } = await transform(text + forgetViews, { format: "iife", globalName: "glue" });
  return `export function createGlue() {\n${code}return glue;\n}\n`;
}
