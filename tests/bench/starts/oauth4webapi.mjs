// oauth4webapi from nothing to a client that can be called: it is functions, so the import is all there is.

const from = performance.now();
const { None } = await import("oauth4webapi");
const imported = performance.now();
None();
const ready = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ from, imported, ready, cpu: (user + system) / 1000 }));
