// Cases of the suite that need a feature of fetch that old hosts lack. The library works there without it.

/** A request that was sent continues until the server or the browser ends it. The sign-in does not wait for it. */
export const impossibleWithoutAbort = [
  "a server that never answers is given up after system.requestTimeout, and asked again",
  "abort during a request rejects within 100 ms, and ends the request",
];

/** A body comes as a whole text. A text that is too long is refused after it has arrived. */
export const impossibleWithoutStreams = [
  "a body over 1 MiB is refused as it streams: the server cannot send it all",
  "a body over 1 MiB while polling is not read, and waited out",
];

/** Chromium and Firefox do not report unhandled rejections to a page from the disk, because they treat its scripts as cross-origin. */
export const impossibleFromDisk = ["no rejection is left unhandled, and one would be seen"];

/** Runs in which every application has a system.fetch. */
export const impossibleWithFetch = ["without fetch every call says so at once and names system.fetch"];
