// Globals that the suite uses and an old Node lacks. esbuild inserts them where the names are used; the host does not get them.
export { AbortController } from "abort-controller/dist/abort-controller.js";
export { default as fetch, Headers, Response } from "node-fetch";
