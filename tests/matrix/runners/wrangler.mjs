// Cloudflare's platform: the suite in a request, or in a scheduled event, whose `cron` contains the addresses. The lines go to the runner.
import * as library from "device-code-flow";
import { runSuite } from "./suite.mjs";

async function run({ report, ...servers }) {
  const lines = [];
  await runSuite(library, servers, (line) => lines.push(line));
  await fetch(report, { method: "POST", body: lines.join("\n") });
}

export default {
  async fetch(request) {
    await run(await request.json());
    return new Response("over");
  },
  async scheduled({ cron }, env, context) {
    context.waitUntil(run(JSON.parse(decodeURIComponent(cron))));
  },
};
