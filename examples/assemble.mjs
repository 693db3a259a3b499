// Assembles the example applications: `node examples/assemble.mjs`, after `make package`, writes dist/examples/{kiosk,webos,tizen}.
//
// No bundler is needed. The folder of an application has the page of screen/, the application's own files, and the scripts of two
// packages.

import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "..");

const folders = { kiosk: ["kiosk"], webos: ["tv", "tv/webos"], tizen: ["tv", "tv/tizen"] };

/** Writes each application to a folder of `out` and returns `out`. `library` is the folder of the package, built or installed. */
export function assemble(out = join(top, "dist/examples"), library = join(top, "dist/package")) {
  for (const [name, sources] of Object.entries(folders)) {
    const folder = join(out, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const source of ["screen", ...sources]) {
      for (const { name } of readdirSync(join(here, source), { withFileTypes: true }).filter((entry) => entry.isFile())) {
        if (!name.endsWith(".md")) cpSync(join(here, source, name), join(folder, name));
      }
    }
    // The build without WebAssembly, because the page's policy allows only its own scripts, and engines may be old.
    cpSync(join(library, "iife/js.js"), join(folder, "device-code-flow.js"));
    cpSync(join(here, "node_modules/qrcode-generator/dist/qrcode.js"), join(folder, "qrcode.js"));
  }
  return out;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(assemble());
