// Before a program, by --import: a disk that keeps nothing any more, half a second after the start.
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
