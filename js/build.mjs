// Builds dist/package, the folder that `npm pack` packs, from js/ and target/glue: `node js/build.mjs VERSION`.
//
// The module and its glue in target/glue come from `cargo xtask wasm`. What differs between hosts is in js/entry/. Which host takes which
// file is in js/package.json, which is published without its development part.

import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeDocuments } from "./build/documents.mjs";
import { glueFactory } from "./build/glue.mjs";
import { javascriptOf } from "./build/javascript.mjs";
import { wasmTextOf } from "./build/wasm-text.mjs";

const js = dirname(fileURLToPath(import.meta.url));
const top = dirname(js);
const glueFile = join(top, "target/glue/device_code_flow_bg.js");
const wasmFile = join(top, "target/glue/device_code_flow_bg.wasm");
const namedFile = join(top, "target/glue/device_code_flow.named.wasm");
const out = join(top, "dist/package");
const symbols = join(top, "dist/symbols");
const virtualModules = {};

// What the core exports for the entries only.
const LOADER = ["instantiated", "offer", "provide", "ready", "refused"];

// The engines of the oldest televisions that run the module. esbuild then writes no syntax newer than ES2018.
const TARGET = ["chrome64", "node12"];

// Entries beside the main one: the name of the file, and its source. The types are js/NAME.d.ts.
const entries = {
  credential: "credential/index.js",
  storage: "storage/index.js",
  "storage-node": "storage/node.js",
  workers: "workers/index.js",
};

await rm(out, { recursive: true, force: true });
await rm(symbols, { recursive: true, force: true });
await mkdir(out, { recursive: true });

// The core is a file of its own for each module system. So a program that loads several entries has one instance and one set of classes.
const core = await bundle("entry/core.js", "core.mjs", { format: "esm" });
// With platform "node", esbuild adds the list of exports, from which Node learns the names that `import` may use.
await bundle("entry/core.js", "core.cjs", { format: "cjs", platform: "node" });
const names = core.filter((name) => !LOADER.includes(name));
// Files with the module's text in them have long lines: esbuild would break the text, too.
for (const [name, source] of [["index", "entry/inline.js"], ["js", "entry/javascript.js"], ["slim", "entry/slim.js"]]) {
  const own = await bundle(source, `${name}.mjs`, { format: "esm", lineLimit: 0, plugins: [overCore("./core.mjs")] });
  await bundle(source, `${name}.cjs`, { format: "cjs", platform: "node", lineLimit: 0, plugins: [overCore("./core.cjs")] });
  // In Node, `import` takes the CommonJS file, so that `import` and `require` in one process share one set of classes. A plain import of
  // it would make Node search the whole text of the module for the names of exports. Bundlers do not follow createRequire; for them
  // js/package.json has the condition "module".
  await write(
    name === "index" ? "node.mjs" : `${name}.node.mjs`,
    `import { createRequire } from "node:module";\nexport const { ${own.join(", ")} } = createRequire(import.meta.url)("./${name}.cjs");\n`,
  );
}
await bundle("entry/workerd.js", "workerd.mjs", { format: "esm", external: ["./device_code_flow.wasm"], plugins: [overCore("./core.mjs")] });
// A classic script is one file. The folder's package.json says that its .js files are no ES modules.
await bundle("entry/iife.js", "iife/index.js", { format: "iife", lineLimit: 0 });
await bundle("entry/javascript-iife.js", "iife/js.js", { format: "iife", lineLimit: 0 });
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
// The declarations are published twice, because TypeScript reads from the ending whether a file is an ES module or CommonJS.
for (const name of ["index", "slim", "js", ...Object.keys(entries)].filter((name) => existsSync(join(js, `${name}.d.ts`)))) {
  for (const ending of ["d.ts", "d.cts"]) await copyFile(join(js, `${name}.d.ts`), join(out, `${name}.${ending}`));
}
await writeDocuments(top, out);
await write("package.json", `${JSON.stringify(await manifest(process.argv[2]), null, 2)}\n`);

/** Writes one output file and gives the names that it exports. esbuild asks the given plugins first. */
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
    // Node prints the line that has thrown an uncaught error, which must not be the whole file.
    lineLimit: 500,
    define: { VERSION: JSON.stringify(process.argv[2]) },
    logLevel: "warning",
    metafile: true,
    sourcemap: "external",
    absWorkingDir: top,
    ...options,
    plugins: [...plugins, fromGlue()],
  });
  // A warning may be about syntax that an engine of TARGET does not take.
  if (warnings.length) throw new Error(`esbuild warns of ${file}`);
  // Source maps are not published: they contain the module's text and are larger than the package.
  await mkdir(dirname(join(symbols, file)), { recursive: true });
  await rename(join(out, `${file}.map`), join(symbols, `${file}.map`));
  return Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint).exports.sort();
}

/** What is made of target/glue, under names that begin with "#". Each is made once, for all files. */
function fromGlue() {
  const texts = {
    "#glue": () => glueFactory(glueFile),
    "#wasm-text": async () => wasmTextOf(await readFile(wasmFile)),
    "#wasm-javascript": () => javascriptOf(js, wasmFile),
  };
  return {
    name: "from-glue",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^#/ }, ({ path }) => (path in texts ? { path, namespace: "from-glue" } : undefined));
      onLoad({ filter: /.*/, namespace: "from-glue" }, async ({ path }) => ({
        contents: await (virtualModules[path] = virtualModules[path] || texts[path]()),
        loader: path === "#wasm-text" ? "text" : "js",
        resolveDir: js,
      }));
    },
  };
}

/** An entry imports the core's file instead of containing it. */
function overCore(path) {
  return {
    name: "over-core",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^core$/, namespace: "core" }, () => ({ path, external: true }));
      onResolve({ filter: /^\.\.\/(index|wasm|errors)\.js$/ }, ({ path }) => ({ path, namespace: "core", sideEffects: false }));
      // An entry that exports everything of the index must not export what the core exports for entries only.
      onLoad({ filter: /.*/, namespace: "core" }, ({ path }) => ({
        contents: `export { ${path === "../wasm.js" ? LOADER.join(", ") : names.join(", ")} } from "core";`,
        resolveDir: js,
      }));
    },
  };
}

/** The command line imports the package, because a second copy would have a second set of classes. */
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

/** An entry beside the main one imports that by the package's name, because a second copy would have a second set of classes. */
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
