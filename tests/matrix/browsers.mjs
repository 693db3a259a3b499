// Browsers by age: Chromium as old as televisions, from npm, and older ones in the QtWebEngine of PyPI's wheels (`make test-matrix` installs
// them in target/webengine); Firefox and WebKitGTK, from the system.
//
// A browser gets an address and nothing else. The page sends its results to the runner itself (pages.mjs), so no driver has to support
// browsers of eight years.

import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const webengines = join(here, "../../target/webengine");

/** The versions of Chromium that npm has installed, oldest first. */
export const oldChromiums = existsSync(packages)
  ? readdirSync(packages).filter((name) => name.startsWith("chromium-")).map((name) => Number(name.slice(9))).sort((a, b) => a - b)
  : [];

export const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-zygote", "--disable-dev-shm-usage", "--remote-debugging-port=0"];

/** Name → a function that starts it with an address, in a new profile. `undefined` if it is not on this machine. */
export const browsers = {
  ...Object.fromEntries(oldChromiums.map((version) => [`Chromium ${version}`, (profile, url) => [chromiumOf(version), ...flags, `--user-data-dir=${profile}`, url]])),
  ...Object.fromEntries(qtVersions().map((version) => [`Chromium ${version} in QtWebEngine`, inQt(version)])),
  "Chromium, newest": onPath("chromium") && ((profile, url) => ["chromium", ...flags, `--user-data-dir=${profile}`, url]),
  Firefox: onPath("firefox-esr") && ((profile, url) => ["firefox-esr", "--headless", "--no-remote", "--profile", profile, url]),
  WebKitGTK: miniBrowser() && onPath("xvfb-run") && ((profile, url) => ["xvfb-run", "--auto-servernum", miniBrowser(), "--private", url]),
};

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** Opens `url`. `stop()` ends the browser with all its processes and removes its profile. */
export function open(name, url, print) {
  const profile = mkdtempSync(join(tmpdir(), "device-code-flow-browser-"));
  const [binary, ...args] = browsers[name](profile, url);
  const qt = { QTWEBENGINE_DISABLE_SANDBOX: "1", QTWEBENGINE_REMOTE_DEBUGGING: String(20_000 + Math.floor(Math.random() * 10_000)) };
  const env = { ...process.env, ...qt, HOME: profile, XDG_RUNTIME_DIR: profile, WEBKIT_DISABLE_COMPOSITING_MODE: "1", NO_AT_BRIDGE: "1" };
  // A process group, because a browser is many processes.
  const child = spawn(binary, args, { detached: true, env, stdio: ["ignore", "ignore", "pipe"] });
  child.once("error", (error) => print(String(error)));
  let said = "";
  child.stderr.on("data", (piece) => (said = (said + piece).slice(-100_000)));
  const closed = new Promise((resolve) => child.once("close", resolve));
  const kill = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has already ended.
    }
  };
  // An interrupted run ends its browsers.
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    kill();
    await closed;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { child, profile, stop, said: () => said };
}

/** The program of an old Chromium. Its package contains it compressed. */
export function chromiumOf(version) {
  const folder = join(packages, ".unpacked", String(version));
  const program = join(folder, "chromium");
  if (existsSync(program)) return program;
  const packed = join(packages, `chromium-${version}/bin`);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(packed).filter((name) => name.endsWith(".br"))) {
    const bytes = brotliDecompressSync(readFileSync(join(packed, name)));
    if (name.endsWith(".tar.br")) execFileSync("tar", ["-xf", "-", "-C", folder], { input: bytes });
    else writeFileSync(`${program}.part`, bytes);
  }
  chmodSync(`${program}.part`, 0o755);
  execFileSync("mv", [`${program}.part`, program]);
  return program;
}

function qtVersions() {
  const installed = existsSync(webengines) ? readdirSync(webengines).filter((name) => /^chromium-/.test(name) && existsSync(join(webengines, name, ".installed"))) : [];
  return installed.map((name) => Number(name.slice(9))).sort((a, b) => a - b);
}

/** A window of Qt with the page. Only newer Qt versions draw without a screen. */
function inQt(version) {
  const folder = join(webengines, `chromium-${version}`);
  const qt = [join(folder, "PyQt5/Qt"), join(folder, "PyQt6/Qt6")].find((folder) => existsSync(folder));
  const window = (url) => [join(qt, "libexec/python"), join(here, "webengine/view.py"), qt, url];
  if (qt.endsWith("Qt6")) return (profile, url) => ["env", "QT_QPA_PLATFORM=offscreen", "QT_QUICK_BACKEND=software", ...window(url)];
  return onPath("xvfb-run") && hasXss() && ((profile, url) => ["xvfb-run", "--auto-servernum", ...window(url)]);
}

/** The one system library that those wheels need and that today's browsers do not. */
function hasXss() {
  return readdirSync("/usr/lib").some((folder) => existsSync(join("/usr/lib", folder, "libXss.so.1")));
}

function onPath(program) {
  return (process.env.PATH || "").split(":").some((folder) => existsSync(join(folder, program)));
}

function miniBrowser() {
  return ["/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser", "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser"].find((file) => existsSync(file));
}
