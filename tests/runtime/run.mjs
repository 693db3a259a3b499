// Runs the suite in every runtime and says which passed: `node tests/runtime/run.mjs [host…]`, after `make package`.
//
// A host is named by a part of its name ("deno", "node 18"). The table of what ran is left in target/runtime-matrix.json,
// from which the README's table of runtimes is made. More runtimes, the old ones among them: tests/matrix.

import { join } from "node:path";
import { hosts } from "./hosts.mjs";
import { top } from "./project.mjs";
import { runHosts } from "./runner.mjs";

await runHosts(hosts, process.argv.slice(2), join(top, "target/runtime-matrix.json"));
