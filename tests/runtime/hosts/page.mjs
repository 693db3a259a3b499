// Runs the suite in a page, with a bundler or without. The servers' addresses are behind the # of the address. Lines go to the console.
import * as library from "device-code-flow";
import { runSuite } from "./suite.mjs";

runSuite(library, JSON.parse(decodeURIComponent(location.hash.slice(1))), console.log);
