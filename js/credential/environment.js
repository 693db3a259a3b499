// The variables that @azure/identity reads where there is an environment: Node, Deno and Bun.
//
// Deno asks the person at the terminal before a program that may not reads one. A default is not worth a question: it is
// read only where that is allowed already.

/** The variable's text; nothing where there is none. */
export function variable(name) {
  const host = typeof globalThis === "undefined" ? self : globalThis;
  try {
    const { Deno, process } = host;
    if (Deno && Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
    return (process && process.env && process.env[name]) || undefined;
  } catch {
    return undefined;
  }
}
