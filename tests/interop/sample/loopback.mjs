// Sends every request of a process to the Entra test server on loopback, whatever its host: `node --import` this file, with the server's
// address in STANDIN.

const { fetch } = globalThis;

globalThis.fetch = (input, init = {}) => {
  const url = new URL(input);
  const headers = new Headers(init.headers);
  headers.set("x-original-origin", url.origin);
  return fetch(process.env.STANDIN + url.pathname + url.search, { ...init, headers });
};
