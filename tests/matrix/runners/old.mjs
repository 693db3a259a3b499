// What the suite itself needs and old engines lack: abort signals with a reason. It is loaded before the suite. The library works without
// it.
import Polyfill from "abort-controller/dist/abort-controller.js";

const host = typeof self === "undefined" ? globalThis : self;
if (!host.AbortController) host.AbortController = Polyfill;
if (!("reason" in AbortController.prototype) && !("reason" in new AbortController().signal)) {
  const { abort } = AbortController.prototype;
  AbortController.prototype.abort = function (reason) {
    if (!this.signal.aborted) this.signal.reason = reason === undefined ? abortError() : reason;
    abort.call(this);
  };
}
function abortError() {
  return Object.assign(new Error("This operation was aborted"), { name: "AbortError" });
}
if (!host.btoa) host.btoa = (text) => Buffer.from(text, "latin1").toString("base64");
if (!Object.fromEntries) {
  Object.fromEntries = (entries) => {
    const object = {};
    for (const [name, value] of entries) object[name] = value;
    return object;
  };
}
// Engines from before 2018.
if (!Symbol.asyncIterator) Symbol.asyncIterator = Symbol.for("Symbol.asyncIterator");
if (typeof URLSearchParams !== "undefined" && String(new URLSearchParams({ a: "b" })) !== "a=b") {
  const Native = URLSearchParams;
  const form = (fields) => Object.entries(fields).map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
  host.URLSearchParams = function (init) {
    return new Native(init && typeof init === "object" && !(init instanceof Native) ? form(init) : init);
  };
  host.URLSearchParams.prototype = Native.prototype;
  // A Response that a script makes has a text there, and a stream that yields nothing.
  const { Response } = host;
  host.Response = function (body, init) {
    return Object.defineProperty(new Response(body, init), "body", { value: null });
  };
  host.Response.prototype = Response.prototype;
}
