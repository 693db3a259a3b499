// What the page of the kiosk sees of Electron: a fetch, and nothing else.

const { contextBridge, ipcRenderer } = require("electron");

contextBridge.exposeInMainWorld("shellFetch", async (url, { method, headers, body }) => {
  const { status, headers: given, text } = await ipcRenderer.invoke("fetch", url, { method, headers, body });
  return { status, headers: { get: (name) => given[name.toLowerCase()] || null }, text: async () => text };
});
