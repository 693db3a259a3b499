// For engines of before 2018: what a person lowers whose televisions have them.
import * as library from "device-code-flow/js";

start(library, { needsWebAssembly: false });
