// The kiosk's shell in Electron: one full-screen window with the page, and a fetch without CORS. Run `npx electron .` in the folder
// that assemble.mjs has written. Without Electron, a Chromium works as well: chromium --kiosk file:///…/index.html

const { app, BrowserWindow, ipcMain, net } = require("electron");
const { join } = require("node:path");

// Requests in progress, by the id that preload.cjs gave them. It ends a request by that id.
const requests = new Map();

ipcMain.handle("request", async (_, id, url, { method, headers, body }) => {
  const controller = new AbortController();
  requests.set(id, controller);
  try {
    const response = await net.fetch(url, { method, headers, body, redirect: "manual", signal: controller.signal });
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  } finally {
    requests.delete(id);
  }
});
ipcMain.on("end", (_, id) => requests.get(id)?.abort());

app.whenReady().then(() => {
  const window = new BrowserWindow({
    kiosk: true,
    backgroundColor: "#0d1420",
    webPreferences: { preload: join(__dirname, "preload.cjs"), sandbox: true, contextIsolation: true },
  });
  window.loadFile(join(__dirname, "index.html"));
});
app.on("window-all-closed", () => app.quit());
