// The classic scripts: they export nothing and leave one global.
//
// The library by its path: this folder has a package.json of its own, so a linked package would not be found by its name.

declare global {
  /** What `import * as deviceCodeFlow from "device-code-flow"` would be. */
  var deviceCodeFlow: typeof import("../index.cjs");
}
export {};
