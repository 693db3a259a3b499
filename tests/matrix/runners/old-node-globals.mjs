// What the suite itself takes for globals and an old Node has not: esbuild puts these in where the names stand, and the host gets none.
export { AbortController } from "abort-controller/dist/abort-controller.js";
export { default as fetch, Headers, Response } from "node-fetch";
