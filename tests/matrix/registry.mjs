// Deno as its documentation describes: `npm:device-code-flow`, and the bare name after `deno add`, in a folder without Node's files. Both use
// a package registry; this one has the tarball only.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { process_, program } from "../runtime/hosts.mjs";
import { tarballOf, top } from "../runtime/project.mjs";

const NAME = "device-code-flow";
// Deno refuses a package that was published a moment ago.
const LONG_AGO = "2020-01-01T00:00:00.000Z";

/** The answer of npm's registry about a package with one version. */
async function startRegistry() {
  const { file, version } = tarballOf();
  const bytes = readFileSync(file);
  const manifest = JSON.parse(readFileSync(join(top, "dist/package/package.json"), "utf8"));
  const server = createServer((request, response) => {
    const origin = `http://${request.headers.host}`;
    if (request.url === `/${NAME}.tgz`) return response.end(bytes);
    if (request.url !== `/${NAME}`) return response.writeHead(404).end();
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const versions = { [version]: { ...manifest, dist: { tarball: `${origin}/${NAME}.tgz`, integrity } } };
    const times = { created: LONG_AGO, modified: LONG_AGO, [version]: LONG_AGO };
    response.end(JSON.stringify({ name: NAME, "dist-tags": { latest: version }, versions, time: times }));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${server.address().port}/`, stop };
}

/** The suite in a folder that has nothing else. `prepare(folder, env)` does what a user would do. */
async function deno(project, servers, print, prepare) {
  const registry = await startRegistry();
  const folder = mkdtempSync(join(tmpdir(), "device-code-flow-deno-"));
  const env = { NPM_CONFIG_REGISTRY: registry.address, DENO_DIR: join(folder, "cache"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  try {
    const files = ["suite.mjs", "tools.mjs", "cases", "deno.mjs"];
    for (const name of files) cpSync(join(project, name), join(folder, name), { recursive: true });
    await prepare(folder, { ...process.env, ...env });
    const args = ["run", "--no-prompt", "--allow-net=127.0.0.1", "deno.mjs"];
    return await process_(folder, servers, print, program("deno"), args, { env });
  } finally {
    registry.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Name → as in hosts.mjs. */
export const denos = {
  "Deno, npm: specifier": (...run) =>
    deno(...run, (folder) => {
      const file = join(folder, "deno.mjs");
      writeFileSync(file, readFileSync(file, "utf8").replace(`from "${NAME}"`, `from "npm:${NAME}"`));
    }),
  "Deno, deno add": (...run) =>
    deno(...run, (folder, env) => promisify(execFile)(program("deno"), ["add", `npm:${NAME}`], { cwd: folder, env })),
};
