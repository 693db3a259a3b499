// The entries beside the main one: what each needs, and that a program has one library, however many entries it loads. tests/pack checks
// the files; tests/runtime signs in with them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./program.mjs";

const more = `
  import { createRequire } from "node:module";
  import { readFileSync } from "node:fs";
  const require = createRequire(process.cwd() + "/program.mjs");
  const bytes = () => readFileSync(require.resolve("device-code-flow/device_code_flow.wasm"));
  const signIn = async ({ PublicClientApplication }) =>
    (await new PublicClientApplication({ auth, system: { fetch: answer } }).acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} })).accessToken;
`;

test("js signs in without WebAssembly, and does not use it where it exists", () => {
  const tokens = run(`${more}
    const js = await import("device-code-flow/js");
    new Response(), await sleep(100); // Node's own Response needs WebAssembly when it is first made.
    delete globalThis.WebAssembly;
    console.log(JSON.stringify([await signIn(js), js.PublicClientApplication === library.PublicClientApplication]));`);
  assert.deepEqual(tokens, ["a token", true]);
});

for (const [what, given] of [
  ["bytes", "bytes()"],
  ["a Response", 'new Response(bytes(), { headers: { "content-type": "application/octet-stream" } })'],
  ["a compiled module", "new WebAssembly.Module(bytes())"],
  ["a promise", "Promise.resolve(bytes())"],
  ["a function", "async () => bytes()"],
]) {
  test(`slim accepts ${what}`, () => {
    const token = run(`${more}
      const slim = await import("device-code-flow/slim");
      await slim.init(${given});
      console.log(JSON.stringify(await signIn(slim)));`);
    assert.equal(token, "a token");
  });
}

test("slim without a module, with a wrong one, with an address without one: each error says what to do, and init may be called again", () => {
  const { errors, token } = run(
    `${more}
    import * as slim from "device-code-flow/slim";
    const errors = [];
    errors.push(told(await failureOf(signIn(slim))));
    for (const given of [new Uint8Array([1, 2, 3]), new Response("", { status: 404 }), () => Promise.reject(new Error("offline"))]) {
      const error = await failureOf(slim.init(given));
      errors.push(told(error), told(await failureOf(signIn(slim))));
    }
    await slim.init(bytes());
    console.log(JSON.stringify({ errors, token: await signIn(slim) }));`,
    { main: false },
  );
  const codes = errors.map(({ errorCode }) => errorCode);
  assert.deepEqual(codes, [
    "webassembly_missing",
    "webassembly_refused",
    "webassembly_refused",
    "webassembly_refused",
    "webassembly_refused",
    "webassembly_refused",
    "webassembly_refused",
  ]);
  assert.match(errors[0].hint, /init\(\)/);
  assert.equal(token, "a token");
});

test("every entry, by import and by require, has the same classes", () => {
  const different = run(`${more}
    const entries = ["device-code-flow", "device-code-flow/js", "device-code-flow/slim"];
    const all = [...await Promise.all(entries.map((name) => import(name))), ...entries.map(require)];
    const names = Object.keys(library).filter((name) => name !== "module.exports");
    console.log(JSON.stringify(names.filter((name) => all.some((entry) => entry[name] !== library[name]))));`);
  assert.deepEqual(different, []);
});

for (const [file, without] of [
  ["iife", ""],
  ["iife/js", "new Response(), await sleep(100); delete globalThis.WebAssembly;"],
]) {
  test(`${file} is a classic script with one global, and signs in`, () => {
    const seen = run(`${more}
      import vm from "node:vm";
      ${without}
      const before = Object.getOwnPropertyNames(globalThis);
      vm.runInThisContext(readFileSync(require.resolve("device-code-flow/${file}"), "utf8"));
      const left = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
      console.log(JSON.stringify([left, await signIn(deviceCodeFlow), Object.keys(deviceCodeFlow).sort().join() === Object.keys(library).filter((name) => name !== "module.exports").sort().join()]));`);
    assert.deepEqual(seen, [["deviceCodeFlow"], "a token", true]);
  });
}

test("nothing is compiled, started or fetched at import, by any entry", () => {
  const touched = run(
    `const touched = [];
    for (const name of ["compile", "instantiate", "Module", "Instance"]) WebAssembly[name] = () => touched.push(name);
    globalThis.fetch = () => touched.push("fetch");
    for (const name of ["", "/js", "/slim", "/iife", "/iife/js"]) await import("device-code-flow" + name);
    console.log(JSON.stringify(touched));`,
    { main: false },
  );
  assert.deepEqual(touched, []);
});
