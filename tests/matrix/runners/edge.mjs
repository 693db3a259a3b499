// Vercel's edge-runtime: a script in a sandbox with the Web's globals and nothing of Node.
import * as library from "device-code-flow";
import { runSuite } from "./suite.mjs";

globalThis.start = (servers, print) => runSuite(library, servers, print);
