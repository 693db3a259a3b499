// oauth4webapi from the program's start to functions that can be called. Nothing but the import is needed.

const from = performance.now();
const { None } = await import("oauth4webapi");
const imported = performance.now();
None();
const ready = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ from, imported, ready, cpu: (user + system) / 1000 }));
