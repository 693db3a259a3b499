// Node before 18, by import or by require, with a fetch from npm, which such a program has to bring.
import { impossibleWithoutStreams } from "./impossible.mjs";
import fetch, { Headers, Response } from "node-fetch";

// Before the other modules are loaded.
Object.assign(globalThis, { fetch, Headers, Response });
import("./old.mjs")
  .then(() => import("../../runtime/suite.mjs"))
  .then(async ({ runSuite }) => {
    const [how, servers] = process.argv.slice(2);
    const library = how === "import" ? await import("device-code-flow") : require("device-code-flow");
    process.exit((await runSuite(library, JSON.parse(servers), console.log, { impossible: impossibleWithoutStreams })) ? 1 : 0);
  });
