// The raw module of `wasm-pack build --target web`: wasm-bindgen's classes with wasm-bindgen's own loader, without the npm package around
// them. `make test-wasm` builds it in target/pkg.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../target/pkg/", import.meta.url);

test("the raw module starts and its classes work", async () => {
  const { default: init, Application, TokenCache } = await import(new URL("device_code_flow.js", folder));
  await init({ module_or_path: readFileSync(new URL("device_code_flow_bg.wasm", folder)) });
  const application = new Application();
  const cache = new TokenCache();
  assert.equal(cache.hasChanged(), false);
  cache.free();
  application.free();
});
