// @ts-check
// The classic script for engines without WebAssembly and for strict policies.

import * as library from "./javascript.js";
import { asGlobal } from "./global.js";

asGlobal(library);
