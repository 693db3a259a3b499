// Which cases of the suite need something of fetch that old ones have not. The library works there without it.

/** A request, once sent, goes on until the server or the browser ends it; the sign-in does not wait for it. */
export const impossibleWithoutAbort = [
  "a server that never answers is given up after system.requestTimeout, and asked again",
  "abort during a request rejects within 100 ms, and ends the request",
];

/** A body comes as a whole text: one that is too long is refused after it has come. */
export const impossibleWithoutStreams = [
  "a body over 1 MiB is refused as it streams: the server cannot send it all",
  "a body over 1 MiB while polling is not read, and waited out",
];

/** Chromium and Firefox tell no page from the disk of its unhandled rejections: its scripts count as somebody else's. */
export const impossibleFromDisk = ["no rejection is left unhandled, and one would be seen"];

/** Where every application of the run is given a fetch. */
export const impossibleWithFetch = ["without fetch every call says so at once and names system.fetch"];
