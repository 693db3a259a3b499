// Runs the suite in every runtime there is a way to run here: `node tests/matrix/run.mjs [host…]`, after `make package`.
//
// A host is named by a part of its name. The table of a whole run is left in target/matrix.json; docs/runtimes.md is made of it. What
// required.mjs lists and this machine has not is a row that has failed.

import { join } from "node:path";
import { top } from "../runtime/project.mjs";
import { runHosts } from "../runtime/runner.mjs";
import { hosts } from "./hosts.mjs";
import { writePages } from "./pages.mjs";
import { missingFrom } from "./required.mjs";

const notHere = () => {
  throw new Error("it is not on this machine, and tests/matrix/required.mjs wants it run");
};
const missing = Object.fromEntries(missingFrom(Object.keys(hosts)).map((name) => [name, notHere]));

await runHosts({ ...hosts, ...missing }, process.argv.slice(2), join(top, "target/matrix.json"), { prepare: writePages });
