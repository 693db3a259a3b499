// The floor: what a process costs that starts and is ready at once.

const from = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ from, imported: from, ready: from, cpu: (user + system) / 1000 }));
