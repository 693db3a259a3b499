// Runs the suite in Node, by import. Bun runs the same file.
import * as library from "device-code-flow";
import { runSuite } from "./suite.mjs";

const failed = await runSuite(library, JSON.parse(process.argv[2]), console.log);
process.exit(failed ? 1 : 0);
