// Every runtime of the matrix: those of `make test`, and many more that only `make test-matrix` has time for.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hosts as tested, process_, program } from "../runtime/hosts.mjs";
import { browsers } from "./browsers.mjs";
import { bundlers } from "./bundlers.mjs";
import { lowered, loweredModes, modes, policies, runPage } from "./pages.mjs";
import { denos } from "./registry.mjs";
import { workers } from "./workers.mjs";

const here = dirname(fileURLToPath(import.meta.url));
/** Node 18 and 24 are in `make test`. */
const node = (version) => join(here, [18, 24].includes(version) ? "../runtime" : ".", `node_modules/node-${version}/bin/node`);
const denoArgs = ["run", "--no-prompt", "--allow-net=127.0.0.1"];

/**
 * Name → a function that runs the suite in `project` and returns the version of the runtime. These are the hosts that this machine can run.
 * required.mjs lists the hosts that must be there.
 */
export const hosts = {
  ...nodes(),
  ...tested,
  "Node, slim": (...run) => process_(...run, process.execPath, ["slim.mjs"]),
  "Deno, js": (...run) => process_(...run, program("deno"), [...denoArgs, "javascript.mjs"]),
  "Bun, js": (...run) => process_(...run, program("bun"), ["javascript.mjs"]),
  "Bun, single-file binary": async (project, ...run) => {
    const elsewhere = mkdtempSync(join(tmpdir(), "device-code-flow-binary-"));
    process.once("exit", () => rmSync(elsewhere, { recursive: true, force: true }));
    // The binary runs in an empty folder: a file that it does not contain would be missing.
    const binary = join(elsewhere, "single-file");
    execFileSync(program("bun"), ["build", "--compile", "node.mjs", "--outfile", binary], { cwd: project, stdio: "ignore" });
    return process_(elsewhere, ...run, binary, [], { versioned: program("bun") });
  },
  ...denos,
  ...workers,
  ...pages(),
};

const works = new Map();

/** Files that several rows need in the project. The first row writes them, so that no row reads what another is writing. */
function once(name, work) {
  if (!works.has(name)) works.set(name, work());
  return works.get(name);
}

/** The oldest versions that the documentation names, by import and by require. Those without fetch get one as a global and as `system.fetch`. */
function nodes() {
  const all = {};
  for (const version of [12, 14, 16, 20, 22, 24, 26].filter((version) => existsSync(node(version)))) {
    for (const how of ["import", "require"].filter((how) => !tested[`Node ${version}, ${how}`])) {
      all[`Node ${version}, ${how}`] = async (project, ...run) => {
        if (version >= 18) return process_(project, ...run, node(version), [how === "import" ? "node.mjs" : "node.cjs"]);
        return process_(project, ...run, node(version), [await oldNode(project, "old-node"), how]);
      };
    }
    if (version >= 18) continue;
    all[`Node ${version}, only system.fetch`] = async (project, ...run) => {
      const file = await oldNode(project, "old-node-bare", { inject: [join(here, "runners/old-node-globals.mjs")] });
      return process_(project, ...run, node(version), [file]);
    };
  }
  return all;
}

/** The file of a runner for an old Node. */
async function oldNode(project, runner, options) {
  const file = `${runner}.cjs`;
  const target = { format: "cjs", platform: "node", target: "node12.20" };
  await once(runner, () => lowered(`${runner}.mjs`, join(project, file), { ...target, ...options }));
  return file;
}

function pages() {
  const all = {};
  for (const browser of Object.keys(browsers).filter((name) => browsers[name])) {
    const own = Number(browser.split(" ")[1]) < 64 ? loweredModes : modes;
    for (const mode of Object.keys(own)) {
      all[`${browser}, ${mode}`] = (project, servers, print) => runPage(project, servers, print, browser, own[mode]);
    }
  }
  for (const [policy, { file, browsers: those }] of Object.entries(policies)) {
    for (const browser of those.filter((name) => browsers[name])) {
      all[`${browser}, ${policy}`] = (project, servers, print) => runPage(project, servers, print, browser, { file });
    }
  }
  for (const [bundler, write] of Object.entries(bundlers)) {
    for (const browser of ["Chromium 64", "Chromium, newest"].filter((name) => browsers[name])) {
      all[`${browser}, bundle by ${bundler}`] = async (project, servers, print) => {
        await once(bundler, () => write(project));
        return runPage(project, servers, print, browser, { file: `${bundler}.html` });
      };
    }
  }
  return all;
}
