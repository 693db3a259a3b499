// Runs before a program, by --import: makes a process slow between reading a lock and acting on it, so that others always come in between.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

for (const name of ["unlinkSync", "fsyncSync"]) {
  const real = fs[name];
  fs[name] = (path, ...more) => {
    if (typeof path === "number" || String(path).includes(".lock")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 40);
    return real(path, ...more);
  };
}
syncBuiltinESMExports();
