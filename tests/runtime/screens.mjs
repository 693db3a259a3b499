// The example applications on a screen: assembled from the installed tarball, with the reader's settings, opened from the disk as their
// shells do it, and used by a person who has only a remote control. The caller chooses the browser.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { assemble } from "../../examples/assemble.mjs";
import { drive } from "../support/authorization-server.mjs";
import { installedProject } from "./project.mjs";

const library = join(installedProject(), "node_modules/device-code-flow");
const folders = mkdtempSync(join(tmpdir(), "device-code-flow-examples-"));
process.on("exit", () => rmSync(folders, { recursive: true, force: true }));

/** A new folder with all three. It is removed when the process ends. */
export const assembled = () => assemble(mkdtempSync(join(folders, "some-")), library);

/**
 * Opens the page of `application` for the issuer in the page of a browser (support/devtools.mjs). `errors` collects the page's errors.
 * `prepare(folder)` changes the files first.
 */
export async function showScreen(page, application, auth, { width = 1280, height = 720, prepare = () => {} } = {}) {
  const folder = join(assembled(), application);
  const settings = readFileSync(join(folder, "settings.js"), "utf8");
  const own = settings.replace("YOUR-CLIENT-ID", auth.clientId).replace("https://login.example.com", auth.issuer);
  writeFileSync(join(folder, "settings.js"), own);
  prepare(folder);
  const errors = [];
  const failed = ({ exceptionDetails: { text, exception } }) => errors.push(text + (exception?.description ?? ""));
  page.on("Runtime.exceptionThrown", failed);
  await page.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false, fitWindow: false });
  await page.send("Page.navigate", { url: pathToFileURL(join(folder, "index.html")).href });
  const view = (name) => {
    const shown = `document.getElementById("screen") && document.getElementById("screen").dataset.view === ${JSON.stringify(name)}`;
    return page.until(shown, `the view ${name}`);
  };
  const text = (id) => page.evaluate(`document.getElementById(${JSON.stringify(id)}).textContent`);
  return { ...page, application, view, text, errors };
}

/** A person uses every key and signs in. `look(name)` is called at each view. */
export async function usedByAPerson(screen, server, look = () => {}) {
  await screen.view("code");
  assert.match(await screen.text("left"), /^\d+:\d\d$/);
  assert.ok(await screen.until(`document.getElementById("qr").naturalWidth > 20`));
  assert.deepEqual(await screen.evaluate(LAYOUT), []);
  await look("code");
  await (screen.application === "kiosk" ? keyboard(screen) : remoteControl(screen));
  await drive(server, { userCode: (await screen.text("code")).replace(" ", ""), login: "alice" });
  await screen.view("done");
  assert.match(await screen.text("title"), /Alice Ardent/);
  await look("done");
  assert.deepEqual(screen.errors, []);
}

/** Arrows move the focus and stop at the ends, OK presses, Back leaves, each in its platform's way. */
async function remoteControl(screen) {
  const moves = [["ArrowLeft", 37, "again"], ["ArrowRight", 39, "leave"], ["ArrowRight", 39, "leave"], ["ArrowLeft", 37, "again"]];
  moves.push(["ArrowDown", 40, "leave"], ["ArrowUp", 38, "again"]);
  await focused(screen, "again");
  for (const [key, keyCode, place] of moves) {
    await screen.press(key, keyCode);
    await focused(screen, place);
  }
  await newCode(screen);
  await watchLeaving(screen);
  // On a computer, where neither platform is there, it is a key of the keyboard.
  await leaves(screen, "Escape", 27, "window");
  await screen.evaluate(`window.tizen = { application: { getCurrentApplication: () => ({ exit() { left.push("tizen") } }) } }, 0`);
  await leaves(screen, "XF86Back", 10009, "tizen");
  await screen.evaluate(`window.webOS = { platformBack() { left.push("webOS") } }, 0`);
  await leaves(screen, "GoBack", 461, "webOS");
  await screen.press("ArrowRight", 39);
  await leaves(screen, "Enter", 13, "webOS");
  await screen.press("ArrowLeft", 37);
}

/** A kiosk has a keyboard, or nothing. */
async function keyboard(screen) {
  await focused(screen, "again");
  await newCode(screen);
  await watchLeaving(screen);
  await leaves(screen, "Escape", 27, "window");
}

/** Old engines report that a key was sent, not that the page has received it. */
const focused = (screen, id) => screen.until(`document.activeElement.id === ${JSON.stringify(id)}`, `the focus on ${id}`);

/** OK on the first button. */
async function newCode(screen) {
  const before = await screen.text("code");
  await screen.press("Enter", 13);
  await screen.until(`document.getElementById("code").textContent !== ${JSON.stringify(before)}`, "another code");
  await screen.view("code");
}

/** No page can close the browser that a test has opened. `left` records how the page tried. */
const watchLeaving = (screen) => screen.evaluate(`window.left = [], window.close = () => left.push("window"), 0`);

async function leaves(screen, key, keyCode, way) {
  await screen.evaluate("left.length = 0");
  await screen.press(key, keyCode);
  await screen.until("left.length", `${key} to leave`);
  assert.deepEqual(await screen.evaluate("left"), [way], `what ${key} leaves by`);
}

/** Nothing is cut off, nothing is in the edge that televisions hide, and letters can be read from three metres, those of the code first. */
export const LAYOUT = `(() => {
  const problems = [];
  const size = (id) => parseFloat(getComputedStyle(document.getElementById(id)).fontSize);
  if (size("code") < size("address")) problems.push("the code is smaller than the address");
  for (const element of document.querySelectorAll("h1, #lead, li, strong, #code, #qr, figcaption, #state, #left, button")) {
    const { left, top, right, bottom, width } = element.getBoundingClientRect();
    if (!width || !element.textContent && element.id !== "qr") continue;
    const name = element.id || element.tagName;
    const isAtSide = left < innerWidth * .045 || right > innerWidth * .955;
    if (isAtSide || top < innerHeight * .045 || bottom > innerHeight * .955) problems.push(name + " is at the edge");
    if (parseFloat(getComputedStyle(element).fontSize) < innerHeight * .024) problems.push(name + " is too small");
    if (element.scrollWidth > element.clientWidth + 1 && element.id === "code") problems.push("the code is cut off");
  }
  const { scrollHeight, scrollWidth } = document.documentElement;
  if (scrollHeight > innerHeight || scrollWidth > innerWidth) problems.push("it scrolls");
  return problems;
})()`;
