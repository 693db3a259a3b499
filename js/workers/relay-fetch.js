// @ts-check
// relayFetch: a `system.fetch` that sends the two requests of the device code flow to a relay (relay.js).
//
// Other requests go to the provider itself, because every origin may read its metadata.

import { isLoopback, throwWrongArgument } from "./arguments.js";

const PATH = /^\/[^/]+\/oauth2\/v2\.0\/(devicecode|token)$/;

/**
 * @param {string} address of the relay, https. The relay sees codes and tokens, so it must be your own
 * @param {{ host?: string, fetch?: typeof fetch }} [options]
 * @returns {typeof fetch}
 */
export function relayFetch(address, options = {}) {
  const { host = "https://login.microsoftonline.com", fetch: ownFetch } = options;
  const relay = parseUrl(address);
  if (!relay || !isSecure(relay)) throwWrongArgument("address", "the https:// address of your relay");
  const provider = parseUrl(host);
  if (!provider) throwWrongArgument("options.host", "the address of a cloud");
  const relayAddress = relay.origin + relay.pathname.replace(/\/$/, "");
  return (input, init) => {
    const url = new URL(/** @type {string | URL} */ (input));
    const isRelayed = url.origin === provider.origin && PATH.test(url.pathname);
    return (ownFetch || fetch)(isRelayed ? relayAddress + url.pathname + url.search : input, init);
  };
}

/** @param {URL} url */
function isSecure({ protocol, hostname }) {
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

/**
 * @param {string} text
 * @returns {URL | undefined}
 */
function parseUrl(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
