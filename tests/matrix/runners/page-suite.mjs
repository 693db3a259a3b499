// The suite as a classic script, for engines of every age. The addresses of the servers and of the report are behind the # of the page's
// address.
import "./old.mjs";
import { impossibleFromDisk, impossibleWithoutAbort } from "./impossible.mjs";
import { runSuite } from "../../runtime/suite.mjs";

const { report, ...servers } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
// Chromium before 66 cannot abort a request.
const impossible = "signal" in Request.prototype ? [] : [...impossibleWithoutAbort];
if (location.protocol === "file:" && /Chrome\/|Firefox\//.test(navigator.userAgent)) impossible.push(...impossibleFromDisk);
let sent = Promise.resolve();
const print = (line) => (sent = sent.then(() => fetch(report, { method: "POST", body: line })));

self.addEventListener("error", ({ message, filename }) => print(`page error: ${message} (${filename})`));
self.start = (library, options) => print(`user agent: ${navigator.userAgent}`).then(() => runSuite(library, servers, print, { impossible, ...options }));
