// The glue that wasm-bindgen left in target/glue, as a function that makes one: `createGlue()`.
//
// Why a function: the glue keeps the instance, its memory and the table of objects in variables of its own. When an instance is
// thrown away after a trap, the next one gets a glue of its own, and what still calls the old one can do it no harm.
// The loader that wasm-bindgen writes is left out; js/wasm.js is ours.

import { readFile } from "node:fs/promises";
import { build } from "esbuild";

/** The text of a module that exports `createGlue`. `names`: what is called how, after the module's names were shortened. */
export async function glueFactory(glueFile, namesFile, target) {
  const text = renamed(changed(await readFile(glueFile, "utf8")), JSON.parse(await readFile(namesFile, "utf8")));
  // Bundled first, because what nothing calls is left out at the top of a file only.
  const { outputFiles } = await build({
    stdin: { contents: text, loader: "js" },
    bundle: true,
    format: "esm",
    minify: true,
    legalComments: "none",
    target,
    write: false,
    logLevel: "warning",
  });
  const [whole, body, list] = outputFiles[0].text.match(/^([^]*)export\{([^{}]+)\};\s*$/) || [];
  if (!whole) throw new Error("the bundled glue does not end with its list of exports");
  const members = list.split(",").map((each) => each.split(" as ").reverse().join(":"));
  return `export function createGlue() {\n${body}\nreturn { ${members.join(", ")} };\n}\n`;
}

// The garbage collector, and flows that go on, may still call an instance that was thrown away: what they call does nothing any
// more, and who calls it from js/ is told the reason. Only `salvaged` reaches it, at once and in one go.
const STOPPING = `
let stopped;
function moduleStopped(reasonOf) {
  stopped = wasm;
  wasm = {};
  for (const name of Object.keys(stopped)) {
    wasm[name] = typeof stopped[name] !== "function" ? stopped[name] : () => {
      throw reasonOf();
    };
  }
}
function salvaged(work) {
  const silent = wasm;
  wasm = stopped;
  try {
    return work();
  } catch {
    return undefined;
  } finally {
    wasm = silent;
  }
}
`;

const CHANGES = [
  ["export { initSync, __wbg_init as default };", `${STOPPING}export { __wbg_get_imports as moduleImports, __wbg_finalize_init as moduleStarted, moduleStopped, salvaged };`],
  // A long text, which may be a cache of forty megabytes, goes at once and not letter by letter. An encodeInto that the glue
  // had to make up itself writes all or nothing.
  [
    "    for (; offset < len; offset++) {",
    `    let read = 0;
    if (len > 4096 && TextEncoder.prototype.encodeInto) {
        ({ read, written: offset } = cachedTextEncoder.encodeInto(arg, mem.subarray(ptr, ptr + len)));
    } else for (; offset < len; read = ++offset) {`,
  ],
  ["    if (offset !== len) {", "    if (read !== arg.length) {"],
  ["        if (offset !== 0) {\n            arg = arg.slice(offset);", "        if (read !== 0) {\n            arg = arg.slice(read);"],
  // A memory in JavaScript (the entry "js") does not detach its old buffers when it grows.
  ["cachedUint8ArrayMemory0.byteLength === 0", "cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer"],
  [
    "cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
    "cachedDataViewMemory0.buffer !== wasm.memory.buffer",
  ],
];

/** The changes above, each in exactly one place, or the glue has changed and somebody has to look. */
function changed(text) {
  for (const [from, to] of CHANGES) {
    if (text.split(from).length !== 2) throw new Error(`the glue does not have this text exactly once: ${from}`);
    text = text.replace(from, () => to);
  }
  const collected = /(new FinalizationRegistry\((?:ptr|state) => )wasm\./g;
  if (text.match(collected)?.length !== 3) throw new Error("the glue no longer has three FinalizationRegistries");
  return text.replace(collected, "$1stopped || wasm.");
}

/** The glue with the short names that the module has for what passes between them. */
function renamed(text, { imports, exports }) {
  const shorter = new Map(imports.map(([, name, short]) => [name, short]));
  const own = new Map(exports.map(([name, short]) => [name, short]));
  const [[from]] = imports;
  return text
    .replaceAll(`"${from}"`, '"a"')
    .replace(/\b__w\w+(?=: function)/g, (name) => JSON.stringify(shorter.get(name) ?? name))
    .replace(/\bwasm\.(\w+)/g, (whole, name) => (own.has(name) ? `wasm.${own.get(name)}` : whole));
}
