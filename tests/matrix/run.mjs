// Runs the suite in every runtime that this machine can run: `node tests/matrix/run.mjs [host…]`, after `make package`.
//
// An argument selects hosts by a part of their name. The results of a whole run go to target/matrix.json, from which docs/runtimes.md is
// made. A host of required.mjs that this machine does not have is a failed row.

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
