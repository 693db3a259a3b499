// The input of bundlers. Rollup, which alone does not resolve node_modules, uses bundled-by-path.mjs.
import * as library from "device-code-flow";

start(library);
