// Tests the demo in a real browser: the page opens, the phone's buttons are pressed, and the device must show the result.
// Also tests person.mjs, which the tests of other runtimes use.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startAuthorizationServer } from "./authorization-server.mjs";
import { openBrowser } from "./browser.mjs";
import { people } from "./people.mjs";
import { answerSite } from "./site.mjs";

let server;
let browser;
before(async () => {
  // One second between polls instead of five, because the tests check the screens and not the interval.
  server = await startAuthorizationServer({ handle: answerSite, drive: true, interval: 1 });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("the device shows who signed in on the phone", async (t) => {
  const { page, phone, press } = await openDemo(t);
  await press("Yes, that is my device");
  await press("Alice Ardent");
  await press("Allow");
  await phone.getByRole("heading", { name: "You are signed in" }).waitFor();
  await page.getByText("Signed in as", { exact: true }).waitFor();
  assert.equal(await page.locator("#name").textContent(), "Alice Ardent");
  assert.equal(await page.locator("#mail").textContent(), "alice@example.com");
  for (const time of [page.locator("#token-until"), page.locator("#log time").first()]) assert.match(await time.textContent(), /^\d\d:\d\d:\d\d$/);
  assert.match(await page.locator("#log").textContent(), /POST \/token.*200 OK/);
});

test("the letter beside a name is a whole one, in whatever script", async (t) => {
  people.push({ login: "yoshinoya", name: "𠮷野家 太郎", email: "taro@example.com" });
  t.after(() => people.pop());
  const { page } = await openDemo(t);
  await drive({ user_code: await page.locator("#code").textContent(), login: "yoshinoya", action: "approve" });
  await page.getByText("Signed in as", { exact: true }).waitFor();
  assert.equal(await page.locator("#face").textContent(), "𠮷");
});

test("a refusal on the phone is told on the device, and a new code works for another person", async (t) => {
  const { page, press } = await openDemo(t);
  const firstCode = await page.locator("#code").textContent();
  await press("Yes, that is my device");
  await press("Alice Ardent");
  await press("Deny");
  const newCode = page.getByRole("button", { name: "New code" });
  await newCode.waitFor();
  assert.equal(await page.locator("#problem-title").textContent(), "You said no");
  assert.notEqual(await page.locator("#problem-hint").textContent(), "");
  assert.equal((await page.locator("#log").textContent()).match(/rejected with .*/)[0].split("access_denied").length, 2, "the code, once");

  await newCode.click();
  await press("Yes, that is my device");
  assert.notEqual(await page.locator("#code").textContent(), firstCode);
  await press("Bilal Okafor");
  await press("Allow");
  await page.getByText("Signed in as", { exact: true }).waitFor();
  assert.equal(await page.locator("#name").textContent(), "Bilal Okafor");
});

test("the code can be typed, and a wrong one is refused without ending the sign-in", async (t) => {
  const { page, phone, press } = await openDemo(t);
  await page.getByLabel("typing").check();
  const field = phone.getByRole("textbox", { name: "Code" });
  await field.fill("AAAA-AAAA");
  await press("Continue");
  await phone.getByText("No device shows that code").waitFor();
  await field.fill((await page.locator("#code").textContent()).toLowerCase());
  await press("Continue");
  await press("Yes, that is my device");
  await press("Chiara Rossi");
  await press("Allow");
  await page.getByText("Signed in as", { exact: true }).waitFor();
  assert.equal(await page.locator("#name").textContent(), "Chiara Rossi");
});

test("cancelling stops the polls at once", async (t) => {
  const { page } = await openDemo(t);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled", { exact: true }).waitFor();
  let requests = 0;
  page.on("request", () => (requests += 1));
  await page.waitForTimeout(2500);
  assert.equal(requests, 0);
});

test("a code that nobody used is shown as expired, on time", async (t) => {
  const brief = await startAuthorizationServer({ handle: answerSite, interval: 1, codeLifetime: 3 });
  t.after(brief.stop);
  const { page } = await openDemo(t, brief);
  await page.getByText("The code has expired", { exact: true }).waitFor({ timeout: 6000 });
  await page.getByRole("button", { name: "New code" }).waitFor();
});

test("the page is sent to the issuer's own address, and nothing else of its folder is served", async () => {
  const { port } = new URL(server.issuer);
  const byName = await fetch(`http://localhost:${port}/`, { redirect: "manual" });
  assert.equal(byName.headers.get("location"), `${server.issuer}/`);
  for (const path of ["/server.mjs", "/package.json", "/node_modules/uqr/package.json", "/device-code-flow/%2e%2e/uqr/package.json"]) {
    assert.equal((await fetch(server.issuer + path)).status, 404, path);
  }
});

const windows = process.platform === "win32" && "its shell is another";
test("the command that the demo prints for a terminal asks for a code, in whatever folder it is typed", { skip: windows }, async (t) => {
  const program = fileURLToPath(new URL("server.mjs", import.meta.url));
  const demo = started(t, process.execPath, [program], { env: { ...process.env, PORT: String(new URL(server.issuer).port) } });
  const [, command] = await demo.says(/Terminal +(\S.*)/);
  const terminal = started(t, "sh", ["-c", `exec ${command}`], { cwd: tmpdir() });
  await terminal.says(/enter the code \S+/);
});

test("the person without a browser approves and denies", async () => {
  const approved = await drive({ user_code: await newUserCode(), login: "bilal", action: "approve" });
  assert.equal(approved.outcome, "approved");
  const denied = await drive({ user_code: await newUserCode(), action: "deny" });
  assert.equal(denied.outcome, "refused");
  assert.match((await drive({ user_code: "AAAA-AAAA", action: "approve" })).error, /No device shows that code/);
});

/** A new page whose device shows a code, and a function that presses the phone's buttons. All files come from the issuer. */
async function openDemo(t, { issuer } = server) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (error) => t.diagnostic(`the page threw ${error}`));
  const strangers = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(issuer) && !url.startsWith("data:")) strangers.push(url);
  });
  t.after(() => assert.deepEqual(strangers, []));
  await page.goto(issuer);
  const phone = page.frameLocator("#phone");
  const press = (name) => phone.getByRole("button", { name }).click();
  await phone.getByRole("heading", { name: "Is this your code?" }).waitFor();
  return { page, phone, press };
}

async function newUserCode() {
  const body = new URLSearchParams({ client_id: server.clientId, scope: "openid" });
  const answer = await fetch(`${server.issuer}/device/auth`, { method: "POST", body });
  return (await answer.json()).user_code;
}

async function drive(person) {
  return (await fetch(`${server.issuer}/drive?${new URLSearchParams(person)}`)).json();
}

/** A program that runs until the test ends; `says(pattern)` waits until its output matches. */
function started(t, binary, args, options) {
  // A process group of its own, because npx starts other processes.
  const child = spawn(binary, args, { ...options, detached: true });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (piece) => (said += piece));
  const closed = once(child, "close");
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, "SIGTERM");
    await closed;
  });
  const says = async (pattern) => {
    for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((next) => setTimeout(next, 50))) {
      const found = said.match(pattern);
      if (found) return found;
    }
    throw new Error(`waited for ${pattern}: ${said}`);
  };
  return { says };
}
