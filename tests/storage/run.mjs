// Runs the cases in every engine and prints which passed: `node tests/storage/run.mjs [engine…]`, after `make package`.
//
// An argument selects engines by a part of their name. An engine that ran no case has failed.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openPage } from "../runtime/hosts.mjs";
import { denoWithKv, emptyFolder, enginesWithFiles, storageProject } from "./project.mjs";
import { startWorker } from "./workers.mjs";

const PATIENCE = 240_000;
const project = storageProject();
const folder = emptyFolder();

const engines = {
  ...Object.fromEntries(Object.entries(enginesWithFiles(folder)).map(([name, command]) => [`${name}, files`, files(name, command)])),
  "Deno, KV": (print) => lines([...denoWithKv, "deno-kv.mjs", folder], print),
  "workerd, KV": worker("kv"),
  "workerd, Durable Object on keys": worker("cases?objects=KEYS&name=on+keys"),
  "workerd, Durable Object on tables": worker("cases?objects=TABLES&name=on+tables"),
  "Chromium, web storage": page,
};

const asked = process.argv.slice(2).map((name) => name.toLowerCase());
const names = Object.keys(engines).filter((name) => !asked.length || asked.some((part) => name.toLowerCase().includes(part)));
const total = { passed: 0, failed: 0 };
for (const name of names) {
  const count = { passed: 0, failed: 0 };
  const print = (line) => {
    const found = line.match(/^(\d+) passed, (\d+) failed$/);
    if (!found) return console.log(`${name} | ${line}`);
    count.passed += Number(found[1]);
    count.failed += Number(found[2]);
  };
  await engines[name](print).catch((error) => print(error.stack));
  if (!count.passed) count.failed += 1;
  console.log(`${name}: ${count.passed} ok, ${count.failed} not ok\n`);
  total.passed += count.passed;
  total.failed += count.failed;
}
if (!names.length) total.failed = 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed ? 1 : 0);

function files(name, command) {
  return (print) => {
    const own = join(folder, name);
    mkdirSync(own);
    return lines([...command, "files.mjs", own], print);
  };
}

function lines([program, ...arguments_], print) {
  const child = spawn(program, arguments_, { cwd: project, env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" }, timeout: PATIENCE, killSignal: "SIGKILL" });
  createInterface({ input: child.stdout }).on("line", print);
  createInterface({ input: child.stderr }).on("line", print);
  return new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
}

function worker(address) {
  return async (print) => {
    const miniflare = await startWorker(project, join(folder, "cloudflare"));
    try {
      const answer = await miniflare.dispatchFetch(`http://worker/${address}`);
      (await answer.text()).split("\n").filter(Boolean).forEach(print);
    } finally {
      await miniflare.dispose();
    }
  };
}

async function page(print) {
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  const { stop } = await openPage(project, "page.html", (tab) => {
    tab.on("pageerror", (error) => print(`page error: ${error.stack}`));
    tab.on("console", (message) => {
      if (message.type() !== "log") return;
      message.text().split("\n").forEach(print);
      if (/^\d+ passed, \d+ failed$/.test(message.text())) finish();
    });
  });
  await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())]);
  await stop();
}
