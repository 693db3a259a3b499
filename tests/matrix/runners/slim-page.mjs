import * as library from "./node_modules/device-code-flow/slim.mjs";

library.init(fetch("node_modules/device-code-flow/device_code_flow.wasm")).then(() => start(library, { needsWebAssembly: false }));
