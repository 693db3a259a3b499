// Runs before a program, by --import: whenever a file has been linked, another process has taken over the lock of its store.
import { writeFileSync } from "node:fs";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const { link } = files;
files.link = async (path, to) => {
  await link(path, to);
  writeFileSync(`${path}.store.lock`, JSON.stringify({ owner: "another" }));
};
syncBuiltinESMExports();
