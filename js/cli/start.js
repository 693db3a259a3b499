#!/usr/bin/env node
// @ts-check
// The program that npm starts. It checks the version of Node and then loads the command (main.js).
//
// This file must be readable for every Node since 12. An older Node that read main.js would end in a SyntaxError, which names
// neither the command nor the version that is needed.

const [major, minor] = process.versions.node.split(".").map(Number);

// util.parseArgs came with Node 18.3, fetch a little earlier.
if (major > 18 || (major === 18 && minor >= 3)) {
  // @ts-ignore The build makes command.mjs of main.js.
  import("./command.mjs");
} else {
  console.error(`The command needs Node 18.3 or newer, and this is Node ${process.versions.node}. Programs can use the library in Node 12.`);
  process.exitCode = 2;
}
