import * as library from "./node_modules/device-code-flow/index.mjs";

start(library);
