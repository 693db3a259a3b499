// Node before 18 as it is, with no global put there: every application is given its fetch in `system.fetch`, and nothing else. What
// the suite is written with stands in the file itself (old-node-globals.mjs). How to start and how to report, nothing else.
import { impossibleWithFetch, impossibleWithoutAbort, impossibleWithoutStreams } from "./impossible.mjs";
import { fetch } from "./old-node-globals.mjs";

/** What says nothing of how to reach the network gets a fetch; a configuration that is wrong stays wrong. */
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
