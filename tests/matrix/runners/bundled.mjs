// What bundlers take up; for Rollup, which looks into no node_modules by itself, bundled-by-path.mjs.
import * as library from "device-code-flow";

start(library);
