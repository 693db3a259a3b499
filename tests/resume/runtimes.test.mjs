// A flow that one runtime has saved continues in any other: one sign-in, passed from each runtime to the next.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installedProject } from "../runtime/project.mjs";
import { drive, startTestServer } from "../support/authorization-server.mjs";
import { deployable, project, running } from "../workers/worker.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const runtimes = join(here, "../runtime/node_modules");
const node = (version) => [join(runtimes, `node-${version}/bin/node`)];
const legs = [[process.execPath], [join(runtimes, ".bin/deno"), "run", "--no-prompt", "--allow-net=127.0.0.1"], node(18), [join(runtimes, ".bin/bun")], node(24)];
const FLOW = "passed-on";

test("Node, Deno, Bun and workerd pass one sign-in to each other", async (context) => {
  const server = await startTestServer();
  const folder = installedProject();
  cpSync(join(here, "leg.mjs"), join(folder, "leg.mjs"));
  const vars = { CLIENT_ID: server.clientId, AUTHORITY: server.issuer };
  const { worker } = await running(deployable(project("tests/workers/programs")), { vars });
  context.after(async () => {
    server.stop();
    await worker.dispose();
  });
  const run = async ([binary, ...args], given) => {
    const settings = JSON.stringify({ authority: server.issuer, clientId: server.clientId, ...given });
    const { stdout } = await promisify(execFile)(binary, [...args, "leg.mjs", settings], { cwd: folder, timeout: 30_000 });
    return JSON.parse(stdout);
  };

  let text, userCode;
  const there = legs.filter(([binary]) => existsSync(binary));
  assert.ok(there.length >= 3, "Node, Deno and Bun at least");
  for (const leg of there) {
    const before = text && JSON.parse(text);
    ({ text, userCode = userCode } = await run(leg, { text }));
    if (before) assert.deepEqual([JSON.parse(text).polls, JSON.parse(text).revision], [before.polls + 1, before.revision + 2], leg[0]);
  }
  // workerd reads it from a store and writes it back.
  const database = await worker.getD1Database("DB");
  await (await worker.dispatchFetch(`http://worker/d1/status/nobody`)).json();
  await database.prepare("INSERT INTO device_code_sign_ins (key, text) VALUES (?1, ?2)").bind(FLOW, text).run();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const step = await (await worker.dispatchFetch(`http://worker/d1/step/${encodeURIComponent(FLOW)}`)).json();
  assert.deepEqual([step.status, step.userCode], ["pending", userCode], JSON.stringify(step));
  const { results } = await database.prepare("SELECT text FROM device_code_sign_ins WHERE key = ?1").bind(FLOW).all();
  assert.equal(JSON.parse(results[0].text).polls, JSON.parse(text).polls + 1);
  await drive(server, { userCode });
  assert.deepEqual(await run([process.execPath], { text: results[0].text, last: true }), { username: "alice@example.com" });
});
