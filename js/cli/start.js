#!/usr/bin/env node
// What is run: the command of main.js, where this Node can read it.
//
// In words that every Node since 12 has, and by `import` alone: one that is older than the command's syntax would end in a
// SyntaxError that names neither the command nor what to do.

const [major, minor] = process.versions.node.split(".").map(Number);

// util.parseArgs came with 18.3, fetch a little before.
if (major > 18 || (major === 18 && minor >= 3)) import("./command.mjs");
else {
  console.error(`The command needs Node 18.3 or newer, and this is Node ${process.versions.node}. Programs can use the library in Node 12.`);
  process.exitCode = 2;
}
