// Finds a Chromium on this machine and opens it for a test or a picture. Nothing is downloaded, because playwright-core
// comes without browsers.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

export function openBrowser() {
  return chromium.launch({ executablePath: findChromium(), args });
}

// Containers run tests as root, for which the sandbox does not start. The other flags prevent requests to the vendor.
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const candidates = process.env.PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = candidates.find(isExecutable);
  if (!found) throw new Error(`no browser: put one of ${names.join(", ")} on the PATH, or its path into CHROMIUM`);
  return found;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
