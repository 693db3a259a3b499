// What the suite itself is written with and old engines lack: signals that say why. Loaded before it, and not for the library's
// sake: that has to do without.
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
