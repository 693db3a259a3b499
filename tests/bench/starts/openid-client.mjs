// openid-client from the program's start to a client that can be called. Its discovery request is left out.

const from = performance.now();
const { Configuration, None } = await import("openid-client");
const imported = performance.now();
const issuer = "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0";
new Configuration({ issuer }, "00001111-aaaa-2222-bbbb-3333cccc4444", undefined, None());
const ready = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ from, imported, ready, cpu: (user + system) / 1000 }));
