// The classic scripts: they export nothing and leave one global.

declare global {
  /** What `import * as deviceCodeFlow from "device-code-flow"` would be. */
  var deviceCodeFlow: typeof import("device-code-flow");
}
export {};
