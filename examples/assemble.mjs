// Puts the example applications together: `node examples/assemble.mjs`, after `make package`, leaves dist/examples/{kiosk,webos,tizen}.
//
// No bundler: a folder of an application is the page of screen/, what is its own, and two scripts of packages.

import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "..");

const own = { kiosk: ["kiosk"], webos: ["tv", "tv/webos"], tizen: ["tv", "tv/tizen"] };

/** Leaves each application as a folder of `out`. `library`: the package, as it was built or installed. */
export function assemble(out = join(top, "dist/examples"), library = join(top, "dist/package")) {
  for (const [name, folders] of Object.entries(own)) {
    const folder = join(out, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const source of ["screen", ...folders]) {
      for (const { name } of readdirSync(join(here, source), { withFileTypes: true }).filter((entry) => entry.isFile())) {
        if (!name.endsWith(".md")) cpSync(join(here, source, name), join(folder, name));
      }
    }
    // The one without WebAssembly: the page's policy allows no more than its own scripts, in engines of any age.
    cpSync(join(library, "iife/js.js"), join(folder, "device-code-flow.js"));
    cpSync(join(here, "node_modules/qrcode-generator/dist/qrcode.js"), join(folder, "qrcode.js"));
  }
  return out;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(assemble());
