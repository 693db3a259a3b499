// Serves the files of the demo's page from the issuer's origin: the page, the library's package, and the QR code library.
// No other file of this folder is served.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";

/** Answers a request for a file of the page; resolves to false for any other. */
export async function answerSite(request, response) {
  if (request.method !== "GET") return false;
  const { pathname } = new URL(request.url, "http://any");
  // The issuer has a numeric address. A page opened under another name would have another origin, which the library refuses.
  const numeric = `127.0.0.1:${request.socket.localPort}`;
  if (pathname === "/" && request.headers.host !== numeric) {
    response.writeHead(307, { location: `http://${numeric}/` }).end();
    return true;
  }
  const file = fileFor(pathname);
  if (!file) return false;
  try {
    const bytes = await readFile(new URL(file, import.meta.url));
    response.writeHead(200, headersFor(file, bytes)).end(bytes);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EISDIR") throw error;
    response.writeHead(404, { "content-type": "text/plain" }).end(`no such file: ${pathname}\n`);
  }
  return true;
}

const pageFiles = ["index.html", "style.css", "device.js", "phone.js", "protocol-log.js"];

function fileFor(pathname) {
  if (pathname === "/") return "index.html";
  if (pathname === "/uqr.mjs") return "node_modules/uqr/dist/index.mjs";
  // URL has removed ".." from `pathname`, and it leaves percent-encoded characters as they are.
  if (pathname.startsWith("/device-code-flow/")) return `node_modules${pathname}`;
  return pageFiles.find((name) => pathname === `/${name}`);
}

const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

function headersFor(file, bytes) {
  const headers = { "content-type": types[extname(file)] ?? "application/octet-stream", "cache-control": "no-cache" };
  if (file === "index.html") headers["content-security-policy"] = policyFor(bytes.toString());
  return headers;
}

/** Allows only files of this origin, the import map as the only inline script, and WebAssembly. */
function policyFor(html) {
  const importMap = html.match(/<script type="importmap">([\s\S]*?)<\/script>/)[1];
  const hash = createHash("sha256").update(importMap).digest("base64");
  return `default-src 'self'; img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}'; frame-ancestors 'self'`;
}
