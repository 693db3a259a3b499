// What the page of the kiosk sees of Electron: requests of the shell, and nothing else.
//
// The bridge lets data, functions and promises through, but no AbortSignal. So a request comes with a function that ends it; of the
// two, settings.js makes a fetch.

const { contextBridge, ipcRenderer } = require("electron");

contextBridge.exposeInMainWorld("shell", {
  request(url, { method, headers, body }) {
    const id = crypto.randomUUID();
    const answer = ipcRenderer.invoke("request", id, url, { method, headers, body }).then(({ status, headers: given, text }) => ({
      status,
      headers: { get: (name) => given[name.toLowerCase()] || null },
      text: async () => text,
    }));
    return { answer, end: () => ipcRenderer.send("end", id) };
  },
});
