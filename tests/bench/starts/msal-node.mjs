// @azure/msal-node from the program's start to a client that can be called. No request is made.

const from = performance.now();
const { PublicClientApplication } = await import("@azure/msal-node");
const imported = performance.now();
new PublicClientApplication({
  auth: {
    clientId: "00001111-aaaa-2222-bbbb-3333cccc4444",
    authority: "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee",
  },
});
const ready = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ from, imported, ready, cpu: (user + system) / 1000 }));
