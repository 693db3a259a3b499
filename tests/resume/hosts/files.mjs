// Files that fail: the file store's calls of Node for certain paths go through `trouble` first. Not a test, and not a store.
//
// A lost write is a rename that a power cut undid. A stale read is a file as it was before its newest write, or a missing file.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const troubles = new Map();
const { renameSync } = fs;
const { open, stat } = fs.promises;
const dataFile = (path) => String(path).replace(/\.[0-9a-f]{16}\.tmp$/, "");

fs.promises.open = (path, flags, ...more) => {
  const real = () => open(path, flags, ...more);
  const trouble = troubles.get(dataFile(path));
  if (!trouble) return real();
  if (flags !== "r") return trouble.write(async () => {}, null).then(real);
  const older = `${path}.older`;
  return trouble.read(real, fs.existsSync(older) ? () => open(older, flags) : undefined);
};

fs.promises.stat = (path, ...more) => {
  const real = () => stat(path, ...more);
  const trouble = troubles.get(path);
  if (!trouble) return real();
  const notYet = async () => Promise.reject(Object.assign(new Error("not there yet"), { code: "ENOENT" }));
  return trouble.read(real, fs.existsSync(path) && !fs.existsSync(`${path}.older`) ? notYet : undefined);
};

fs.renameSync = (from, to) => {
  const trouble = troubles.get(to);
  if (!trouble) return renameSync(from, to);
  const real = () => {
    const old = fs.existsSync(to) && fs.readFileSync(to);
    renameSync(from, to);
    if (old) fs.writeFileSync(`${to}.older`, old);
  };
  return trouble.writeNow(real, () => fs.unlinkSync(from));
};
syncBuiltinESMExports();

/** A folder: `place(key, trouble)` returns a path whose accesses fail by the last `trouble`; `text(key)` is the real text. */
export function disturbable(folder) {
  const pathOf = (key) => join(folder, key.replace(/\W/g, "-"));
  return {
    place(key, trouble) {
      troubles.set(pathOf(key), trouble);
      return pathOf(key);
    },
    text: (key) => (fs.existsSync(pathOf(key)) ? fs.readFileSync(pathOf(key), "utf8") : ""),
  };
}
