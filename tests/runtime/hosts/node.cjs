// Node, by require. How to start and how to report, nothing else.
const library = require("device-code-flow");

import("./suite.mjs")
  .then(({ runSuite }) => runSuite(library, JSON.parse(process.argv[2]), console.log))
  .then((failed) => process.exit(failed ? 1 : 0));
