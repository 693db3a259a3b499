// What can be asked of one page by the DevTools protocol, whoever carries the commands: those few that are the same since 2016.

import { until } from "../runtime/tools.mjs";

/**
 * `carrier`: `send(method, parameters)`, `on(method, listener)` and `stop()`. Gives the same and more: `evaluate(text)` is the value
 * of an expression, `until(text)` waits until it has one that is true, `press(key, keyCode)` a key as the system tells of it.
 */
export async function devtoolsPage(carrier) {
  const { send } = carrier;
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  };
  // While a page changes to another, there is nobody to answer.
  const untilTrue = (expression, what = expression) => until(() => evaluate(expression).catch(() => undefined), what, 20_000);
  const press = async (key, keyCode) => {
    const event = { key, windowsVirtualKeyCode: keyCode, nativeVirtualKeyCode: keyCode };
    // Of these keys only one writes something, and so presses the button that has the focus.
    const down = key === "Enter" ? { type: "keyDown", text: "\r" } : { type: "rawKeyDown" };
    await send("Input.dispatchKeyEvent", { ...event, ...down });
    await send("Input.dispatchKeyEvent", { ...event, type: "keyUp" });
  };
  await send("Page.enable");
  await send("Runtime.enable");
  return { ...carrier, evaluate, until: untilTrue, press };
}
