// As much of Electron as examples/kiosk asks of it, in Node: its main process, its preload script and the page's side of the bridge.
//
// No Electron can be had from a package registry. What its documentation says crosses to the other side is what crosses here: data
// as copies, functions and promises as proxies; of anything else nothing; between the processes only data.

import { existsSync, readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { join } from "node:path";
import vm from "node:vm";

/**
 * Starts the application of `folder` as `electron .` does, by the `main` of its package.json. Gives the windows that it opened, each
 * with its options and the file it shows, and `page`, the global object of a page with what the preload script has exposed.
 */
export async function startElectron(folder) {
  const handlers = {};
  const listeners = {};
  const windows = [];
  class BrowserWindow {
    constructor(options) {
      windows.push(this);
      this.options = options;
    }
    loadFile(file) {
      this.file = file;
    }
  }
  const mainProcess = {
    app: { whenReady: async () => {}, on() {}, quit() {} },
    BrowserWindow,
    ipcMain: { handle: (channel, handler) => (handlers[channel] = handler), on: (channel, listener) => (listeners[channel] = listener) },
    net: { fetch },
  };
  const { main } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  load(join(folder, main), mainProcess);
  await new Promise((next) => setImmediate(next));

  const page = vm.createContext({});
  const invoke = async (channel, ...args) => {
    try {
      return structuredClone(await handlers[channel]({}, ...structuredClone(args)));
    } catch (error) {
      throw new Error(`Error invoking remote method '${channel}': ${error}`);
    }
  };
  const renderer = {
    contextBridge: { exposeInMainWorld: (name, value) => (page[name] = crossed(value)) },
    ipcRenderer: { invoke, send: (channel, ...args) => listeners[channel]({}, ...structuredClone(args)) },
  };
  for (const { options } of windows) {
    const { preload } = options.webPreferences;
    if (existsSync(preload)) load(preload, renderer);
  }
  return { windows, page };
}

/** Runs a CommonJS file, anew each time, for which `electron` is this. */
function load(file, electron) {
  const { _load } = Module;
  delete Module._cache[file];
  Module._load = (name, ...rest) => (name === "electron" ? electron : _load.call(Module, name, ...rest));
  try {
    createRequire(file)(file);
  } finally {
    Module._load = _load;
  }
}

/** What contextBridge makes of a value that goes to the other side. By tags, because a page has classes of its own. */
function crossed(value) {
  if (typeof value === "function") return (...args) => crossed(value(...args.map(crossed)));
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Promise]") return value.then(crossed);
  if (tag === "[object Array]") return value.map(crossed);
  if (tag === "[object Object]") return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, crossed(inner)]));
  return Object(value) === value ? {} : value;
}
