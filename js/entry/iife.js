// @ts-check
// The entry for a classic <script>: one file, which defines the global `deviceCodeFlow`. A page from file:// can neither load module
// scripts nor fetch, and most televisions open their applications from file://.

import * as library from "./inline.js";
import { asGlobal } from "./global.js";

asGlobal(library);
