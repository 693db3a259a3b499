// Runs the suite in every runtime there is a way to run here: `node tests/matrix/run.mjs [host…]`, after `make package`.
//
// A host is named by a part of its name. The table of a whole run is left in target/matrix.json; docs/runtimes.md is made of it.

import { join } from "node:path";
import { top } from "../runtime/project.mjs";
import { runHosts } from "../runtime/runner.mjs";
import { hosts } from "./hosts.mjs";
import { writePages } from "./pages.mjs";

// A row takes half a minute and hardly a few seconds of a processor: it waits, as people do who sign in.
const atOnce = 4;

await runHosts(hosts, process.argv.slice(2), join(top, "target/matrix.json"), { prepare: writePages, atOnce });
