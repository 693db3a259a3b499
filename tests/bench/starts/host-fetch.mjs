// What the first touch of the host's own fetch classes costs. Whoever makes a request pays it; none of the starts beside
// this one has it subtracted.

const from = performance.now();
void [Request, Response, Headers];
const ready = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ from, imported: from, ready, cpu: (user + system) / 1000 }));
