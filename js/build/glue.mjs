// js/instance.js made ready: what the module exports, read off the glue that wasm-bindgen left in target/glue.
//
// Not the glue itself, of which nothing is shipped. But it is wasm-bindgen's word on how each function wants to be called, and it is
// read word for word: what js/instance.js does not know how to call stops the build.

import { readFile } from "node:fs/promises";

/** The text of js/instance.js. `namesFile`: what is called how, after the module's names were shortened. */
export async function instanceText(file, glueFile, namesFile) {
  const { imports, exports } = JSON.parse(await readFile(namesFile, "utf8"));
  const short = new Map(exports);
  const called = new Set();
  const use = (name) => {
    if (!short.has(name)) throw new Error(`the module exports no ${name}`);
    called.add(name);
    return short.get(name);
  };
  if (imports.length !== 1 || !/^__wbg___wbindgen_throw_/.test(imports[0][1]) || imports[0][2] !== "a") {
    throw new Error(`the module imports something else than wasm-bindgen's throw: ${JSON.stringify(imports)}`);
  }
  const glue = (await readFile(glueFile, "utf8")).replace(/^ *\/\*\*[^]*?\*\/\n/gm, "");
  const classes = [...glue.matchAll(/^export class (\w+) \{\n([^]*?)^\}$/gm)].map(([, name, body]) => membersOf(name, body, use));
  const text = (await readFile(file, "utf8"))
    .replace(/\bwasm\.(\w+)/g, (_, name) => `wasm.${use(name)}`)
    .replace("of MEMBERS)", () => `of ${JSON.stringify(classes)})`);
  // What is left was read over.
  const left = [...short.keys()].filter((name) => !called.has(name) && !NOT_CALLED.includes(name));
  if (left.length) throw new Error(`js/instance.js calls no ${left.join(", ")}`);
  return text;
}

// wasm-bindgen's, for a host that resets its instances in place; and for texts that grow while they are passed.
const NOT_CALLED = ["__abort_handler", "__instance_terminated", "__wbindgen_realloc"];

/** `[name, constructor, destructor, { kind: { member: export } }]`; a class that nobody makes from here has no constructor. */
function membersOf(type, body, use) {
  let make = 0;
  const members = { flow: {}, text: {}, plain: {} };
  for (const [, isStatic, name, list, text] of body.matchAll(/^ {4}(static )?(\w+)\((.*)\) \{\n([^]*?)^ {4}\}$/gm)) {
    if (["__wrap", "__destroy_into_raw", "free"].includes(name)) continue;
    const [call, result, target, given] = text.match(/(?:(const ret) = )?wasm\.([a-z]\w*)\((.*)\);/) || [];
    if (!call) throw new Error(`${type}.${name} calls no function of the module`);
    const kind = kindOf(result, text);
    const self = name === "constructor" || isStatic ? [] : ["this.__wbg_ptr"];
    const wanted = [...(kind === "text" ? ["retptr"] : []), ...self, ...list.split(", ").filter(Boolean).map((parameter) => passing(parameter, text))];
    if (!kind || given !== wanted.join(", ")) throw new Error(`js/instance.js cannot call ${type}.${name}: ${call}`);
    if (name === "constructor") make = use(target);
    else members[kind][name] = use(target);
  }
  return [type, make, use(`__wbg_${type.toLowerCase()}_free`), members];
}

function kindOf(result, text) {
  if (text.includes("getStringFromWasm0(r0, r1)")) return "text";
  if (text.includes("return Flow.__wrap(ret);")) return "flow";
  return !result || text.includes("return ret !== 0;") || text.includes("this.__wbg_ptr = ret;") ? "plain" : undefined;
}

/** How the glue passes a parameter. */
function passing(parameter, text) {
  const [, written] = text.match(new RegExp(`\\bptr(\\d) = (?:isLikeNone\\(${parameter}\\) \\? 0 : )?pass(?:String|Array8)ToWasm0\\(${parameter},`)) || [];
  if (written) return `ptr${written}, len${written}`;
  const [, value] = text.match(new RegExp(`\\b(val\\d) = \\+${parameter};`)) || [];
  return value || (text.includes(`${parameter}.__wbg_ptr`) ? `${parameter}.__wbg_ptr` : parameter);
}
