// The only thing of Electron that the page sees: requests that the shell makes.
//
// The bridge passes data, functions and promises, but no AbortSignal. A request therefore comes with a function that ends it, and
// settings.js makes a `fetch` of the two.

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
