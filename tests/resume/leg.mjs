// One step of a sign-in that is passed from runtime to runtime: one poll, and the flow as text for the next runtime. Not a test.
import { PublicClientApplication } from "device-code-flow";

const given = globalThis.Deno ? Deno.args[0] : process.argv[2];
const { authority, clientId, text, last } = JSON.parse(given);
const app = new PublicClientApplication({ auth: { clientId, authority } });
const flow = text ? await app.resumeDeviceCode(text) : await app.startDeviceCode({ scopes: ["openid", "profile", "email"] });
if (last) {
  const { account } = await flow.wait();
  console.log(JSON.stringify({ username: account.username }));
} else {
  let saved = flow.save();
  const { polls } = JSON.parse(saved);
  while (text && JSON.parse(saved).polls === polls) {
    await flow.poll({ save: (next) => void (saved = next) });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  console.log(JSON.stringify({ text: saved, userCode: flow.userCode }));
}
