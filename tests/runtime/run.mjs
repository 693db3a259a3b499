// Runs the suite in every runtime and prints which passed: `node tests/runtime/run.mjs [host…]`, after `make package`.
//
// An argument selects hosts by a part of their name ("deno", "node 18"). The results go to target/runtime-matrix.json, from which the
// README's table of runtimes is made. tests/matrix has more runtimes, including old ones.

import { join } from "node:path";
import { hosts } from "./hosts.mjs";
import { top } from "./project.mjs";
import { runHosts } from "./runner.mjs";

await runHosts(hosts, process.argv.slice(2), join(top, "target/runtime-matrix.json"));
