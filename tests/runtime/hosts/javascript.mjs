// Runs the suite in Node, Deno and Bun with the entry that needs no WebAssembly.
import * as library from "device-code-flow/js";
import { runSuite } from "./suite.mjs";

const failed = await runSuite(library, JSON.parse(process.argv.at(-1)), console.log, { needsWebAssembly: false });
process.exit(failed ? 1 : 0);
