// Builds dist/package, the folder that `npm pack` packs, from js/ and target/glue: `node js/build.mjs VERSION`.
//
// Not the compiler of the module (xtask/src/wasm.rs is). One glue, a few entry files; what differs between hosts is in
// js/entry/, and which host takes which file is in js/package.json, which is the published manifest less what only we need.

import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const js = dirname(fileURLToPath(import.meta.url));
const top = dirname(js);
const glueFile = join(top, "target/glue/device_code_flow.js");
const wasmFile = join(top, "target/glue/device_code_flow_bg.wasm");
const namesFile = join(top, "target/glue/names.json");
const out = join(top, "dist/package");

// Entries beside the main one: the name of their files, and what they are made of. Their types are js/NAME.d.ts.
const entries = {
  credential: "credential/index.js",
  storage: "storage/index.js",
  "storage-node": "storage/node.js",
  workers: "workers/index.js",
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const names = await bundle("entry/inline.js", "index.mjs", { format: "esm" });
// platform "node" makes esbuild add the list of exports that Node reads to offer them by name.
await bundle("entry/inline.js", "index.cjs", { format: "cjs", platform: "node" });
await bundle("entry/workerd.js", "workerd.mjs", { format: "esm", external: ["./device_code_flow.wasm"] });
await bundle("cli/main.js", "cli.mjs", { format: "esm", platform: "node", target: "node18", plugins: [packageOnly()] });
// Over index.cjs, so that `import` and `require` in one process share one module and one set of classes. Not by a plain
// import: Node would read all of the module's base64 in search of the names of exports. What bundles follows no
// createRequire; for it there is the condition "module" in js/package.json.
await write("node.mjs", `import { createRequire } from "node:module";\nexport const { ${names.join(", ")} } = createRequire(import.meta.url)("./index.cjs");\n`);

for (const [name, source] of Object.entries(entries)) {
  await bundle(source, `${name}.mjs`, { format: "esm", external: ["node:*"], plugins: [mainByName()] });
  await bundle(source, `${name}.cjs`, { format: "cjs", platform: "node", plugins: [mainByName()] });
}

await copyFile(wasmFile, join(out, "device_code_flow.wasm"));
// The declarations are the same text twice: TypeScript reads from the ending whether a file is a module or CommonJS.
for (const name of ["index", ...Object.keys(entries)].filter((name) => existsSync(join(js, `${name}.d.ts`)))) {
  for (const ending of ["d.ts", "d.cts"]) await copyFile(join(js, `${name}.d.ts`), join(out, `${name}.${ending}`));
}
for (const name of ["README.md", "LICENSE"]) await copyFile(join(top, name), join(out, name));
await write("package.json", `${JSON.stringify(await manifest(process.argv[2]), null, 2)}\n`);

/** One output file. Gives the names it exports. Plugins run in order, and the glue's comes after the given ones. */
async function bundle(entry, file, { plugins = [], ...options }) {
  const { metafile } = await build({
    entryPoints: [join(js, entry)],
    outfile: join(out, file),
    bundle: true,
    minify: true,
    // The age of the oldest television that runs the module; esbuild then writes nothing newer than ES2017.
    target: ["chrome64", "node12"],
    platform: "neutral",
    charset: "utf8",
    legalComments: "none",
    define: { VERSION: JSON.stringify(process.argv[2]) },
    logLevel: "warning",
    metafile: true,
    absWorkingDir: top,
    ...options,
    plugins: [...plugins, glue()],
  });
  return Object.values(metafile.outputs)[0].exports.sort();
}

/** Resolves "#glue" and "#wasm" to what `cargo xtask wasm` left, whatever file asks. */
function glue() {
  return {
    name: "glue",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^#glue$/ }, () => ({ path: glueFile }));
      onResolve({ filter: /^#wasm$/ }, () => ({ path: wasmFile, namespace: "wasm" }));
      onLoad({ filter: /.*/, namespace: "wasm" }, async ({ path }) => ({
        contents: await readFile(path),
        loader: "base64",
      }));
      onLoad({ filter: /[\\/]target[\\/]glue[\\/]device_code_flow\.js$/ }, async ({ path }) => ({
        contents: renamed(ownLoader(await readFile(path, "utf8")), JSON.parse(await readFile(namesFile, "utf8"))),
        resolveDir: js,
      }));
    },
  };
}

/**
 * The glue with its loader replaced by the two functions js/wasm.js starts the module with; what nothing calls any more,
 * esbuild drops. Its `queueMicrotask` is ours, always there: an import hides the global of that name.
 */
function ownLoader(text) {
  const changes = [
    ["export { initSync, __wbg_init as default };", "export { __wbg_get_imports as moduleImports, __wbg_finalize_init as moduleStarted };"],
    ["getObject(arg0).queueMicrotask;", "queueMicrotask;"],
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
  ];
  if (!text.includes(" queueMicrotask(getObject(arg0))")) throw new Error("the glue no longer calls queueMicrotask");
  for (const [from, to] of changes) {
    if (text.split(from).length !== 2) throw new Error(`the glue does not have this text exactly once: ${from}`);
    text = text.replace(from, to);
  }
  return `import { guardedMicrotask as queueMicrotask } from "./wasm.js";\n${text}`;
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

/** The command line uses the package as everyone does: a second copy would have classes of its own. */
function packageOnly() {
  return {
    name: "package-only",
    setup({ onResolve }) {
      onResolve({ filter: /^(device-code-flow$|\.\.?\/)/ }, ({ path, resolveDir, kind }) => {
        if (kind === "entry-point") return undefined;
        const from = path === "device-code-flow" ? "index.js" : relative(js, join(resolveDir, path)).split(sep).join("/");
        if (from === "index.js") return { path: "./node.mjs", external: true };
        if (from.startsWith("cli/")) return undefined;
        return { errors: [{ text: `js/cli may import only its own files and "device-code-flow", not ${from}` }] };
      });
    },
  };
}

/** An entry beside the main one imports that by the package's name: a second copy would have classes of its own. */
function mainByName() {
  return {
    name: "main-by-name",
    setup({ onResolve }) {
      onResolve({ filter: /^device-code-flow(\/|$)/ }, ({ path }) => ({ path, external: true }));
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const from = relative(js, join(resolveDir, path)).split(sep).join("/");
        if (!["index.js", "errors.js", "module.js", "wasm.js"].includes(from)) return undefined;
        return { errors: [{ text: `an entry beside the main one imports "device-code-flow", not ${from}` }] };
      });
    },
  };
}

/** js/package.json as it is published. */
async function manifest(version) {
  if (!/^\d+\.\d+\.\d+/.test(version ?? "")) throw new Error("usage: node js/build.mjs VERSION");
  const { private: _, devDependencies: __, ...published } = JSON.parse(await readFile(join(js, "package.json"), "utf8"));
  return { ...published, version };
}

async function write(name, text) {
  await writeFile(join(out, name), text);
}
