// The client's side of the relay: a `system.fetch` that sends the two requests of the device code flow there.
//
// Not for anything else: metadata comes from the provider itself, which allows every origin to read it.

import { wrong } from "./arguments.js";

const PATH = /^\/[^/]+\/oauth2\/v2\.0\/(devicecode|token)$/;

/** A fetch that asks the relay at `address` (https) in place of `host`. The relay sees codes and tokens: it must be yours. */
export function relayFetch(address, { host = "https://login.microsoftonline.com", fetch: own } = {}) {
  const { protocol, hostname, origin, pathname } = url(address) || {};
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && loopback)) wrong("address", "the https:// address of your relay");
  const relay = origin + pathname.replace(/\/$/, "");
  const { origin: upstream } = url(host) || wrong("options.host", "the address of a cloud");
  return (url, init) => {
    const wanted = new URL(url);
    const passes = wanted.origin === upstream && PATH.test(wanted.pathname);
    return (own || fetch)(passes ? relay + wanted.pathname + wanted.search : url, init);
  };
}

function url(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
