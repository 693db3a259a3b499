// A page, with a bundler or without. The address has the servers after its #; the lines go to the console.
import * as library from "device-code-flow";
import { runSuite } from "./suite.mjs";

runSuite(library, JSON.parse(decodeURIComponent(location.hash.slice(1))), console.log);
