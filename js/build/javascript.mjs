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
  const marked = withData(body).replace(/^function asmFunc\(imports\) (\{\n[^]*\n\})\s*$/m, (_, inside) => `export default ${MARK.before}(imports) ${inside}${MARK.after};`);
  if (!marked.includes(MARK.before)) changed();
  return `import { bytesOfLetters } from "./entry/letters.js";\n${marked}\n`;
}

// What a minifier takes for a call of no known effect, and leaves as it is.
const MARK = { before: "Object(function", after: ",0)" };

/**
 * The bundle with a parenthesis before that function. V8 takes it for a sign that the function will be called and compiles it with the
 * rest; without, it goes through the whole module twice, which is a tenth of a television's time to the code. Minifiers take such a
 * parenthesis away. As long as before, so that the source map's columns stay.
 */
export function compiledAtOnce(bundle) {
  const [before, inside, ...others] = bundle.split(MARK.before);
  const [body, after, ...more] = (inside || "").split(`}${MARK.after}`);
  if (after === undefined || others.length || more.length) throw new Error("the minifier has moved the module's function: look at js/build/javascript.mjs");
  return `${before}Object((function${body}}))${after}`;
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
