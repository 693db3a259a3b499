// Writes the README's picture of the demo: the device waiting, the phone asking. `node picture.mjs FILE.png`.
// It uses the demo's usual port, so that the picture shows the addresses that a reader will see.

import { startAuthorizationServer } from "./authorization-server.mjs";
import { openBrowser } from "./browser.mjs";
import { answerSite } from "./site.mjs";

const [file] = process.argv.slice(2);
if (!file) throw new Error("usage: node picture.mjs FILE.png");

const server = await startAuthorizationServer({ port: 8628, handle: answerSite });
const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
await page.goto(server.issuer);
const phone = page.frameLocator("#phone");
await phone.getByRole("button", { name: "Yes, that is my device" }).waitFor();
// The log then shows the first poll and its answer.
await page.locator("#log").getByText("authorization_pending").waitFor();
await page.screenshot({ path: file });
await browser.close();
await server.stop();
console.log(file);
