// Runs the suite in Deno, which may use the network and nothing else.
import * as library from "device-code-flow";
import { runSuite } from "./suite.mjs";

const failed = await runSuite(library, JSON.parse(Deno.args[0]), console.log);
Deno.exit(failed ? 1 : 0);
