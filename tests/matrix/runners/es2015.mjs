// For engines from before 2018: the input that the developer lowers.
import * as library from "device-code-flow/js";

start(library, { needsWebAssembly: false });
