// The time of the first use of the host's fetch classes. Every program that makes a request spends it, and no other figure has it
// subtracted.

const from = performance.now();
void [Request, Response, Headers];
const ready = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ from, imported: from, ready, cpu: (user + system) / 1000 }));
