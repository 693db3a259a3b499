// Node and Bun, with a module that the program reads itself.
import * as library from "device-code-flow/slim";
import { readFile } from "node:fs/promises";
import { runSuite } from "./suite.mjs";

await library.init(readFile("node_modules/device-code-flow/device_code_flow.wasm"));
const failed = await runSuite(library, JSON.parse(process.argv.at(-1)), console.log, { needsWebAssembly: false });
process.exit(failed ? 1 : 0);
