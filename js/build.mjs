// Builds dist/package, the folder that `npm pack` packs, from js/ and target/glue: `node js/build.mjs VERSION`.
//
// Not the compiler of the module (xtask/src/wasm.rs is). One glue, a few entry files; what differs between hosts is in
// js/entry/, and which host takes which file is in js/package.json, which is the published manifest less what only we need.

import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minifiedAgain } from "./build/again.mjs";
import { writeDocuments } from "./build/documents.mjs";
import { instanceText } from "./build/glue.mjs";
import { compiledAtOnce, javascriptOf } from "./build/javascript.mjs";
import { lettersOf } from "./build/letters.mjs";

const js = dirname(fileURLToPath(import.meta.url));
const top = dirname(js);
const glueFile = join(top, "target/glue/device_code_flow.js");
const wasmFile = join(top, "target/glue/device_code_flow_bg.wasm");
const namesFile = join(top, "target/glue/names.json");
const namedFile = join(top, "target/glue/device_code_flow.named.wasm");
const out = join(top, "dist/package");
const symbols = join(top, "dist/symbols");
const made = {};

// What the core lends to entries and to nobody else.
const LOADER = ["instantiated", "offer", "provide", "ready", "refused"];

// The age of the oldest television that runs the module; esbuild then writes nothing newer than ES2018 (object spread).
const TARGET = ["chrome64", "node12"];

// Entries beside the main one: the name of their files, and what they are made of. Their types are js/NAME.d.ts.
const entries = {
  credential: "credential/index.js",
  storage: "storage/index.js",
  "storage-node": "storage/node.js",
  workers: "workers/index.js",
};

await rm(out, { recursive: true, force: true });
await rm(symbols, { recursive: true, force: true });
await mkdir(out, { recursive: true });

// What all entries are made of, in a file of its own for each module system: however many of them a program loads, it has one
// instance and one set of classes.
const core = await bundle("entry/core.js", "core.mjs", { format: "esm" });
// platform "node" makes esbuild add the list of exports that Node reads to offer them by name.
await bundle("entry/core.js", "core.cjs", { format: "cjs", platform: "node" });
const names = core.filter((name) => !LOADER.includes(name));
for (const [name, source] of [["index", "entry/inline.js"], ["js", "entry/javascript.js"], ["slim", "entry/slim.js"]]) {
  const own = await bundle(source, `${name}.mjs`, { format: "esm", plugins: [overCore("./core.mjs")] });
  await bundle(source, `${name}.cjs`, { format: "cjs", platform: "node", plugins: [overCore("./core.cjs")] });
  // So that `import` and `require` in one process share one module and one set of classes. Not by a plain import: Node would
  // read all of the module's text in search of the names of exports. What bundles follows no createRequire; for it there is
  // the condition "module" in js/package.json.
  await write(
    name === "index" ? "node.mjs" : `${name}.node.mjs`,
    `import { createRequire } from "node:module";\nexport const { ${own.join(", ")} } = createRequire(import.meta.url)("./${name}.cjs");\n`,
  );
}
await bundle("entry/workerd.js", "workerd.mjs", { format: "esm", external: ["./device_code_flow.wasm"], plugins: [overCore("./core.mjs")] });
// A classic script is one file. In a folder of their own, where a file that ends in .js is none of the new modules.
await bundle("entry/iife.js", "iife/index.js", { format: "iife" });
await bundle("entry/javascript-iife.js", "iife/js.js", { format: "iife" });
for (const name of ["index", "js"]) await copyFile(join(js, "iife/index.d.ts"), join(out, `iife/${name}.d.ts`));
await write("iife/package.json", '{ "type": "commonjs" }\n');
await bundle("cli/start.js", "cli.mjs", { format: "esm", target: "node12.20", external: ["./command.mjs"] });
await bundle("cli/main.js", "command.mjs", { format: "esm", platform: "node", target: "node18", plugins: [packageOnly()] });

for (const [name, source] of Object.entries(entries)) {
  await bundle(source, `${name}.mjs`, { format: "esm", external: ["node:*"], plugins: [mainByName()] });
  await bundle(source, `${name}.cjs`, { format: "cjs", platform: "node", plugins: [mainByName()] });
}

await copyFile(wasmFile, join(out, "device_code_flow.wasm"));
await copyFile(namedFile, join(symbols, "device_code_flow.named.wasm"));
// The declarations are the same text twice: TypeScript reads from the ending whether a file is a module or CommonJS.
for (const name of ["index", "slim", "js", ...Object.keys(entries)].filter((name) => existsSync(join(js, `${name}.d.ts`)))) {
  for (const ending of ["d.ts", "d.cts"]) await copyFile(join(js, `${name}.d.ts`), join(out, `${name}.${ending}`));
}
await writeDocuments(top, out);
await write("package.json", `${JSON.stringify(await manifest(process.argv[2]), null, 2)}\n`);

/** One output file. Gives the names it exports. Plugins run in order, and the module's comes after the given ones. */
async function bundle(entry, file, { plugins = [], ...options }) {
  const { metafile, warnings } = await build({
    entryPoints: [join(js, entry)],
    outfile: join(out, file),
    bundle: true,
    minify: true,
    target: TARGET,
    platform: "neutral",
    charset: "utf8",
    legalComments: "none",
    define: { VERSION: JSON.stringify(process.argv[2]) },
    logLevel: "warning",
    metafile: true,
    sourcemap: "external",
    absWorkingDir: top,
    ...options,
    plugins: [...plugins, module()],
  });
  // One is about what an old engine of TARGET would not take.
  if (warnings.length) throw new Error(`esbuild warns of ${file}`);
  // Beside the release and not in it: with the module's text in them they are larger than the package.
  await mkdir(dirname(join(symbols, file)), { recursive: true });
  await rename(join(out, `${file}.map`), join(symbols, `${file}.map`));
  if (!entry.startsWith("entry/javascript")) {
    const [text, map] = await Promise.all([join(out, file), join(symbols, `${file}.map`)].map((name) => readFile(name, "utf8")));
    const again = await minifiedAgain(text, map, options.format);
    await Promise.all([write(file, again.text), writeFile(join(symbols, `${file}.map`), again.map)]);
  } else {
    await write(file, compiledAtOnce(await readFile(join(out, file), "utf8")));
  }
  return Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint).exports.sort();
}

/** What `cargo xtask wasm` left, under the names "#instance", "#wasm" and "#asm", whatever file asks. */
function module() {
  const texts = { "#instance": () => instanceText(join(js, "instance.js"), glueFile, namesFile), "#asm": () => javascriptOf(js, wasmFile), "#wasm": async () => lettersOf(await readFile(wasmFile)) };
  return {
    name: "module",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^#(instance|wasm|asm)$/ }, ({ path }) => ({ path, namespace: "module" }));
      onLoad({ filter: /.*/, namespace: "module" }, async ({ path }) => ({
        contents: await (made[path] = made[path] || texts[path]()),
        loader: path === "#wasm" ? "text" : "js",
        resolveDir: js,
      }));
    },
  };
}

/** An entry takes everything but its own few lines from the core. */
function overCore(path) {
  return {
    name: "over-core",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^core$/, namespace: "core" }, () => ({ path, external: true }));
      onResolve({ filter: /^\.\.\/(index|wasm|errors)\.js$/ }, ({ path }) => ({ path, namespace: "core", sideEffects: false }));
      // The public names only: an entry that exports all of the index must not export what the core lends.
      onLoad({ filter: /.*/, namespace: "core" }, ({ path }) => ({
        contents: `export { ${path === "../wasm.js" ? LOADER.join(", ") : names.join(", ")} } from "core";`,
        resolveDir: js,
      }));
    },
  };
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
