// One page of a Chromium of any age, by the DevTools protocol.

import { once } from "node:events";
import WebSocket from "ws";
import { until } from "../runtime/tools.mjs";
import { devtoolsPage } from "../support/devtools.mjs";
import { open } from "./browsers.mjs";

/** Opens an empty page, as in support/devtools.mjs. `profile` is the browser's own folder. */
export async function openDevtools(browser) {
  const opened = open(browser, "about:blank", console.error);
  const socket = await connected(opened).catch(async (error) => {
    await opened.stop();
    throw error;
  });
  let id = 0;
  const waiting = new Map();
  const listeners = {};
  socket.on("message", (text) => {
    const { id, result, error, method, params } = JSON.parse(text);
    if (method) return listeners[method]?.(params);
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  });
  const send = (method, params = {}) =>
    new Promise((resolve, reject) => {
      waiting.set(++id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
  const stop = async () => {
    socket.close();
    await opened.stop();
  };
  return devtoolsPage({ profile: opened.profile, send, on: (method, listener) => (listeners[method] = listener), stop });
}

/** The page is ready a moment later than the port. */
async function connected(opened) {
  const port = await portOf(opened);
  const page = async () => (await (await fetch(`http://127.0.0.1:${port}/json`)).json()).find(({ type }) => type === "page");
  const socket = new WebSocket((await until(page, "a page", 20_000)).webSocketDebuggerUrl);
  await once(socket, "open");
  return socket;
}

async function portOf({ said, child }) {
  const found = () => said().match(/(?:DevTools listening on ws|browser to http):\/\/[^:]+:(\d+)\b/);
  const ended = () => child.exitCode !== null && "it has ended";
  await until(() => found() || ended(), "DevTools", 20_000).catch(() => {});
  if (!found()) throw new Error(`no DevTools: ${said()}`);
  return found()[1];
}
