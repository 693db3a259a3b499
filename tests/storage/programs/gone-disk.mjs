// Runs before a program, by --import: half a second after the start the disk keeps nothing any more.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

for (const name of ["fsyncSync", "fdatasyncSync"]) {
  const real = fs[name];
  fs[name] = (descriptor) => {
    if (performance.now() > 500) throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
    return real(descriptor);
  };
}
syncBuiltinESMExports();
