// device-code-flow from the program's start to its first request: import, constructor, and the start of the WebAssembly module,
// which happens in the first call. The `fetch` below reads the clock and never answers.

const from = performance.now();
const { PublicClientApplication } = await import("device-code-flow");
const imported = performance.now();
const ready = await new Promise((resolve, reject) => {
  const fetch = () => (resolve(performance.now()), new Promise(() => {}));
  const auth = {
    clientId: "00001111-aaaa-2222-bbbb-3333cccc4444",
    authority: "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee",
  };
  new PublicClientApplication({ auth, system: { fetch } }).startDeviceCode({ scopes: ["User.Read"] }).catch(reject);
});
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ from, imported, ready, cpu: (user + system) / 1000 }));
// The request's timer would keep the process alive.
process.exit();
