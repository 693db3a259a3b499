// The files of a folder from an origin of their own, for the pages of the tests.

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** Serves `folder` on loopback; what a page posts to /report goes to `tell`, line by line. */
export async function serve(folder, tell = () => {}) {
  const server = createServer(async (request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    const { pathname } = new URL(request.url, "http://page");
    if (pathname === "/report") {
      let body = "";
      for await (const piece of request.setEncoding("utf8")) body += piece;
      body.split("\n").forEach(tell);
      return response.end();
    }
    const file = join(folder, pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] || "application/octet-stream" }).end(readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, stop };
}
