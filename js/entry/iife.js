// For a classic <script>: everything in one file, as the global `deviceCodeFlow`. A page from file:// can load no module
// script and fetch nothing, and most televisions open their applications that way.

import * as library from "./inline.js";
import { asGlobal } from "./global.js";

asGlobal(library);
