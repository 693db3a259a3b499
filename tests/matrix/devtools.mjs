// One page of a Chromium of any age, by its DevTools protocol: the few commands that have been the same since 2018.

import { once } from "node:events";
import WebSocket from "ws";
import { open } from "./browsers.mjs";

/** Opens an empty page; `send(method, parameters)` is a command, `evaluate(text)` the value of an expression, `profile` the browser's own folder. */
export async function openDevtools(browser) {
  const opened = open(browser, "about:blank", console.error);
  const port = await portOf(opened);
  const targets = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const socket = new WebSocket(targets.find(({ type }) => type === "page").webSocketDebuggerUrl);
  await once(socket, "open");
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
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  };
  const until = async (expression, what = expression, patience = 20_000) => {
    for (const end = Date.now() + patience; Date.now() < end; await new Promise((next) => setTimeout(next, 50))) {
      const value = await evaluate(expression).catch(() => undefined);
      if (value) return value;
    }
    throw new Error(`waited for ${what}`);
  };
  await send("Page.enable");
  await send("Runtime.enable");
  const stop = async () => {
    socket.close();
    await opened.stop();
  };
  return { profile: opened.profile, send, evaluate, until, on: (method, listener) => (listeners[method] = listener), stop };
}

async function portOf({ said, child }) {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((next) => setTimeout(next, 50))) {
    const found = said().match(/(?:DevTools listening on ws|browser to http):\/\/[^:]+:(\d+)\b/);
    if (found) return found[1];
    if (child.exitCode !== null) break;
  }
  throw new Error(`no DevTools: ${said()}`);
}
