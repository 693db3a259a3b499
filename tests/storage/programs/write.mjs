// Stores long texts without end, until it is killed: `write.mjs FILE`. Each text is one letter, repeated.
import * as storage from "device-code-flow/storage";
import { access } from "./cases.mjs";

const [file] = process.argv.slice(2);
for (let round = 0; ; round++) {
  await access(storage.fileCache(file), () => String.fromCharCode(97 + (round % 26)).repeat(4_000_000));
  console.log("stored");
}
