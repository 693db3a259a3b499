// @ts-check
// The environment variables that @azure/identity reads, in hosts that have an environment: Node, Deno and Bun.
//
// Deno asks the person at the terminal before a program without permission reads a variable. So a variable is read only if that is
// permitted already.

/**
 * The value of the variable; undefined if it is not set or cannot be read.
 * @param {string} name
 * @returns {string | undefined}
 */
export function readVariable(name) {
  const host = typeof globalThis === "undefined" ? self : globalThis;
  const { Deno, process } = /** @type {any} */ (host);
  try {
    if (Deno && Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
    return (process && process.env && process.env[name]) || undefined;
  } catch {
    return undefined;
  }
}
