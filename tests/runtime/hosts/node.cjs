// Runs the suite in Node, by require.
const library = require("device-code-flow");

import("./suite.mjs")
  .then(({ runSuite }) => runSuite(library, JSON.parse(process.argv[2]), console.log))
  .then((failed) => process.exit(failed ? 1 : 0));
