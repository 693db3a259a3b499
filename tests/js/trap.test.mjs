// A fault of the module itself: it becomes an error with a hint, and neither ends the process nor leaves a promise open.
//
// No input is known that makes the module trap. So the host's clock, which the module reads at every step, is made to:
// what the module calls then ends in a WebAssembly `unreachable`, as a panic of Rust code does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./program.mjs";

const trapping = `
  // (module (func (export "trap") unreachable))
  const bytes = [0,97,115,109,1,0,0,0, 1,4,1,96,0,0, 3,2,1,0, 7,8,1,4,116,114,97,112,0,0, 10,5,1,3,0,0,11];
  const { trap } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports;
  const { now } = Date;
  const hang = () => new Promise((_, reject) => setTimeout(reject, 3000, new Error("it hangs")).unref());
  const within = (promise) => Promise.race([promise, hang()]);
`;

test("a trap becomes internal_error for every call under way", () => {
  const errors = run(`${trapping}
    const [one, two] = [await app().startDeviceCode({ scopes: ["a"] }), await app().startDeviceCode({ scopes: ["a"] })];
    const failures = [failureOf(one.wait()), failureOf(two.wait())];
    await sleep(100);
    Date.now = trap;
    failures.push(failureOf(app().startDeviceCode({ scopes: ["a"] })));
    const errors = await within(Promise.all(failures));
    console.log(JSON.stringify(errors.map(told)));`);
  assert.equal(errors.length, 3);
  for (const { name, errorCode, hint, retryable, fault, cause } of errors) {
    assert.deepEqual([name, errorCode, retryable, fault, cause], ["AuthError", "internal_error", true, "library", "RuntimeError"]);
    assert.match(hint, /report/);
  }
});

test("after a trap the next sign-in works", () => {
  const token = run(`${trapping}
    const flow = await app().startDeviceCode({ scopes: ["a"] });
    Date.now = trap;
    await within(failureOf(flow.poll()));
    Date.now = now;
    const result = await app().acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    console.log(JSON.stringify(result.accessToken));`);
  assert.equal(token, "a token");
});

test("a flow that trapped while it waited does not hang when it is asked again", () => {
  const outcome = run(`${trapping}
    const flow = await app().startDeviceCode({ scopes: ["a"] });
    const failure = failureOf(flow.wait());
    await sleep(100);
    Date.now = trap;
    const { errorCode } = await within(failure);
    Date.now = now;
    const again = await within(flow.wait().then(() => "tokens", (error) => error.errorCode));
    console.log(JSON.stringify({ errorCode, again }));`);
  assert.equal(outcome.errorCode, "internal_error");
});

test("nor does one that trapped while it read an answer", () => {
  const outcome = run(`${trapping}
    // The module reads these headers where it cannot catch what is thrown.
    const trapped = async (url) => Object.defineProperty(await answer(url), "headers", { get: () => trap() });
    let fetch = answer;
    const flow = await app((...call) => fetch(...call)).startDeviceCode({ scopes: ["a"] });
    fetch = trapped;
    const { errorCode } = await within(failureOf(flow.wait()));
    fetch = answer;
    const again = await within(flow.wait().then(() => "tokens", (error) => error.errorCode));
    console.log(JSON.stringify({ errorCode, again }));`);
  assert.equal(outcome.errorCode, "internal_error");
});
