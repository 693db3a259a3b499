// Node before 18 without additional globals: every application gets its fetch in `system.fetch` only. The suite's own needs are inside the
// file (old-node-globals.mjs).
import { impossibleWithFetch, impossibleWithoutAbort, impossibleWithoutStreams } from "./impossible.mjs";
import { fetch } from "./old-node-globals.mjs";

/** A configuration that does not say how to reach the network gets a fetch. A wrong configuration stays wrong. */
function withFetch(configuration) {
  const { system = {} } = Object(configuration);
  const isWrong = [configuration, system].some((value) => typeof value !== "object" || value === null);
  if (isWrong || system.networkClient) return configuration;
  return { ...configuration, system: { fetch, ...system } };
}

const hasAbortController = "AbortController" in globalThis;
import("./old.mjs")
  .then(() => hasAbortController || delete globalThis.AbortController)
  .then(() => import("../../runtime/suite.mjs"))
  .then(async ({ runSuite }) => {
    const library = await import("device-code-flow");
    class PublicClientApplication extends library.PublicClientApplication {
      constructor(configuration) {
        super(withFetch(configuration));
      }
    }
    const given = ["fetch", "Headers", "Response", ...(hasAbortController ? [] : ["AbortController"])].filter((name) => name in globalThis);
    if (given.length) throw new Error(`somebody has given this Node ${given}`);
    const impossible = [...impossibleWithFetch, ...impossibleWithoutStreams, ...(hasAbortController ? [] : impossibleWithoutAbort)];
    const own = Object.assign({}, library, { PublicClientApplication });
    process.exit((await runSuite(own, JSON.parse(process.argv[2]), console.log, { impossible })) ? 1 : 0);
  });
