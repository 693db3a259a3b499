// Brings every request of a process to the stand-in of Entra on loopback, whatever host it is for: `node --import` this, with
// the stand-in's address in STANDIN.

const { fetch } = globalThis;

globalThis.fetch = (input, init = {}) => {
  const url = new URL(input);
  const headers = new Headers(init.headers);
  headers.set("x-original-origin", url.origin);
  return fetch(process.env.STANDIN + url.pathname + url.search, { ...init, headers });
};
